"""A random sample of mistakes in each part of the tree, other ones every day; `-s` prints what lives."""

from __future__ import annotations

import datetime
import subprocess
import sys

import pytest

from tests.mutation.__main__ import GROUPS, ROOT


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("group", GROUPS)
def test_most_of_a_random_sample_are_found(group, capfd):
    """Of mistakes of which 92 % are found, fewer than 15 of 20 are found once in two hundred samples."""
    seed = datetime.date.today().toordinal()
    command = [sys.executable, "-m", "tests.mutation", "--modules", group, "--count", "20", "--seed", str(seed)]
    result = subprocess.run([*command, "--at-least", "0.75"], cwd=ROOT, capture_output=True, text=True)
    with capfd.disabled():
        print(f"\n{group}\n{result.stdout}")
    assert result.returncode == 0, result.stdout + result.stderr
