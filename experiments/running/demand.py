"""What a study will need, from its settings alone: so what can never fit or never end is refused before it starts.

The numbers are rough, good to a factor of two or three; the limits they are held against are further away than that. Imports
no torch.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from experiments.config.study import Study
from experiments.config.trial import TrialConfig
from experiments.running.estimate import stack_seconds
from experiments.training.lanes import LANES_PER_BLOCK, is_padded, lanes_at_once

MAX_DAYS = 30
SECONDS_A_DAY = 86400
# Of a process that has loaded torch and pandas, and of a worker that has loaded torch.
BYTES_OF_PROCESS, BYTES_OF_WORKER = 4e8, 2e8
# A row of the table of results, while it is made, written and drawn; a trial in the lists of the runner.
BYTES_OF_ROW, BYTES_OF_TRIAL = 500, 500
# Drawn in double precision, converted, stacked; value, gradient, the optimiser's averages, a copy while stacking.
COPIES_OF_SAMPLE, COPIES_OF_PARAMETER, COPIES_OF_ACTIVATION = 2, 6, 4


@dataclass(frozen=True)
class Demand:
    """What a study needs at most: bytes of memory by the setting that they grow with, and seconds.

    seconds_of_stack: how long its longest stack takes, which no further worker makes shorter.
    """

    bytes_by_setting: dict[str, float]
    seconds: float
    seconds_of_stack: float

    @property
    def bytes(self) -> float:
        """Memory in all."""
        return sum(self.bytes_by_setting.values()) + BYTES_OF_PROCESS


def demand_of(studies: Iterable[Study], jobs: int) -> Demand:
    """What studies need that are run one after another with so many workers."""
    memory: dict[str, float] = {}
    seconds, longest = 0.0, 0.0
    for study in studies:
        for config, trials in _stacked(study):
            lanes = min(trials, lanes_at_once(config))
            stacks = math.ceil(trials / lanes)
            workers = min(jobs, stacks)
            needed = {name: workers * amount for name, amount in stack_bytes(config, lanes).items()}
            needed["jobs"] = workers * BYTES_OF_WORKER
            # What grows with both is put down to the larger.
            rows = "epochs" if _measured(config) > trials else "rounds"
            needed[rows] = needed.get(rows, 0.0) + trials * (BYTES_OF_TRIAL + BYTES_OF_ROW * _measured(config))
            # Stacks of several structures are not all in memory at a time, but all rows of a study are.
            memory = {name: max(memory.get(name, 0.0), amount) for name, amount in needed.items()}
            seconds += stacks * stack_seconds(config, lanes) / workers
            longest = max(longest, stack_seconds(config, lanes))
    return Demand(memory, seconds, longest)


def _stacked(study: Study) -> list[tuple[TrialConfig, int]]:
    """One configuration of each kind of stack, and how many trials it has with those that fill its blocks."""
    first, last = study.seeds.start // LANES_PER_BLOCK, (study.seeds.stop - 1) // LANES_PER_BLOCK
    blocked = (last - first + 1) * LANES_PER_BLOCK
    kinds: dict[str, tuple[TrialConfig, int]] = {}
    for arm in study.arms:
        rounds = blocked if is_padded(arm.config) else study.rounds
        config, trials = kinds.get(arm.config.structure(), (arm.config, 0))
        kinds[arm.config.structure()] = (config, trials + rounds)
    return list(kinds.values())


def stack_bytes(config: TrialConfig, lanes: int) -> dict[str, float]:
    """Memory that training so many trials at a time takes, by the setting that it grows with."""
    size = 8 if config.dtype == "float64" else 4
    widths = (2, *config.hidden, 2)
    samples = {name: getattr(config, name) for name in ("train_size", "validation_size", "test_size")}
    bytes_of_sample = COPIES_OF_SAMPLE * (2 * 8 + 8 + 4 * size)
    per_lane = {name: _real(count) * bytes_of_sample for name, count in samples.items()}
    per_lane["hidden"] = COPIES_OF_PARAMETER * size * sum((_real(a) + 1) * _real(b) for a, b in pairwise(widths))
    per_lane["batch_size"] = COPIES_OF_ACTIVATION * size * _real(config.batch_size) * sum(map(_real, widths))
    per_lane["epochs"] = 3 * 8 * _measured(config) * 2 * sum(count > 0 for count in samples.values())
    if config.record_steps:
        steps = _real(config.train_size) / _real(config.batch_size)
        per_lane["epochs" if _real(config.epochs) > steps else "train_size"] += 3 * 8 * _real(config.epochs) * steps
    return {name: lanes * amount for name, amount in per_lane.items()}


def _measured(config: TrialConfig) -> float:
    return _real(config.epochs) / _real(config.evaluate_every) + 2


def _real(count: int) -> float:
    """The count as a float, 1e300 for what has too many digits."""
    return float(min(count, 10**300))


def memory_of_machine() -> float | None:
    """Bytes of memory that this machine has, or None on systems that do not say."""
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return None
