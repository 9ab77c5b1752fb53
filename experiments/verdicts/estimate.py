"""Our side of a claim: the values that are there, and their mean with its interval."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.statistics.significance import seeds_needed
from experiments.verdicts.evidence import Sample, groups_of


@dataclass(frozen=True)
class Estimate:
    """Values that are there, their groups, how many had diverged, and their mean with its interval at a level."""

    values: np.ndarray
    groups: np.ndarray | None
    diverged: int
    mean: float
    low: float
    high: float
    level: float

    def shifts(self) -> np.ndarray:
        """How far the mean moves in each bootstrap resample."""
        return resampled_means(self.values, self.groups) - self.mean

    def needed(self, edges: Sequence[float], widening: float = 1.0) -> int | None:
        """About how many seeds take the interval, widened for the number of tests, off the nearest of the edges."""
        edge = min(edges, key=lambda edge: abs(self.mean - edge))
        half_width = self.mean - self.low if edge < self.mean else self.high - self.mean
        return seeds_needed(len(self.values), widening * half_width, abs(self.mean - edge))


NOTHING = Estimate(np.empty(0), None, 0, math.nan, math.nan, math.nan, math.nan)


def summary_only(mean: float, low: float = math.nan, high: float = math.nan, level: float = math.nan) -> Estimate:
    """A number with its interval whose values are not at hand, such as a time."""
    return dataclasses.replace(NOTHING, mean=mean, low=low, high=high, level=level)


def measure(sample: Sample, level: float) -> Estimate:
    """The mean over the trials that did not diverge, with its bootstrap interval at that level."""
    kept = sample.values.dropna()
    groups = groups_of(sample.data_sets.loc[kept.index])
    values = kept.to_numpy()
    low, high = interval_of_mean(values, groups, level)
    mean = float(values.mean()) if len(values) else math.nan
    return Estimate(values, groups, len(sample.values) - len(values), mean, float(low), float(high), level)
