"""Where the next study of so many runs falls, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.statistics.prediction import prediction_interval, share_as_far_out, study_means
from tests.experiments.statistics.populations import POPULATIONS, draw, shared_data_sets


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize(("n", "ours"), [(1, 200), (10, 100), (10, 1000)])
def test_a_prediction_interval_holds_the_next_study(population: str, n: int, ours: int) -> None:
    simulations = 500
    held = 0
    next_studies = draw(population, (simulations, n), 5).mean(1)
    for values, published in zip(draw(population, (simulations, ours), 6), next_studies, strict=True):
        low, high = prediction_interval(values, n)
        held += low - 1e-9 <= published <= high + 1e-9
    assert 0.92 <= held / simulations <= 0.99


def test_a_study_on_one_data_set_is_predicted_from_whole_data_sets() -> None:
    values, groups = shared_data_sets(600, sets=67, seed=7)
    values = values[:, :400]
    generator = np.random.default_rng(8)
    published = generator.normal(size=400) + generator.normal(size=(15, 400)).mean(0)
    intervals = np.array([prediction_interval(column, 15, groups) for column in values.T])
    assert 0.91 <= np.mean((intervals[:, 0] <= published) & (published <= intervals[:, 1])) <= 0.97
    alone = np.array([prediction_interval(column, 15) for column in values.T[:50]])
    assert (alone[:, 1] - alone[:, 0]).mean() < 0.5 * (intervals[:, 1] - intervals[:, 0]).mean()


def test_a_study_of_fewer_runs_than_a_data_set_has_draws_them_without_replacement() -> None:
    groups = np.repeat(np.arange(40), 15)
    whole = np.tile(np.arange(15.0), 40)
    assert np.all(study_means(whole, 15, groups) == 7.0)
    assert study_means(whole, 5, groups).std() == pytest.approx(np.sqrt(whole.var() / 5 * 10 / 14), rel=0.05)


def test_shares_as_far_out_are_evenly_spread_when_the_study_is_ours() -> None:
    shares = []
    for values, study in zip(draw("near zero", (400, 200), 9), draw("near zero", (400, 10), 10), strict=True):
        shares.append(share_as_far_out(study_means(values, 10), study.mean()))
    assert 0.02 <= np.mean(np.array(shares) <= 0.05) <= 0.09
    assert 0.44 <= np.mean(np.array(shares) <= 0.5) <= 0.56


def test_a_number_at_our_mean_is_never_far_out() -> None:
    values = draw("near zero", 300, 11)
    means = study_means(values, 3)
    assert share_as_far_out(means, float(np.median(means))) == 1.0
    assert share_as_far_out(means, 90.0) == pytest.approx(2 / 10_001), "never 0, as ten thousand studies cannot show that"
