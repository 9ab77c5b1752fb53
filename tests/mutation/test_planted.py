"""Each planted mistake is found by the tests of its own module, which pass without it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.mutation.planted import PLANTED, ROOT

# The first test waits for all of them.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def wrong() -> dict[str, str | None]:
    """What is wrong with how each was found, all of them done at once."""
    command = [sys.executable, "-m", "tests.mutation.planted"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1100, check=True)
    return dict(json.loads(line) for line in result.stdout.splitlines())


@pytest.mark.parametrize("killer", sorted({planted.killer for planted in PLANTED}))
def test_the_tests_pass_without_a_mistake(killer, wrong):
    assert wrong[killer] is None, wrong[killer]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.mistake)
def test_a_mistake_is_found(planted, wrong):
    assert wrong[planted.mistake] is None, wrong[planted.mistake]
