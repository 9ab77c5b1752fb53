"""From a seed and a purpose to a generator's seed: each purpose has a stream of its own, so arms with one seed stay paired.

Every engine draws from generators that begin with these seeds: mt19937, seeded as torch seeds it.
"""

from __future__ import annotations

import hashlib

_MASK = 0xFFFFFFFF


def stream_seed(seed: int, purpose: str) -> int:
    """The seed, below 2^32, of the generator of one purpose of one seed.

    Only the low 32 bits of a seed count. For a given purpose different seeds below 2^32 give different generators: the seed is
    mixed by steps that can be undone (the finaliser of MurmurHash3, Appleby 2008), then shifted by a hash of the purpose.
    """
    bits = seed & _MASK
    bits = ((bits ^ (bits >> 16)) * 0x85EBCA6B) & _MASK
    bits = ((bits ^ (bits >> 13)) * 0xC2B2AE35) & _MASK
    bits ^= bits >> 16
    offset = int.from_bytes(hashlib.sha256(purpose.encode()).digest()[:4], "big")
    return (bits + offset) & _MASK
