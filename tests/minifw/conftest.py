"""What every test of the framework runs under: one thread, and the package that lies beside these tests."""

from pathlib import Path

import torch
from hypothesis import settings

import minifw

assert Path(minifw.__file__).parents[1] == Path(__file__).parents[2], f"these tests would test {minifw.__file__}"

torch.set_num_threads(1)
settings.register_profile("minifw", deadline=None, max_examples=20, derandomize=True, database=None)
settings.load_profile("minifw")
