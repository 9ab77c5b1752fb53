"""Two arms of anyone's table compared: by pairs of runs where there are such, by whole groups, or as two samples."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.analysis.results_table import ResultsTable
from experiments.statistics.differences import MIN_UNITS, Difference, independent, paired_difference, welch_difference


@dataclass(frozen=True)
class ArmComparison:
    """An arm against another.

    Attributes:
        mean, reference_mean: of the runs that count.
        difference: the mean difference with its error.
        lower: share of units in which the arm is lower, ties counting half; of all pairs of runs where there are no pairs.
        unit, test: what is independent, in the singular, and the name of the test.
        alone: labels of rows that had no partner and don't count.
    """

    mean: float
    reference_mean: float
    difference: Difference
    lower: float
    unit: str
    test: str
    alone: list[Hashable]


def compare_arms(table: ResultsTable, arm: str, reference: str, group: str | None) -> ArmComparison:
    """The arm less the reference: paired by group and seed; else by groups that both have; else as two samples."""
    mine, other = table.of(arm), table.of(reference)
    shared = mine.index.intersection(other.index)
    if _units(shared, group) >= MIN_UNITS or len(shared) == len(mine) == len(other):
        return _by_pairs(mine, other, shared, group)
    if group is None:
        return _as_samples(mine["value"], other["value"], "run")
    means, other_means = (side.groupby(level="group")["value"].mean() for side in (mine, other))
    both = means.index.intersection(other_means.index)
    if len(both) >= MIN_UNITS:
        return _by_groups(mine, other, list(both), group)
    return _as_samples(means, other_means, group)


def _units(keys: pd.Index, group: str | None) -> int:
    """How many independent pairs there are: whole groups where runs belong to groups."""
    return len(keys if group is None else keys.get_level_values("group").unique())


def _by_pairs(mine: pd.DataFrame, other: pd.DataFrame, shared: pd.Index, group: str | None) -> ArmComparison:
    values, against = (side.loc[shared, "value"].to_numpy() for side in (mine, other))
    groups = None if group is None else shared.get_level_values("group").to_numpy()
    return ArmComparison(
        mean=_mean(values),
        reference_mean=_mean(against),
        difference=paired_difference(values - against, groups),
        lower=_share_below(independent(values - against, groups)),
        unit=group or "pair",
        test="paired t" if group is None else "clustered t",
        alone=[*mine.drop(shared)["row"], *other.drop(shared)["row"]],
    )


def _by_groups(mine: pd.DataFrame, other: pd.DataFrame, both: list[str], group: str) -> ArmComparison:
    inside, other_inside = (side[side.index.get_level_values("group").isin(both)] for side in (mine, other))
    values, against = (side.groupby(level="group")["value"].mean().loc[both].to_numpy() for side in (inside, other_inside))
    return ArmComparison(
        mean=_mean(values),
        reference_mean=_mean(against),
        difference=paired_difference(values - against),
        lower=_share_below(values - against),
        unit=group,
        test="clustered t",
        alone=[*mine.drop(inside.index)["row"], *other.drop(other_inside.index)["row"]],
    )


def _as_samples(mine: pd.Series, other: pd.Series, unit: str) -> ArmComparison:
    values, against = mine.to_numpy(), other.to_numpy()
    return ArmComparison(
        mean=_mean(values),
        reference_mean=_mean(against),
        difference=welch_difference(values, against),
        lower=_share_below((values[:, None] - against).ravel()),
        unit=unit,
        test="Welch's t",
        alone=[],
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


def _share_below(differences: np.ndarray) -> float:
    return float(np.mean((differences < 0) + 0.5 * (differences == 0))) if len(differences) else math.nan
