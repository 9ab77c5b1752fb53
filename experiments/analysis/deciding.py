"""What is decided of each arm of a study at looks fixed beforehand: lower, higher, equal within a margin, or nothing yet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.analysis.tables import final_values, groups_of
from experiments.config.stopping import UntilDecided
from experiments.config.study import Study
from experiments.statistics.sequential import Direction, compare_so_far

ALPHA = 0.05
COLUMNS = ("arm", "verdict", "decided_at", "units", "diverged", "mean", "low", "high", "lower", "p_lower")


def decide(study: Study, table: pd.DataFrame, metric: str, rule: UntilDecided, *, by_sign: bool = False) -> pd.DataFrame:
    """Every arm minus the study's first in a final metric, seed by seed; one row an arm.

    The chance to err at any look, 0.05, is shared by the arms. What is decided at a look stays so: the sequence errs with that
    chance over all looks together. The margin is one of errors: losses are equal in nothing but equality. `by_sign` decides by
    the signs of the differences alone, for values that single trials hold far up; mean, low and high are NaN then.

    Returns columns `COLUMNS`: decided_at is the number of rounds at which the arm was decided, NaN where it is not yet; mean,
    low and high the mean difference and its confidence sequence with all rounds, lower the share of units in which the arm is
    lower, diverged ranking worst, and p_lower that of the sign test of it.
    """
    alpha = ALPHA / max(1, len(study.arms) - 1)
    margin = rule.margin / 100 if metric.endswith("error") else 0.0
    looks = [rounds for rounds in rule.looks(study.seeds_per_data_set) if rounds <= study.rounds]
    rows = []
    for arm in study.arms[1:]:
        differences = ranked_differences(table, study.arms[0].name, arm.name, metric)
        if by_sign:
            differences = differences.where(differences == 0, np.sign(differences) * np.inf)
        groups = groups_of(study, differences.index)
        verdict, decided_at = Direction.UNDECIDED, np.nan
        for rounds in looks:
            sets = None if groups is None else groups[:rounds].tolist()
            verdict = compare_so_far(differences.to_numpy()[:rounds], margin, alpha, sets).direction
            if verdict is not Direction.UNDECIDED:
                decided_at = float(rounds)
                break
        now = compare_so_far(differences.to_numpy(), margin, alpha, None if groups is None else groups.tolist())
        values = (arm.name, str(verdict), decided_at, now.units, now.diverged, now.mean, now.low, now.high)
        rows.append((*values, now.better, now.p_better))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def ranked_differences(table: pd.DataFrame, first: str, arm: str, metric: str) -> pd.Series:
    """The arm minus the first one by seed: +inf where only the arm diverged, -inf where only the first did, 0 for both."""
    lower, higher = final_values(table, first, metric), final_values(table, arm, metric)
    both = lower.index.intersection(higher.index)
    lower, higher = lower.loc[both], higher.loc[both]
    differences = (higher - lower).mask(higher.isna(), np.inf).mask(lower.isna(), -np.inf)
    return differences.mask(higher.isna() & lower.isna(), 0.0)
