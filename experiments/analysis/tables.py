"""From the store to tidy tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from experiments.config.study import Study
from experiments.statistics.bootstrap import Summary, summarise
from experiments.store.reader import TrialReader
from experiments.training.data import SPLITS

METRICS = tuple(f"{split}_{quantity}" for split in SPLITS for quantity in ("loss", "error"))
# A squared error or cross-entropy per sample begins below 1 in every study; what has grown this far does not come back.
MAX_LOSS = 1e6
COLUMNS = ("arm", "seed", "epoch", *METRICS)


def history_table(study: Study, trials: TrialReader) -> pd.DataFrame:
    """One row per arm, seed and measured epoch, sorted so; columns `COLUMNS`, NaN where a split is absent or has diverged."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS[1:]}
    lengths: list[tuple[str, int]] = []
    for arm in sorted(study.arms, key=lambda arm: arm.name):
        for seed, stored in trials.histories(arm.config, study.seeds):
            history = cut_off(stored)
            count = len(history["epoch"])
            lengths.append((arm.name, count))
            parts["seed"].append(np.full(count, seed))
            parts["epoch"].append(history["epoch"])
            for name in METRICS:
                parts[name].append(history.get(name, np.full(count, np.nan)))
    arms: Any = np.repeat([name for name, _ in lengths], [count for _, count in lengths]) if lengths else []
    columns: dict[str, Any] = {name: np.concatenate(values) if values else [] for name, values in parts.items()}
    return pd.DataFrame({"arm": arms, **columns})


def cut_off(history: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The history of a trial, NaN from the first epoch at which a loss is above `MAX_LOSS`: from there on it has diverged.

    A stored trial is NaN from its first loss that is not finite, but one that grows without bound may end at 1e181, and one
    such number is then the mean of any number of trials.
    """
    losses = [values for name, values in history.items() if name.endswith("_loss")]
    over = np.any([values > MAX_LOSS for values in losses], axis=0) if losses else np.zeros(1, bool)
    if not over.any():
        return history
    gone = np.arange(len(over)) >= over.argmax()
    return {name: values if name == "epoch" else np.where(gone, np.nan, values) for name, values in history.items()}


def rows_by_arm(study: Study, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The rows of each arm of a study, found in one pass: comparing a million names for each metric is what takes time."""
    found = dict(list(table.groupby("arm", sort=False)))
    return {arm.name: found.get(arm.name, table.iloc[:0]) for arm in study.arms}


def final_values(table: pd.DataFrame, arm: str, metric: str) -> pd.Series:
    """A metric at the last epoch of each seed of an arm, indexed by seed; NaN where the trial diverged."""
    rows = table[table["arm"] == arm]
    last = rows[rows["epoch"] == rows["epoch"].max()]
    return last.set_index("seed")[metric]


def curves(table: pd.DataFrame, arm: str, metric: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Epochs (k,), seeds (n,) and the metric of every seed at every epoch (n, k)."""
    wide = table[table["arm"] == arm].pivot(index="seed", columns="epoch", values=metric)
    return wide.columns.to_numpy(), wide.index.to_numpy(), wide.to_numpy()


def present_metrics(table: pd.DataFrame) -> list[str]:
    """The metrics of splits that the study has."""
    return [name for name in METRICS if name in table and (table[name].notna().any() or name.startswith("train"))]


def groups_of(study: Study, seeds: Iterable[int]) -> np.ndarray | None:
    """The data set of each seed, when seeds share data sets, otherwise None."""
    return None if study.seeds_per_data_set == 1 else np.array([study.data_set(seed) for seed in seeds])


def summary_table(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Final values over rounds: one row per arm and metric, the fields of `Summary` as columns. Errors are fractions."""
    rows = []
    for arm, part in rows_by_arm(study, table).items():
        for metric in present_metrics(table):
            values = final_values(part, arm, metric)
            if len(values):
                summary = summarise(values.to_numpy(), groups_of(study, values.index))
                rows.append({"arm": arm, "metric": metric, **vars(summary)})
    return pd.DataFrame(rows, columns=["arm", "metric", *Summary.__dataclass_fields__])
