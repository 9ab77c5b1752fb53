"""Orders and equalities against the formulas written out: p-values, the pair that decides, and the seeds still needed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.claims.kinds import Equal, Order, Pair
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity
from experiments.statistics.bootstrap import resampled_means
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge

STATED = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "s", "id": "x"}
N = 150
BASE = pd.Series(np.random.default_rng(1).normal(5, 2, N))
NOISE = np.random.default_rng(2).normal(0, 1, N)
NOISE = (NOISE - NOISE.mean()) / NOISE.std()


def pair(lower: str, higher: str, metric: str = "test_error") -> Pair:
    return Pair(Quantity(lower, metric), Quantity(higher, metric))


def evidence(metric: str = "test_error", seeds_per_data_set: int = 1, **differences: np.ndarray) -> Tables:
    """An arm `base`, and arms that differ from it by so much in each seed."""
    arms = {"base": BASE} | {name: BASE + difference for name, difference in differences.items()}
    return Tables(
        extra={("s", arm, metric): values for arm, values in arms.items()}, seeds_per_data_set={"s": seeds_per_data_set}
    )


def tail(values: np.ndarray, point: float) -> float:
    """One-sided p against a mean of at most `point`: the share of resamples there, as a t value with n - 1 degrees."""
    means = resampled_means(np.asarray(values))
    share = ((means <= point).sum() + 1) / (len(means) + 1)
    n = len(values)
    return stats.t.cdf(stats.norm.ppf(share) * math.sqrt((n - 1) / n), n - 1)


def interval(values: np.ndarray, level: float) -> tuple[float, float]:
    """Percentiles at the level that Student's t and n - 1 make of the normal one."""
    n = len(values)
    end = stats.norm.cdf(math.sqrt(n / (n - 1)) * stats.t.ppf((1 - level) / 2, n - 1))
    low, high = np.quantile(resampled_means(np.asarray(values)), [end, 1 - end])
    return float(low), float(high)


def two_digits_up(seeds: float) -> int:
    unit = 10 ** (math.floor(math.log10(seeds)) - 1)
    return math.ceil(seeds / unit) * unit


def test_an_order_that_holds() -> None:
    """Twice the tail: another order would have been claimed had it come out the other way round."""
    difference = 0.25 + NOISE
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=difference))
    assert verdict.outcome == Outcome.REPRODUCED
    assert (verdict.ours, verdict.seeds, verdict.level) == (pytest.approx(0.25), N, 0.95)
    assert (verdict.low, verdict.high) == pytest.approx(interval(difference, 0.95), abs=1e-9)
    assert verdict.p == verdict.p_holm == pytest.approx(2 * tail(difference, 0.0), rel=1e-9)
    assert (verdict.margin, verdict.detail) == (0.1, "")
    assert verdict.better == (difference > 0).mean()
    assert verdict.needs_seeds is None


def test_an_order_that_fails_lies_surely_below_what_counts() -> None:
    difference = NOISE - 0.15
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=difference))
    assert verdict.outcome == Outcome.NOT_REPRODUCED
    assert verdict.p == verdict.p_holm == pytest.approx(2 * tail(-difference, -0.1), rel=1e-9)


@pytest.mark.parametrize(("metric", "size"), [("test_error", 0.1), ("train_loss", 0.02 * (5 + 5.3) / 2)])
def test_what_counts_is_a_tenth_of_a_point_or_two_hundredths_of_the_mean_loss(metric: str, size: float) -> None:
    shift = 5 - BASE.mean()
    tables = Tables(extra={("s", "base", metric): BASE + shift, ("s", "a", metric): BASE + shift + 0.3 + NOISE})
    assert judge(Order(**STATED, pairs=(pair("base", "a", metric),)), tables).margin == pytest.approx(size)
    own = Order(**STATED, pairs=(pair("base", "a", metric),), negligible=0.4)
    assert judge(own, tables).margin == 0.4


@pytest.mark.parametrize(
    ("mean", "edge", "side"),
    [(0.13, 0.0, "low"), (0.04, 0.0, "low"), (0.08, 0.1, "high")],
    ids=["above what counts only 0 is an edge", "0 is nearer", "what counts is nearer"],
)
def test_seeds_needed_by_an_undecided_order(mean: float, edge: float, side: str) -> None:
    """n (half width / distance)^2, to two digits and upwards; the half width is that on the side of the nearest edge."""
    difference = mean + NOISE
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=difference))
    low, high = interval(difference, 0.95)
    half = mean - low if side == "low" else high - mean
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needs_seeds == two_digits_up(N * (half / abs(mean - edge)) ** 2)


