"""Our side of a claim: the values that are there, and one number of them with its interval."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from experiments.formatting import two_digits_up
from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.statistics.differences import paired_difference
from experiments.statistics.significance import interval_of_median, units_needed
from experiments.verdicts.evidence import Sample, groups_of
from experiments.verdicts.looks import alpha_at, seeds_to_decide

POWERS = (0.5, 0.9)


class Needed(NamedTuple):
    """Seeds that decide in half of all cases, and in nine of ten; None beyond ten million, or where there is no telling."""

    half: int | None
    nine_in_ten: int | None


NO_TELLING = Needed(None, None)


@dataclass(frozen=True)
class Estimate:
    """Values that are there, their groups, how many had diverged, and their number with its interval at a level.

    number: their mean; the median where diverged runs rank among them.
    """

    values: np.ndarray
    groups: np.ndarray | None
    diverged: int
    number: float
    low: float
    high: float
    level: float

    @property
    def units(self) -> int:
        """Independent values: seeds, or data sets where seeds share them."""
        return len(self.values if self.groups is None else np.unique(self.groups))

    def shifts(self) -> np.ndarray:
        """How far the mean of another draw of as many seeds lies from ours, in each bootstrap resample.

        Both means have the same error, so that their difference has sqrt(2) of it.
        """
        return math.sqrt(2) * (resampled_means(self.values, self.groups) - self.number)

    def needed(self, edges: Sequence[float], tests: int = 1, runs: int = 1) -> Needed:
        """About how many seeds tell the mean from the nearest of the edges, its tail shared among so many tests.

        Whole groups are counted where seeds share data sets, and `runs` seeds a value. Should the mean be what it is here.
        """
        distance = min(abs(self.number - edge) for edge in edges)
        found = paired_difference(self.values, self.groups)
        deviation = found.error * math.sqrt(found.units)
        tail = (1 - self.level) / 2 / tests / alpha_at(runs * (len(self.values) + self.diverged))

        def seeds(power: float, alpha: float) -> int | None:
            units = units_needed(deviation, distance, tail * alpha, power)
            return None if units is None else two_digits_up(runs * units * len(self.values) / found.units)

        return Needed(*(seeds_to_decide(partial(seeds, power)) for power in POWERS))


NOTHING = Estimate(np.empty(0), None, 0, math.nan, math.nan, math.nan, math.nan)


def summary_only(number: float, low: float = math.nan, high: float = math.nan, level: float = math.nan) -> Estimate:
    """A number with its interval whose values are not at hand, such as a time."""
    return dataclasses.replace(NOTHING, number=number, low=low, high=high, level=level)


def measure(sample: Sample, level: float) -> Estimate:
    """The mean over the trials that did not diverge, with its bootstrap interval at that level."""
    kept = sample.values.dropna()
    groups = groups_of(sample.data_sets.loc[kept.index])
    values = kept.to_numpy()
    low, high = interval_of_mean(values, groups, level)
    mean = float(values.mean()) if len(values) else math.nan
    return Estimate(values, groups, len(sample.values) - len(values), mean, float(low), float(high), level)


def measure_difference(sample: Sample, level: float) -> Estimate:
    """The mean difference over the trials that did not diverge, with the interval of Student's t, by which it is judged."""
    kept = sample.values.dropna()
    groups = groups_of(sample.data_sets.loc[kept.index])
    values = kept.to_numpy()
    found = paired_difference(values, groups)
    return Estimate(values, groups, len(sample.values) - len(values), found.mean, *found.interval(level), level)


def measure_median(sample: Sample, ranked: Sample, level: float) -> Estimate:
    """The median difference with the interval of the sign test, by which it is judged where diverged runs rank worst.

    ranked: the differences of sample, infinite where it has NaN.
    """
    values = ranked.values.to_numpy()
    low, high = interval_of_median(values, ranked.groups, level)
    kept = measure_difference(sample, level)
    return dataclasses.replace(kept, number=float(np.median(values)), low=low, high=high)
