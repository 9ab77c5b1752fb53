"""Random numbers of many seeds at once, those that torch's CPU generator gives for each seed, without torch.

`uniform` is torch.rand in float64 and `permutation` torch.randperm, bit for bit. `normal` is not torch's, whose last bits
differ from machine to machine, but the inverse distribution function of a uniform draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from minifw.compiled.descriptor import GENERATOR_WORDS
from minifw.compiled.engine import Engine, the_engine
from minifw.compiled.library import Memory

# The words of a generator, rounded up so that what follows in memory starts on a 64-byte boundary.
_STATE_BYTES = 4 * 640


class Generators:
    """One mt19937 for each seed, going on where it was after every draw.

    state: (seeds, 625) uint32, 624 words and how many of these have been given out.
    """

    def __init__(self, seeds: Sequence[int] | np.ndarray, engine: Engine | None = None) -> None:
        self._engine = engine or the_engine()
        self.state = np.empty((len(seeds), GENERATOR_WORDS), dtype=np.uint32)
        kept = (np.asarray(seeds, dtype=object) & 0xFFFFFFFF).astype(np.uint32)
        for memory, lanes, part, dtype in self._blocks("float32", 64):
            place = memory.view(lanes * _STATE_BYTES, (lanes,), "uint32")
            place[:] = _padded(kept[part], lanes)
            memory.call(f"seed_{dtype}", memory.address, memory.address + lanes * _STATE_BYTES)
            self._keep(memory, lanes, part)

    @classmethod
    def from_state(cls, state: np.ndarray, engine: Engine | None = None) -> Generators:
        """Generators that go on from a state (generators, 625); those of one call must have given out equally many words."""
        generators = cls([], engine)
        generators.state = aligned(state)
        return generators

    def __len__(self) -> int:
        return len(self.state)

    def uniform(self, count: int) -> np.ndarray:
        """The next `count` numbers of each generator from U[0, 1): (generators, count) float64."""
        return self._draw("uniform", "float32", (count,), "float64")

    def normal(self, count: int) -> np.ndarray:
        """The next `count` numbers of each generator from N(0, 1): (generators, count) float64."""
        return self._draw("normal", "float64", (count,), "float64")

    def permutation(self, samples: int) -> np.ndarray:
        """The next permutation of 0 to samples - 1 of each generator: (generators, samples) int32."""
        return self._draw("permutation", "float32", (samples,), "int32", lanes_last=False)

    def _draw(self, name: str, lanes_of: str, shape: tuple[int], dtype: str, lanes_last: bool = True) -> np.ndarray:
        drawn = np.empty((len(self), *shape), dtype=dtype)
        for memory, lanes, part, precision in self._blocks(lanes_of, shape[0] * np.dtype(dtype).itemsize):
            memory.view(0, (GENERATOR_WORDS, lanes), "uint32")[:] = _padded(self.state[part], lanes).T
            start = lanes * _STATE_BYTES
            memory.call(f"{name}_{precision}", memory.address, memory.address + start, shape[0])
            numbers = memory.view(start, (*shape, lanes) if lanes_last else (lanes, *shape), dtype)
            drawn[part] = (numbers.T if lanes_last else numbers)[: len(drawn[part])]
            self._keep(memory, lanes, part)
        return drawn

    def _blocks(self, dtype: str, lane_bytes: int) -> Iterator[tuple[Memory, int, slice, str]]:
        start = 0
        for library, trials in self._engine.cut_into_blocks(len(self), dtype):
            lanes = library.lanes(dtype)
            memory = library.allocate(lanes * (_STATE_BYTES + lane_bytes))
            yield memory, lanes, slice(start, start + trials), dtype
            start += trials

    def _keep(self, memory: Memory, lanes: int, part: slice) -> None:
        self.state[part] = memory.view(0, (GENERATOR_WORDS, lanes), "uint32").T[: part.stop - part.start]


def _padded(rows: np.ndarray, lanes: int) -> np.ndarray:
    """One row for each lane: those given, then the last of them again."""
    return rows[np.minimum(np.arange(lanes), len(rows) - 1)]


def aligned(state: np.ndarray) -> np.ndarray:
    """The same streams, each state (generators, 625) having given out equally many words, as the lanes of a vector must.

    A generator's window of 624 words may start anywhere in its sequence, so words given out are dropped from the front of
    the window and as many new ones computed behind it.
    """
    state = np.array(state, dtype=np.uint32)
    if len(state) and (state[:, -1] == state[0, -1]).all():
        return state
    for row in state:
        _slide(row)
    return state


def _slide(row: np.ndarray) -> None:
    given = int(row[-1])
    words = np.concatenate([row[:-1], np.empty(given, dtype=np.uint32)])
    for k in range(624, 624 + given):
        joined = (words[k - 624] & 0x80000000) | (words[k - 623] & 0x7FFFFFFF)
        words[k] = words[k - 227] ^ (joined >> 1) ^ (0x9908B0DF if joined & 1 else 0)
    row[:-1], row[-1] = words[given:], 0