def test_other_claims_of_the_report_ask_for_more_seeds() -> None:
    """Each of four tests has a quarter of the tail, so the interval widens by the ratio of the normal quantiles."""
    difference = 0.15 + NOISE
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=difference), [0.9, 0.8, 0.7])
    widening = stats.norm.ppf(0.025 / 4) / stats.norm.ppf(0.025)
    half = 0.15 - interval(difference, 0.95)[0]
    assert verdict.needs_seeds == two_digits_up(N * (widening * half / 0.15) ** 2)
    assert verdict.p_holm == pytest.approx(4 * verdict.p)


def test_of_several_pairs_the_weakest_that_is_needed_decides() -> None:
    differences = {"far": 2 + NOISE, "near": 0.5 + NOISE, "none": 0.05 + NOISE}
    pairs = tuple(pair("base", name) for name in differences)
    every = judge(Order(**STATED, pairs=pairs), evidence(**differences))
    two = judge(Order(**STATED, pairs=pairs, at_least=2), evidence(**differences))
    one = judge(Order(**STATED, pairs=pairs, at_least=1), evidence(**differences))
    assert [verdict.ours for verdict in (every, two, one)] == pytest.approx([0.05, 0.5, 2])
    assert every.detail == "2 of 3 pairs hold; shown: base and none"
    assert two.detail == "2 of 3 pairs hold; shown: base and near"
    assert [verdict.outcome for verdict in (every, two, one)] == [Outcome.UNDECIDED, Outcome.REPRODUCED, Outcome.REPRODUCED]


def test_p_of_at_least_so_many_pairs() -> None:
    """(n - count + 1) times the count-th smallest, twice over as an order."""
    differences = {"far": 0.4 + NOISE, "near": 0.3 + NOISE, "none": 0.18 + NOISE}
    tails = sorted(tail(difference, 0.0) for difference in differences.values())
    pairs = tuple(pair("base", name) for name in differences)
    for count in (1, 2, 3):
        verdict = judge(Order(**STATED, pairs=pairs, at_least=count), evidence(**differences))
        assert verdict.p == pytest.approx(min(1, 2 * (4 - count) * tails[count - 1]), rel=1e-9), count


def test_enough_pairs_that_fail_refute() -> None:
    """Of three pairs two have to hold: two that fail are enough, and p is that of the second one failing."""
    differences = {"yes": 2 + NOISE, "no": NOISE - 0.3, "never": NOISE - 2}
    pairs = tuple(pair("base", name) for name in differences)
    verdict = judge(Order(**STATED, pairs=pairs, at_least=2), evidence(**differences))
    assert verdict.outcome == Outcome.NOT_REPRODUCED
    fails = sorted(tail(-difference, -0.1) for difference in differences.values())
    assert verdict.p == pytest.approx(2 * 2 * fails[1], rel=1e-9)
    assert verdict.ours == pytest.approx(-0.3)


def test_among_pairs_that_hold_alike_the_one_nearer_to_failing_is_shown() -> None:
    """Both are surely above 0, so both p-values for holding are the least there is; one is also below what counts."""
    differences = {"tiny": 0.05 + 0.01 * NOISE, "large": 3 + 0.01 * NOISE}
    pairs = tuple(pair("base", name) for name in differences)
    for ordered in (pairs, pairs[::-1]):
        assert judge(Order(**STATED, pairs=ordered), evidence(**differences)).ours == pytest.approx(0.05)


def test_seeds_and_divergence_are_those_of_the_worst_pair() -> None:
    some, more = 0.5 + NOISE, 0.6 + NOISE
    some[:3], more[10:17] = np.nan, np.nan
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"), pair("base", "b"))), evidence(a=some, b=more))
    assert (verdict.seeds, verdict.diverged) == (N - 7, 7)


def test_slack_moves_the_difference_and_leaves_one_edge() -> None:
    difference = NOISE - 0.3
    claim = Order(**STATED, pairs=(pair("base", "a"),), slack=0.35, slack_reason="r")
    verdict = judge(claim, evidence(a=difference))
    moved = difference + 0.35
    assert verdict.ours == pytest.approx(0.05)
    assert verdict.p == pytest.approx(2 * min(tail(moved, 0), tail(-moved, 0)), rel=1e-9)
    half = 0.05 - interval(moved, 0.95)[0]
    assert verdict.needs_seeds == two_digits_up(N * (half / 0.05) ** 2)
    lost = judge(Order(**STATED, pairs=(pair("base", "a"),), slack=0.01, slack_reason="r"), evidence(a=difference))
    assert lost.p == pytest.approx(2 * tail(-(difference + 0.01), 0.0), rel=1e-9), "with slack nothing is negligible"


def test_pairs_of_one_arm_are_named_by_their_metrics() -> None:
    pairs = tuple(Pair(Quantity("base", "train_error"), Quantity("base", metric)) for metric in ("test_error", "other_error"))
    values = {"train_error": BASE, "test_error": BASE + 0.1 + NOISE, "other_error": BASE + 2}
    extra = {("s", "base", metric): series for metric, series in values.items()}
    assert (
        judge(Order(**STATED, pairs=pairs), Tables(extra=extra)).detail
        == "1 of 2 pairs hold; shown: train_error and test_error"
    )


