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
trained one at a time need none of this; their chunks are small, so that few are lost and all workers have some. Nor does the
compiled engine, whose bits depend on nothing around a trial; its chunks are whole vectors where they can be, for a partly
filled one takes as long as a full one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from experiments.config.trial import Trial, TrialConfig
from experiments.training.engines import ONE_AT_A_TIME, REGISTRY

LANES_PER_BLOCK = 4
LANES_PER_VECTOR = 16
MAX_LANES = 128
MAX_LANES_ONE_AT_A_TIME = 4
Lane = tuple[Trial, bool]  # and whether it was asked for


@dataclass(frozen=True)
class Chunk:
    """One stack: its lanes in order, and which of them were asked for."""

    lanes: tuple[Trial, ...]
    wanted: tuple[bool, ...]

    @property
    def engine(self) -> str:
        """What trains its lanes: they have one structure, and so the same engine."""
        return self.lanes[0].config.engine

    @property
    def trials(self) -> list[Trial]:
        """The trials asked for."""
        return [lane for lane, wanted in zip(self.lanes, self.wanted, strict=True) if wanted]


def plan_chunks(trials: Iterable[Trial], parts: int = 1, max_lanes: int = MAX_LANES) -> list[Chunk]:
    """Cuts trials into stacks of one structure each, of at most `max_lanes` lanes.

    `parts` is into how many stacks of equal size the work is cut at least, where it is large enough.
    """
    by_structure: dict[str, dict[tuple[str, int], Trial]] = {}
    for trial in trials:
        by_structure.setdefault(trial.config.structure(), {})[trial.config.key(), trial.seed] = trial
    chunks = []
    for wanted in by_structure.values():
        ordered = [wanted[place] for place in sorted(wanted)]
        config = ordered[0].config
        most = min(max_lanes, MAX_LANES_ONE_AT_A_TIME) if config.engine in ONE_AT_A_TIME else max_lanes
        units = _units(ordered, min(unit_size(config), most))
        lanes = sum(len(unit) for unit in units)
        count = max(math.ceil(lanes / most), min(parts, len(units)))
        bounds = [round(k * len(units) / count) for k in range(count + 1)]
        chunks += [_chunk(units[start:stop]) for start, stop in pairwise(bounds)]
    return chunks


def unit_size(config: TrialConfig) -> int:
    """How many lanes stay together when work is cut."""
    if config.engine in ONE_AT_A_TIME:
        return 1
    return LANES_PER_VECTOR if REGISTRY[config.engine].portable else LANES_PER_BLOCK


def lanes_at_once(config: TrialConfig) -> int:
    """How many trials are in memory together at most."""
    return 1 if config.engine in ONE_AT_A_TIME else MAX_LANES


def is_padded(config: TrialConfig) -> bool:
    """Whether trials stand in lanes that their seeds ask for, among others to fill a block."""
    return config.engine not in ONE_AT_A_TIME and not REGISTRY[config.engine].portable


def _units(ordered: Sequence[Trial], size: int) -> list[list[Lane]]:
    """What is never cut apart: blocks of consecutive seeds, filled up where bits ask for it, or so many trials."""
    if not is_padded(ordered[0].config):
        return [[(trial, True) for trial in part] for part in _cut(ordered, size)]
    blocks: dict[tuple[str, int], list[Lane]] = {}
    asked = {(trial.config.key(), trial.seed) for trial in ordered}
    for trial in ordered:
        key, block = trial.config.key(), trial.seed // size
        seeds = range(block * size, (block + 1) * size)
        blocks.setdefault((key, block), [(Trial(trial.config, seed), (key, seed) in asked) for seed in seeds])
    return list(blocks.values())


def _cut(ordered: Sequence[Trial], size: int) -> list[Sequence[Trial]]:
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _chunk(units: Sequence[Sequence[Lane]]) -> Chunk:
    lanes = [lane for unit in units for lane in unit]
    return Chunk(tuple(trial for trial, _ in lanes), tuple(wanted for _, wanted in lanes))
