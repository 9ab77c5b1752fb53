"""Each report's main study by the compiled engine and by torch's stack: paired by seed, their final errors are equivalent.

One network and its twin part ways by rounding after some epochs, as each must; what is asked is that neither engine trains
better. Equivalence is shown where the 90 % interval of the mean difference lies within the margin (two one-sided tests at 5 %).
"""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.trial import Trial, TrialConfig
from experiments.reports.catalogue import STUDIES
from experiments.training.driver import train_lanes
from experiments.training.lanes import plan_chunks

MARGIN, SEEDS = 0.25, 1000
ONE_SIDED = 1.645
MAIN = {
    "feng": ("train", "train"),
    "bordignon": ("sweep-losses", "cross-entropy"),
    "fernandez": ("train-fernandez", "fernandez"),
    "bamberger": ("sweep-activations", "relu-uniform"),
    "bhatt": ("train-bhatt", "bhatt"),
}


def final_errors(config: TrialConfig, engine: str) -> np.ndarray:
    """The test error in percent after the last epoch, by seed."""
    config = config.replace(engine=engine, evaluate_every=config.epochs)
    found = {}
    for chunk in plan_chunks([Trial(config, seed) for seed in range(SEEDS)]):
        for lane, result in zip(chunk.lanes, train_lanes(chunk.lanes), strict=True):
            found[lane.seed] = 100 * result.measured["test_error"][-1]
    return np.array([found[seed] for seed in range(SEEDS)])


@pytest.mark.slow
@pytest.mark.parametrize("report", MAIN)
def test_neither_engine_trains_better(report: str) -> None:
    study, arm = MAIN[report]
    config = STUDIES[study].build().arm(arm).config
    differences = final_errors(config, "compiled") - final_errors(config, "stack")
    differences = differences[~np.isnan(differences)]
    reach = ONE_SIDED * differences.std(ddof=1) / np.sqrt(len(differences))
    assert len(differences) > 0.99 * SEEDS
    assert abs(differences.mean()) + reach < MARGIN, f"{differences.mean():.3f} +- {reach:.3f} points"
