"""What two claims ask of stored trials and no history table holds: by seed, in percent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.analysis.stored_networks import predict
from experiments.config.study import Study
from experiments.store.reader import TrialReader
from experiments.training.data import draw_points
from minifw.compiled.points import DISC_CENTRE, DISC_RADIUS

NEAR = 0.05


def rising_iterations(study: Study, trials: TrialReader) -> pd.Series:
    """Of the iterations within an epoch, the share whose batch loss is above the one before: fernandez's irregular loss."""
    config = study.arms[0].config
    shares = {
        seed: 100 * float((np.diff(steps.reshape(-1, config.steps_per_epoch), axis=1) > 0).mean())
        for seed, steps in trials.steps(config, study.seeds)
    }
    return pd.Series(shares, dtype=float)


def errors_near_border(study: Study, trials: TrialReader) -> pd.Series:
    """Of a network's wrong test points, the share less than 0.05 from the circle; NaN where it has none. bhatt's Figure 6."""
    config = study.arms[0].config
    shares = {}
    for seed, parameters in trials.parameters(config, study.seeds):
        points, labels = draw_points(config, seed)["test"]
        wrong = predict(config, seed, parameters, points) != labels
        radius = np.linalg.norm(points[wrong] - np.array(DISC_CENTRE), axis=-1)
        near = np.abs(radius - DISC_RADIUS) < NEAR
        shares[seed] = 100 * float(near.mean()) if len(near) else np.nan
    return pd.Series(shares, dtype=float)


EXTRAS: dict[tuple[str, str, str], Callable[[Study, TrialReader], pd.Series]] = {
    ("train-fernandez", "fernandez", "rising_iterations"): rising_iterations,
    ("train-bhatt", "bhatt", "errors_near_border"): errors_near_border,
}


def find_extras(studies: list[Study], trials: TrialReader) -> dict[tuple[str, str, str], pd.Series]:
    """The extra series of those studies that ran under their own names, by study, arm and metric."""
    by_name = {study.name: study for study in studies}
    return {key: find(by_name[key[0]], trials) for key, find in EXTRAS.items() if key[0] in by_name}
