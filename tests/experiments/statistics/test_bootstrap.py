"""Coverage and error rates by simulation, on data as awkward as error rates are: skewed, near zero, and two-peaked."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.claims.outcome import Outcome
from experiments.statistics.bootstrap import interval_of_mean, p_above, p_below, resampled_means, summarise
from experiments.statistics.prediction import prediction_interval, share_as_far_out, study_means
from experiments.statistics.significance import at_least_p, better_share, holm, p_beyond, p_within, seeds_needed
from experiments.statistics.variance import spreads
from experiments.verdicts.rules import value_rule

POPULATIONS = ("normal", "near zero", "stuck runs")


def draw(population: str, shape: int | tuple[int, ...], seed: int) -> np.ndarray:
    """Error rates in percent of whole runs of 1000 points."""
    generator = np.random.default_rng(seed)
    if population == "normal":
        return generator.normal(4, 1, shape)
    near_zero = np.round(generator.gamma(1.2, 0.4, shape), 1)
    if population == "near zero":
        return near_zero
    return np.where(generator.random(shape) < 0.1, np.round(generator.normal(50, 1.6, shape), 1), near_zero)


def population_mean(population: str) -> float:
    return float(draw(population, 4_000_000, 99).mean())


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_an_interval_covers_the_mean_as_often_as_it_says(population: str, level: float) -> None:
    low, high = interval_of_mean(draw(population, (100, 1000), 1), level=level)
    mean = population_mean(population)
    covered = np.mean((low <= mean) & (mean <= high))
    assert level - 0.045 <= covered <= level + 0.025


def test_few_values_are_covered_too() -> None:
    low, high = interval_of_mean(draw("normal", (10, 2000), 2))
    assert 0.93 <= np.mean((low <= 4) & (high >= 4)) <= 0.97


def shared_data_sets(simulations: int, sets: int = 60, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """(sets * 15, simulations) values around 0 in which the data set matters as much as the run, and the sets' labels."""
    generator = np.random.default_rng(seed)
    of_set = np.repeat(generator.normal(size=(sets, simulations)), 15, axis=0)
    return of_set + generator.normal(size=of_set.shape), np.repeat(np.arange(sets), 15)


def test_whole_data_sets_are_resampled_where_seeds_share_them() -> None:
    values, groups = shared_data_sets(600)
    low, high = interval_of_mean(values, groups)
    assert 0.92 <= np.mean((low <= 0) & (high >= 0)) <= 0.98
    low, high = interval_of_mean(values)
    assert np.mean((low <= 0) & (high >= 0)) < 0.6


@pytest.mark.parametrize("groups", [None, np.arange(12) // 3])
def test_columns_have_the_interval_they_have_alone_whether_or_not_others_have_diverged(groups) -> None:
    values = np.random.default_rng(4).normal(size=(12, 3))
    alone = [interval_of_mean(column, groups) for column in values.T]
    np.testing.assert_allclose(np.transpose(interval_of_mean(values, groups)), alone, rtol=1e-12)
    values[5, 1] = np.nan
    alone[1] = interval_of_mean(values[:, 1], groups)
    np.testing.assert_allclose(np.transpose(interval_of_mean(values, groups)), alone, rtol=1e-12)


def test_resamples_are_the_same_every_time_and_for_both_arms() -> None:
    values = draw("near zero", 50, 4)
    np.testing.assert_array_equal(resampled_means(values), resampled_means(values))
    np.testing.assert_allclose(resampled_means(values + 1), resampled_means(values) + 1)


def test_diverged_values_are_left_out_and_counted() -> None:
    values = np.array([1.0, np.nan, 3.0, np.nan])
    summary = summarise(values)
    assert (summary.n, summary.diverged, summary.mean) == (2, 2, 2.0)
    assert prediction_interval(values, 5) == prediction_interval(np.array([1.0, 3.0]), 5)
    assert p_above(values, 0.5) == p_above(values[::2], 0.5)
    assert better_share(np.array([1.0, np.nan])) == 1.0


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
        shares.append(share_as_far_out(study_means(values, 10), values.mean(), study.mean()))
    assert 0.02 <= np.mean(np.array(shares) <= 0.05) <= 0.09
    assert 0.44 <= np.mean(np.array(shares) <= 0.5) <= 0.56


def test_a_number_at_our_mean_is_never_far_out() -> None:
    values = draw("near zero", 300, 11)
    assert share_as_far_out(study_means(values, 3), values.mean(), values.mean()) == 1.0
    assert share_as_far_out(study_means(values, 3), values.mean(), 90.0) == 0.0
    assert share_as_far_out(np.array([0.1, 0.2, 0.3]), 0.2, 0.1) == pytest.approx(2 / 3), "as far out as the number itself"


@pytest.mark.parametrize("grouped", [False, True])
def test_p_values_agree_with_intervals(grouped: bool) -> None:
    groups = np.repeat(np.arange(40), 5) if grouped else None
    for shift in np.linspace(-0.3, 0.3, 61):
        values = draw("near zero", 200, 12) - 0.48 + shift
        low, high = interval_of_mean(values, groups)
        p_low, p_high = p_above(values, 0, groups), p_below(values, 0, groups)
        if abs(p_low - 0.025) > 0.002:
            assert (p_low < 0.025) == (low > 0)
        if abs(p_high - 0.025) > 0.002:
            assert (p_high < 0.025) == (high < 0)


def test_p_values_of_few_values_agree_with_intervals_too() -> None:
    values = np.array([0.2, 1.1, 0.4, 2.0, 0.9, 1.4])
    for point in np.linspace(-0.5, 1, 151):
        p = p_above(values, point)
        if abs(p - 0.025) > 0.002:
            assert (p < 0.025) == (interval_of_mean(values)[0] > point)


def test_a_p_value_is_never_zero_and_one_without_values() -> None:
    assert 0 < p_above(np.full(100, 5.0)) < 0.001
    assert p_above(np.zeros(100)) == p_below(np.zeros(100)) == p_above(np.array([3.0])) == 1.0


@pytest.mark.parametrize("population", POPULATIONS)
def test_two_arms_that_do_not_differ_are_told_apart_as_rarely_as_stated(population: str) -> None:
    differences = draw(population, (500, 200), 13) - draw(population, (500, 200), 14)
    found = [2 * min(p_above(row), p_below(row)) <= 0.05 for row in differences]
    assert np.mean(found) <= 0.08


def test_equivalence_is_rarely_found_at_the_margin_and_usually_at_zero() -> None:
    differences = draw("stuck runs", (200, 200), 15) - draw("stuck runs", (200, 200), 16)
    margin = 6.0
    assert np.mean([p_within(row + margin, margin) <= 0.05 for row in differences]) <= 0.08
    assert np.mean([p_beyond(row + margin, margin) <= 0.05 for row in differences]) <= 0.08
    assert np.mean([p_within(row, margin) <= 0.05 for row in differences]) >= 0.9
    assert np.mean([p_beyond(row + 2 * margin, margin) <= 0.05 for row in differences]) >= 0.9


def test_holm_by_hand() -> None:
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.9, 0.8]), [1, 1])
    assert len(holm([])) == 0


