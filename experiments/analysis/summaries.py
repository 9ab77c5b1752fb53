"""The small tables that are committed: per-epoch means with intervals, and final values per seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.analysis.parameter_digest import parameter_digest
from experiments.analysis.tables import curves, final_values, groups_of, present_metrics, rows_by_arm
from experiments.config.study import Study
from experiments.statistics.bootstrap import interval_of_mean
from experiments.store.reader import TrialReader

# Four significant digits hold any difference that an interval over seeds could show.
FLOAT_FORMAT = "%.4g"
# The column of the digests of the trained parameters.
DIGESTS = "parameters"
# So many seeds of an arm have theirs in the table: random letters cannot be compressed.
MOST_DIGESTS = 1000


def means_table(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """One row per arm, metric and epoch: mean over rounds, its 95 % interval, and how many rounds had not diverged."""
    parts = []
    for arm, rows in rows_by_arm(study, table).items():
        for metric in present_metrics(table):
            epochs, seeds, values = curves(rows, arm, metric)
            low, high = interval_of_mean(values, groups_of(study, seeds))
            valid = np.isfinite(values)
            counts = valid.sum(0)
            means = np.where(counts > 0, np.where(valid, values, 0).sum(0) / np.maximum(counts, 1), np.nan)
            columns = {"epoch": epochs, "mean": means, "low": low, "high": high, "rounds": counts}
            parts.append(pd.DataFrame({"arm": arm, "metric": metric, **columns}))
    return pd.concat(parts, ignore_index=True)


def finals_table(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """One row per arm and seed: every metric after the last epoch."""
    parts = []
    for arm, rows in rows_by_arm(study, table).items():
        columns = {metric: final_values(rows, arm, metric) for metric in present_metrics(table)}
        parts.append(pd.DataFrame(columns).reset_index().assign(arm=arm))
    joined = pd.concat(parts, ignore_index=True)
    return joined[["arm", "seed", *present_metrics(table)]]


def with_digests(finals: pd.DataFrame, study: Study, trials: TrialReader) -> pd.DataFrame:
    """The same table with digests of the first thousand seeds' parameters, by which anyone who trains one can compare bits."""
    digests = [
        (arm.name, seed, parameter_digest(parameters))
        for arm in study.arms
        for seed, parameters in trials.parameters(arm.config, study.seeds[:MOST_DIGESTS])
    ]
    return finals.merge(pd.DataFrame(digests, columns=["arm", "seed", DIGESTS]), on=["arm", "seed"], how="left")
