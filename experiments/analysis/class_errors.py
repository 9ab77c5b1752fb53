"""How stored networks classify the points of each class."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.analysis.stored_networks import predict
from experiments.analysis.tables import final_values
from experiments.config.study import Arm
from experiments.config.trial import TrialConfig
from experiments.store.reader import TrialReader
from experiments.training.data import classes_of, draw_points


def split_shown(config: TrialConfig) -> str:
    """The split that figures of points show: the test set where there is one."""
    return "test" if config.test_size else "train"


def confusions(arm: Arm, table: pd.DataFrame, trials: TrialReader, split: str) -> tuple[list[int], np.ndarray]:
    """The seeds of an arm that have not diverged, and for each how many points of a class (row) got which label: (n, K, K)."""
    final = final_values(table, arm.name, f"{split}_error").dropna()
    counted = list(_count(arm.config, [int(seed) for seed in final.index], trials, split))
    classes = len(classes_of(arm.config))
    return [seed for seed, _ in counted], np.array([counts for _, counts in counted]).reshape(-1, classes, classes)


def _count(config: TrialConfig, seeds: list[int], trials: TrialReader, split: str) -> Iterator[tuple[int, np.ndarray]]:
    classes = len(classes_of(config))
    for seed, parameters in trials.parameters(config, seeds):
        points, labels = draw_points(config, seed)[split]
        given = predict(config, seed, parameters, points)
        yield seed, np.bincount(labels * classes + given, minlength=classes**2).reshape(classes, classes)


def row_shares(counts: np.ndarray) -> np.ndarray:
    """Counts (..., K, K) as shares of their rows, NaN where a class has no points."""
    totals = counts.sum(-1, keepdims=True)
    return np.where(totals > 0, counts / np.maximum(totals, 1), np.nan)


def class_errors(counts: np.ndarray) -> np.ndarray:
    """Of each class's points, the share that got another label: (..., K)."""
    return 1 - np.diagonal(row_shares(counts), axis1=-2, axis2=-1)
