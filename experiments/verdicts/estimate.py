"""Our side of a claim: the values that are there, their interval, and what follows when there are too few of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.claims.kinds import Claim
from experiments.claims.outcome import Outcome
from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.statistics.significance import seeds_needed
from experiments.verdicts.evidence import Sample, groups_of
from experiments.verdicts.rules import MIN_SEEDS, Verdict

NOT_RUN = "not run"


@dataclass(frozen=True)
class Estimate:
    """Values that are there, their groups, how many had diverged, and their mean with its interval."""

    values: np.ndarray
    groups: np.ndarray | None
    diverged: int
    mean: float
    low: float
    high: float

    def shifts(self) -> np.ndarray:
        """How far the mean moves in each bootstrap resample."""
        return resampled_means(self.values, self.groups) - self.mean

    def needed(self, edges: Sequence[float], widening: float = 1.0) -> int | None:
        """About how many seeds take the interval, widened for the number of tests, off the nearest of the edges."""
        edge = min(edges, key=lambda edge: abs(self.mean - edge))
        half_width = self.mean - self.low if edge < self.mean else self.high - self.mean
        return seeds_needed(len(self.values), widening * half_width, abs(self.mean - edge))


def measure(sample: Sample, level: float) -> Estimate:
    """The mean of what has not diverged, with its interval."""
    kept = sample.values.dropna()
    groups = groups_of(sample.data_sets.loc[kept.index])
    values = kept.to_numpy()
    low, high = interval_of_mean(values, groups, level)
    mean = float(values.mean()) if len(values) else math.nan
    return Estimate(values, groups, len(sample.values) - len(values), mean, float(low), float(high))


def settled(outcome: Outcome, seeds: int, needed: int | None) -> tuple[Outcome, int | None]:
    """Too few seeds leave everything undecided; an undecided claim says how many it needs."""
    if seeds < MIN_SEEDS:
        return Outcome.UNDECIDED, max(MIN_SEEDS, needed or 0)
    if outcome is not Outcome.UNDECIDED or needed is None:
        return outcome, None
    return outcome, max(needed, seeds + 1)


def missing(claim: Claim, sample: Sample | None = None, margin: float = math.nan) -> Verdict:
    """The verdict where there is nothing to judge: a study that was not run, or hardly a trial that did not diverge."""
    if sample is None:
        return Verdict(claim, Outcome.UNDECIDED, margin=margin, needs_seeds=MIN_SEEDS, detail=NOT_RUN)
    seeds = int(sample.values.notna().sum())
    return Verdict(
        claim,
        Outcome.UNDECIDED,
        seeds=seeds,
        diverged=len(sample.values) - seeds,
        margin=margin,
        needs_seeds=MIN_SEEDS,
        detail="fewer than two trials that did not diverge",
    )
