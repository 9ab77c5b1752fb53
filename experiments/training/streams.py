"""torch's generators, one for each purpose of each seed."""

from __future__ import annotations

from torch import Generator

from experiments.training.seeds import stream_seed


def generator(seed: int, purpose: str) -> Generator:
    """torch's generator of one purpose of one seed."""
    return Generator().manual_seed(stream_seed(seed, purpose))