def test_holm_keeps_a_report_from_false_findings() -> None:
    differences = np.random.default_rng(17).normal(size=(200, 12, 150))
    found = [holm([2 * min(p_above(row), p_below(row)) for row in report]).min() <= 0.05 for report in differences]
    assert np.mean(found) <= 0.08


def test_at_least_by_hand() -> None:
    p = [0.001, 0.02, 0.2]
    assert at_least_p(p, 3) == 0.2
    assert at_least_p(p, 2) == pytest.approx(0.04)
    assert at_least_p(p, 1) == pytest.approx(0.003)
    assert at_least_p([0.9, 0.9], 1) == 1


def test_most_pairs_are_not_claimed_when_only_half_are_true() -> None:
    generator = np.random.default_rng(18)
    true = np.array([1, 1, 0, 0])[:, None] * 2.0
    p = [[p_above(row) for row in generator.normal(size=(4, 60)) + true] for _ in range(400)]
    assert np.mean([at_least_p(row, 3) <= 0.05 for row in p]) <= 0.06
    assert np.mean([at_least_p(row, 2) <= 0.05 for row in p]) == 1


def test_ties_count_half() -> None:
    assert better_share(np.array([1.0, 0.0, 0.0, -1.0, 2.0])) == pytest.approx(3 / 5)


def test_advice_on_seeds() -> None:
    assert seeds_needed(100, 0.2, 0.1) == 400
    assert seeds_needed(1000, 0.1, 0.037) == 7400
    assert seeds_needed(100, 0.5, 0.0) is None
    assert seeds_needed(100, 5, 0.001) is None
    few = draw("near zero", 100, 19)
    low, high = interval_of_mean(few)
    needed = seeds_needed(100, float(high - low) / 2, 0.03)
    assert needed is not None
    low, high = interval_of_mean(draw("near zero", needed, 20))
    assert (high - low) / 2 == pytest.approx(0.03, rel=0.25)


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


def test_two_components_of_variance_by_hand():
    """Groups (1, 3) and (6, 8): MS_w = 2, MS_b = 25, so between^2 = (25 - 2) / 2; unequal groups weigh by size."""
    found = spreads(np.array([1.0, 3, 6, 8]), np.array([7, 7, 9, 9]))
    assert (found.within, found.between) == pytest.approx((2**0.5, 11.5**0.5))
    unequal = spreads(np.array([0.0, 2, 4, 10, 12]), np.array([0, 0, 0, 1, 1]))
    within, size = (8 + 2) / 3, 5 - 13 / 5
    between = 3 * (2 - 5.6) ** 2 + 2 * (11 - 5.6) ** 2
    assert (unequal.within, unequal.between) == pytest.approx((within**0.5, ((between - within) / size) ** 0.5))


def test_components_of_variance_are_found_again():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(4000), 15)
    found = spreads(random.normal(0, 2, 4000)[groups] + random.normal(0, 0.5, 60000), groups)
    assert (found.within, found.between) == pytest.approx((0.5, 2), rel=0.05)
    none = spreads(random.normal(0, 0.5, 60000), groups)
    assert none.between < 0.05
    assert np.isnan(spreads(np.arange(3.0), np.zeros(3)).between) and np.isnan(spreads(np.arange(3.0), np.arange(3)).within)


def test_the_deviation_of_losses_near_divergence_is_a_number():
    values = np.array([1.0, 3e200, 2e200])
    found = summarise(values)
    assert found.std == pytest.approx(1e200 * np.array([0, 3, 2]).std(ddof=1))
    assert summarise(values[:1]).std != found.std and summarise(np.array([1.0, 3.0])).std == np.array([1.0, 3.0]).std(ddof=1)
