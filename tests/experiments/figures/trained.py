"""A study that trains in milliseconds, and what its networks make of points, written out."""

from __future__ import annotations

import numpy as np

from experiments.files import STORE_NAME
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.data import draw_points
from tests.experiments.storing import tiny_study

SETTINGS = {"epochs": 6, "test_size": 60, "scale": "standardize", "lr": 0.3, "record_steps": True}
STUDY = tiny_study(5, first=3, name="points", figures=(), one=SETTINGS, two=SETTINGS | {"act": ("tanh",), "out": "tanh"})


def stored(folder, arm, seed):
    with Store(folder / STORE_NAME) as store:
        config = STUDY.arm(arm).config
        ((_, found),) = TrialReader(store).results(config, [seed])
    return found


def classify(folder, arm: str, seed: int, points: np.ndarray) -> np.ndarray:
    """The stored network written out: two affine maps, an activation, tanh, and inside when the outputs sum to more than 0."""
    weights = stored(folder, arm, seed).parameters
    training = draw_points(STUDY.arm(arm).config, seed)["train"][0]
    x = ((points - training.mean(0)) / training.std(0, ddof=1)).astype(np.float32)
    hidden = x @ weights["weight0"] + weights["bias0"]
    hidden = np.maximum(hidden, 0) if arm == "one" else np.tanh(hidden)
    return (np.tanh(hidden @ weights["weight1"] + weights["bias1"]).sum(-1) > 0).astype(int)


def median_seed(table, arm: str) -> int:
    last = table[(table["arm"] == arm) & (table["epoch"] == 6)].set_index("seed")["test_error"]
    distance = (last - last.median()).abs()
    return min(distance[distance == distance.min()].index)
