"""How trials are laid out in stacks so that a seed keeps its bits whatever stands beside it.

Measured with torch 2.13 on the CPU, one thread:

- The products of a stack give each of its matrices the same bits for any number of them from two on, but not always those
  of a single one. So a stack has at least two lanes; here it has a multiple of four.
- For a few shapes the bits depend on whether a matrix starts on a 16-byte boundary. So the trial of seed s sits in a
  lane congruent to s modulo 4. `minifw.flat` and `minifw.data.DataLoader` align parameters and batches.
- Nothing is reduced over trials on the way to a gradient, and no operator is used whose result for an element depends
  on where in a buffer it lies (torch.sigmoid's does; see `minifw.activations.Sigmoid`).
- One thread computes a stack; parallelism is over stacks.

A lane that no one asked for is filled with the trial that belongs there and its result is thrown away. Trials that are
trained one at a time need none of this; their chunks are small, so that few are lost and all workers have some.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from experiments.config.trial import Trial, TrialConfig
from experiments.training.implementations import ONE_AT_A_TIME

LANES_PER_BLOCK = 4
MAX_LANES = 128
MAX_LANES_ONE_AT_A_TIME = 4


@dataclass(frozen=True)
class Chunk:
    """One stack: its lanes in order, and which of them were asked for."""

    lanes: tuple[Trial, ...]
    wanted: tuple[bool, ...]

    @property
    def implementation(self) -> str:
        """The way that its lanes are trained: they have one structure, and so the same."""
        return self.lanes[0].config.implementation

    @property
    def trials(self) -> list[Trial]:
        """The trials asked for."""
        return [lane for lane, wanted in zip(self.lanes, self.wanted, strict=True) if wanted]


def plan_chunks(trials: Iterable[Trial], parts: int = 1, max_lanes: int = MAX_LANES) -> list[Chunk]:
    """Cuts trials into stacks of one structure each, of at most `max_lanes` lanes.

    `parts` is into how many stacks of equal size the work is cut at least, where it is large enough.
    """
    by_structure: dict[str, dict[tuple[str, int], set[int]]] = {}
    configs = {}
    for trial in trials:
        key = trial.config.key()
        configs[key] = trial.config
        blocks = by_structure.setdefault(trial.config.structure(), {})
        blocks.setdefault((key, trial.seed // block_size(trial.config)), set()).add(trial.seed)

    chunks = []
    for blocks in by_structure.values():
        ordered = sorted(blocks)
        config = configs[ordered[0][0]]
        size = block_size(config)
        most = min(max_lanes, MAX_LANES_ONE_AT_A_TIME) if config.implementation in ONE_AT_A_TIME else max_lanes
        count = max(math.ceil(len(blocks) * size / most), min(parts, len(blocks)))
        bounds = [round(k * len(ordered) / count) for k in range(count + 1)]
        for start, stop in pairwise(bounds):
            lanes, wanted = [], []
            for key, block in ordered[start:stop]:
                for seed in range(block * size, (block + 1) * size):
                    lanes.append(Trial(configs[key], seed))
                    wanted.append(seed in blocks[key, block])
            chunks.append(Chunk(tuple(lanes), tuple(wanted)))
    return chunks


def block_size(config: TrialConfig) -> int:
    """How many consecutive seeds stand or fall together in a stack."""
    return 1 if config.implementation in ONE_AT_A_TIME else LANES_PER_BLOCK
