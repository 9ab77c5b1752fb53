"""The built package holds what the folders hold, and its command runs from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.documents.reading import ROOT

PACKAGES = ("minifw", "experiments", "cli")
BUILT = shutil.ignore_patterns("__pycache__", "*.so", "*.pyc")
TRAIN = ["train", "--hidden", "4", "--epochs", "3", "--train-size", "24", "--test-size", "16", "--batch-size", "8"]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of what a package is built from, so that building leaves nothing in the project's folder."""
    folder = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=BUILT)
    for name in ("pyproject.toml", "README.md", "setup.py"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def unpacked(source) -> Path:
    """The wheel's files."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", source / "wheels", source]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (source / "wheels").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(source / "unpacked")
    return source / "unpacked"


def files(folder: Path) -> set[str]:
    """The files of the three packages below a folder, those that a compiler made aside."""
    found = {path.relative_to(folder) for name in PACKAGES for path in (folder / name).rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if path.suffix != ".so"}


@pytest.mark.slow
def test_every_file_is_in_the_wheel(source, unpacked):
    assert files(unpacked) == files(source)


@pytest.mark.slow
def test_the_command_runs_from_the_wheel(unpacked, tmp_path):
    code = f"import sys, cli.main; sys.argv[1:] = {TRAIN}; print(cli.__file__); cli.main.main()"
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(unpacked)) and (tmp_path / "results" / "train.csv").is_file()
