"""How often the rule for a value errs, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.claims.outcome import Outcome
from experiments.statistics.bootstrap import interval_of_mean
from experiments.statistics.prediction import prediction_interval
from experiments.verdicts.rules import value_rule
from tests.experiments.statistics.populations import POPULATIONS, draw


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("n", [1, 10])
@pytest.mark.parametrize("tightness", [1.0, 2.0], ids=["barely resolvable", "well resolvable"])
def test_a_study_twice_the_margin_away_is_rarely_called_reproduced(population: str, n: int, tightness: float) -> None:
    """The published study's own scatter is what lets it through; resolvable is what keeps that scatter small."""
    low, high = prediction_interval(draw(population, 5000, 21), n)
    margin = tightness * (high - low) / 3
    studies = draw(population, (400, n), 22).mean(1)
    same, far = [], []
    for ours, study in zip(draw(population, (400, 150), 23), studies, strict=True):
        ends = interval_of_mean(ours, level=0.90)
        prediction = prediction_interval(ours, n)
        for outcomes, published in ((same, study), (far, study + 2 * margin), (far, study - 2 * margin)):
            rule = value_rule(published, margin, prediction)
            outcomes.append(rule(np.array([ends[0]]), np.array([ends[1]]))[0] == Outcome.REPRODUCED)
    print(
        f"{population}, n = {n}: reproduced {np.mean(same):.3f} of the same, {np.mean(far):.3f} of those twice the margin away"
    )
    assert np.mean(far) <= 0.05
    if tightness > 1 and population == "normal":
        assert np.mean(same) >= 0.8
