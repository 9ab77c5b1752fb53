"""Looks at the points of data sets before anything is trained: what is wrong with one is said at once, and once."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.config.data_sets import DEFAULT
from experiments.config.trial import Trial
from experiments.training.data import build_data


def check_data_sets(trials: Iterable[Trial]) -> None:
    """Draws the points of the first trial of each structure, but for the default data set.

    Raises SettingError for a data set that does not suit the settings, or a function that does not give points, and
    UserCodeError where one fails.
    """
    first: dict[str, Trial] = {}
    for trial in trials:
        if trial.config.data.label != DEFAULT:
            first.setdefault(trial.config.structure(), trial)
    for trial in first.values():
        build_data(trial.config, trial.seed)