def equal(margin: float, *others: str, relative: bool = False, at_least: int | None = None) -> Equal:
    pairs = tuple(pair("base", name) for name in others or ("a",))
    return Equal(**STATED, pairs=pairs, margin=margin, margin_reason="r", relative=relative, at_least=at_least)


def test_an_equality_that_holds_has_the_larger_of_two_tails() -> None:
    difference = 0.2 + NOISE
    verdict = judge(equal(0.5), evidence(a=difference))
    assert verdict.outcome == Outcome.REPRODUCED
    assert verdict.p == pytest.approx(max(tail(difference, -0.5), tail(-difference, -0.5)), rel=1e-9)
    assert (verdict.low, verdict.high) == pytest.approx(interval(difference, 0.90), abs=1e-9)
    assert (verdict.level, verdict.margin) == (0.90, 0.5)


@pytest.mark.parametrize("mean", [0.9, -0.9])
def test_an_equality_that_fails_has_the_smaller_of_two_tails(mean: float) -> None:
    difference = mean + NOISE
    verdict = judge(equal(0.5), evidence(a=difference))
    assert verdict.outcome == Outcome.NOT_REPRODUCED
    assert verdict.p == pytest.approx(min(tail(difference, 0.5), tail(-difference, 0.5)), rel=1e-9)


@pytest.mark.parametrize("mean", [0.45, -0.45, 0.53, -0.53])
def test_seeds_needed_by_an_undecided_equality(mean: float) -> None:
    difference = mean + NOISE
    verdict = judge(equal(0.5), evidence(a=difference))
    low, high = interval(difference, 0.90)
    half = high - mean if math.copysign(0.5, mean) > mean else mean - low
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needs_seeds == two_digits_up(N * (half / abs(abs(mean) - 0.5)) ** 2)


def test_several_tests_ask_for_more_seeds_of_an_equality() -> None:
    """Of three pairs two have to be equal, beside one claim more: (1 + 1) (3 - 2 + 1) = 4 tests, tail 0.05 each."""
    differences = {"a": 0.3 + NOISE, "b": 0.45 + NOISE, "c": 3 + NOISE}
    verdict = judge(equal(0.5, *differences, at_least=2), evidence(**differences), [0.6])
    widening = stats.norm.ppf(0.05 / 4) / stats.norm.ppf(0.05)
    half = interval(differences["b"], 0.90)[1] - 0.45
    assert verdict.ours == pytest.approx(0.45)
    assert verdict.needs_seeds == two_digits_up(N * (widening * half / 0.05) ** 2)


def test_a_relative_margin_is_a_fraction_of_the_mean_of_both_sides() -> None:
    difference = 0.6 + NOISE
    verdict = judge(equal(0.15, relative=True), evidence(a=difference))
    assert verdict.margin == pytest.approx(0.15 * (2 * BASE.mean() + 0.6) / 2)
    negative = Tables(extra={("s", "base", "test_error"): -BASE, ("s", "a", "test_error"): -BASE + difference})
    assert judge(equal(0.15, relative=True), negative).margin == pytest.approx(0.15 * (2 * BASE.mean() - 0.6) / 2)


def test_turned_is_the_share_of_resamples_with_another_verdict() -> None:
    difference = 0.2 + NOISE
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=difference))
    low, high = interval(difference, 0.95)
    shifts = resampled_means(difference) - difference.mean()
    holds = low + shifts > 0
    fails = high + shifts < 0.1
    now = (low > 0, high < 0.1)
    assert verdict.turned == pytest.approx(np.mean((holds != now[0]) | (fails != now[1])), abs=2e-3)
    assert 0.2 < verdict.turned < 0.8


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_two_trials_are_the_fewest_that_have_a_difference(kept: int) -> None:
    difference = 0.5 + NOISE
    difference[kept:] = np.nan
    for claim in (Order(**STATED, pairs=(pair("base", "a"),)), equal(0.5)):
        verdict = judge(claim, evidence(a=difference))
        assert (verdict.seeds, verdict.diverged, verdict.needs_seeds) == (kept, N - kept, 100)
        assert math.isnan(verdict.ours) == (kept < 2)
        assert (verdict.detail == "fewer than two trials that did not diverge") == (kept < 2)


def test_seeds_that_share_a_data_set_stay_together() -> None:
    difference = 0.3 + np.repeat(NOISE[:30], 5)
    tables = evidence(a=difference, seeds_per_data_set=5)
    means = resampled_means(difference, np.arange(N) // 5)
    share = ((means <= 0).sum() + 1) / (len(means) + 1)
    expected = 2 * stats.t.cdf(stats.norm.ppf(share) * math.sqrt(29 / 30), 29)
    assert judge(Order(**STATED, pairs=(pair("base", "a"),)), tables).p == pytest.approx(expected, rel=1e-9)
