"""From a seed and a purpose to a generator: each purpose has a stream of its own, so arms with one seed stay paired."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from torch import Generator

from experiments.config.trial import Trial

_MASK = 0xFFFFFFFF


def generator(seed: int, purpose: str) -> Generator:
    """The generator of one purpose of one seed.

    torch's CPU generator looks at the low 32 bits of its seed only. For a given purpose different seeds below 2^32 give
    different generators: the seed is mixed by steps that can be undone (the finaliser of MurmurHash3, Appleby 2008), then
    shifted by a hash of the purpose.
    """
    bits = seed & _MASK
    bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & _MASK
    bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & _MASK
    bits ^= bits >> 16
    offset = int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:4], "big")
    return Generator().manual_seed((bits + offset) & _MASK)


def generators(lanes: Sequence[Trial], purpose: str) -> list[Generator]:
    """The generator of one purpose of every lane."""
    return [generator(lane.seed, purpose) for lane in lanes]
