"""What stored steps and networks say, against counts and distances written out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments.analysis import derived_metrics
from experiments.analysis.derived_metrics import errors_near_border, find_extras, rising_iterations
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig


class Stored:
    """Trials as they would be read: `by_seed` for every setting."""

    def __init__(self, by_seed: dict) -> None:
        self.by_seed, self.asked = by_seed, []

    def steps(self, config, seeds):
        self.asked.append((config, seeds))
        return ((seed, self.by_seed[seed]) for seed in seeds if seed in self.by_seed)

    parameters = steps


def study(name: str = "s", **settings) -> Study:
    config = TrialConfig(**settings)
    return Study(name, (Arm("only", config), Arm("other", config.replace(lr=0.7))), range(4))


def test_iterations_rise_within_an_epoch_only() -> None:
    """Seven points in batches of three are three iterations an epoch: two comparisons each, none between epochs."""
    made_up = study(train_size=7, batch_size=3, epochs=2)
    losses = {0: [3, 2, 1, 9, 8, 7], 1: [1, 2, 3, 1, 2, 3], 3: [1, 2, 2, 9, 9, 8]}
    trials = Stored({seed: np.array(steps, float) for seed, steps in losses.items()})
    pd.testing.assert_series_equal(rising_iterations(made_up, trials), pd.Series({0: 0.0, 1: 100.0, 3: 25.0}))
    assert trials.asked == [(made_up.arms[0].config, range(4))]


@pytest.fixture
def guesses(monkeypatch):
    """Points at known distances from the circle, and networks that are wrong where their parameters say."""
    centre, radius = np.array([0.5, 0.5]), 1 / math.sqrt(2 * math.pi)
    distances = np.array([-0.2, -0.051, -0.049, 0.0, 0.049, 0.051, 0.2])
    angles = np.arange(7.0)
    points = centre + (radius + distances)[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    labels = np.array([0, 1, 0, 1, 0, 1, 0])
    monkeypatch.setattr(derived_metrics, "draw_points", lambda config, seed: {"test": (points, labels)})
    monkeypatch.setattr(derived_metrics, "predict", lambda config, seed, wrong, points: labels ^ np.array(wrong))


def test_errors_near_the_border_are_a_share_of_the_errors(guesses) -> None:
    wrong = {
        0: [1, 1, 1, 1, 1, 1, 1],
        1: [1, 1, 0, 0, 0, 1, 1],
        2: [0, 0, 1, 0, 1, 0, 0],
        3: [0] * 7,
    }
    found = errors_near_border(study(), Stored(wrong))
    assert found.tolist()[:3] == pytest.approx([300 / 7, 0.0, 100.0]) and math.isnan(found[3])


def test_extras_are_found_for_studies_under_their_own_names() -> None:
    fernandez = study("train-fernandez", train_size=2, batch_size=1, epochs=1)
    trials = Stored({0: np.array([1.0, 2.0])})
    assert list(find_extras([study("other")], trials)) == []
    found = find_extras([study("other"), fernandez], trials)
    assert list(found) == [("train-fernandez", "fernandez", "rising_iterations")]
    assert found["train-fernandez", "fernandez", "rising_iterations"].tolist() == [100.0]
