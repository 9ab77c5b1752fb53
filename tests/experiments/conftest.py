"""What every test of the experiments runs under: one thread, and the package that lies beside these tests."""

import shutil
import tempfile
from pathlib import Path

import pytest
import torch

import experiments
from experiments.pages.content import Page
from tests.experiments.madeup import made_up_page

assert Path(experiments.__file__).parents[1] == Path(__file__).parents[2], f"these tests would test {experiments.__file__}"

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def material() -> Page:
    """A page of every study and reading, with made-up results and times."""
    return made_up_page()


@pytest.fixture
def in_memory(tmp_path):
    """A folder in memory where the system has such, for tests that write and sync a lot."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir=memory, prefix="minifw-test-"))
    yield folder
    shutil.rmtree(folder)
