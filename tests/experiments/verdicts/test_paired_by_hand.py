"""Orders and equalities against the formulas written out: p-values, the pair that decides, and the seeds still needed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.claims.kinds import Equal, Order, Pair
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import DIVERGES, Quantity
from experiments.claims.wording import statement
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from tests.experiments.verdicts.samples import seeds_that_tell

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
    """One-sided p of Student's t against a mean of at most `point`."""
    return float(stats.ttest_1samp(values, point, alternative="greater").pvalue)


def interval(values: np.ndarray, level: float) -> tuple[float, float]:
    """mean -+ t s / sqrt(n)."""
    return stats.t.interval(level, len(values) - 1, values.mean(), stats.sem(values))


def seeds_for(distance: float, alpha: float, power: float = 0.5) -> int:
    """The deviation is that of NOISE."""
    return seeds_that_tell(float(NOISE.std(ddof=1)), distance, alpha, power)


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
    ("mean", "edge"),
    [(0.15, 0.0), (0.04, 0.1), (0.08, 0.0), (-0.02, 0.1)],
    ids=["above what counts", "0 is nearer", "what counts is nearer", "below 0"],
)
def test_seeds_needed_by_an_undecided_order(mean: float, edge: float) -> None:
    """Above 0 and below what counts, 0.1, either decides: the farther takes fewer seeds."""
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=mean + NOISE))
    assert verdict.outcome == Outcome.UNDECIDED
    distance = abs(mean - edge)
    assert verdict.needed == (seeds_for(distance, 0.025), seeds_for(distance, 0.025, 0.9))


def test_other_claims_of_the_report_ask_for_more_seeds() -> None:
    """Each of four tests has a quarter of the tail."""
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=0.15 + NOISE), [0.9, 0.8, 0.7])
    assert verdict.needed == (seeds_for(0.15, 0.025 / 4), seeds_for(0.15, 0.025 / 4, 0.9))
    assert verdict.p_holm == pytest.approx(4 * verdict.p)


def test_the_seeds_of_a_claim_that_fails_count_the_pairs_that_could_fail_it() -> None:
    """All three have to hold, so one that fails is enough: three chances to fail, and each has a third of the tail."""
    differences = {"yes": 2 + NOISE, "sure": 3 + NOISE, "low": NOISE - 0.07}
    pairs = tuple(pair("base", name) for name in differences)
    verdict = judge(Order(**STATED, pairs=pairs), evidence(**differences))
    assert verdict.outcome == Outcome.UNDECIDED and verdict.ours == pytest.approx(-0.07)
    assert verdict.needed == (seeds_for(0.17, 0.025 / 3), seeds_for(0.17, 0.025 / 3, 0.9))


def test_a_share_of_runs_has_the_margin_of_percents() -> None:
    """A tenth of a point counts, not a part of the level, though the metric is a loss."""
    sides = (Quantity(name, "train_loss", DIVERGES) for name in ("base", "a"))
    losses = {name: pd.DataFrame({"seed": range(N), "epoch": 1, "arm": name, "train_loss": 1.0}) for name in ("base", "a")}
    losses["a"].loc[:20, "train_loss"] = np.nan
    verdict = judge(Order(**STATED, pairs=(Pair(*sides),)), Tables(histories={"s": pd.concat(losses.values())}))
    assert verdict.margin == pytest.approx(0.1)


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


def test_slack_moves_the_edge_and_leaves_the_difference_as_it_is() -> None:
    """Ours is what was measured; what must hold says how much is allowed."""
    difference = NOISE - 0.3
    claim = Order(**STATED, pairs=(pair("base", "a"),), slack=0.35, slack_reason="r")
    verdict = judge(claim, evidence(a=difference))
    assert (verdict.ours, verdict.margin) == (pytest.approx(-0.3), 0.35)
    assert (verdict.low, verdict.high) == pytest.approx(interval(difference, 0.95), abs=1e-9)
    assert verdict.p == pytest.approx(2 * min(tail(difference, -0.35), tail(-difference, 0.35)), rel=1e-9)
    assert verdict.better == (difference > -0.35).mean()
    assert verdict.needs_seeds == seeds_for(0.05, 0.025)
    assert statement(claim) == "base < a + 0.35"
    several = Order(**STATED, pairs=(pair("base", "a"), pair("base", "b")), slack=0.5, slack_reason="r")
    assert statement(several) == "base < a, b each + 0.5"
    lost = judge(Order(**STATED, pairs=(pair("base", "a"),), slack=0.01, slack_reason="r"), evidence(a=difference))
    assert lost.p == pytest.approx(2 * tail(-difference, 0.01), rel=1e-9), "with slack nothing is negligible"


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
    verdict = judge(equal(0.5), evidence(a=mean + NOISE))
    distance = abs(abs(mean) - 0.5)
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needed == (seeds_for(distance, 0.05), seeds_for(distance, 0.05, 0.9))


def test_several_tests_ask_for_more_seeds_of_an_equality() -> None:
    """Of three pairs two have to be equal, beside one claim more: (1 + 1) (3 - 2 + 1) = 4 tests, tail 0.05 each."""
    differences = {"a": 0.3 + NOISE, "b": 0.45 + NOISE, "c": 3 + NOISE}
    verdict = judge(equal(0.5, *differences, at_least=2), evidence(**differences), [0.6])
    assert verdict.ours == pytest.approx(0.45)
    assert verdict.needs_seeds == seeds_for(0.05, 0.05 / 4)


def test_a_relative_margin_is_a_fraction_of_the_mean_of_both_sides() -> None:
    difference = 0.6 + NOISE
    verdict = judge(equal(0.15, relative=True), evidence(a=difference))
    assert verdict.margin == pytest.approx(0.15 * (2 * BASE.mean() + 0.6) / 2)
    negative = Tables(extra={("s", "base", "test_error"): -BASE, ("s", "a", "test_error"): -BASE + difference})
    assert judge(equal(0.15, relative=True), negative).margin == pytest.approx(0.15 * (2 * BASE.mean() - 0.6) / 2)


@pytest.mark.parametrize("family", [[], [0.9, 0.8, 0.7], [1e-9, 0.8, 0.7]])
@pytest.mark.parametrize("others", [0, 1])
def test_turned_is_how_often_another_draw_is_judged_otherwise(family: list[float], others: int) -> None:
    """The two means differ by sqrt(2) errors; Holm's factor counts the claims with no smaller p, and pairs that could serve."""
    difference, sure = 0.2 + NOISE, 5 + NOISE
    pairs = (pair("base", "a"), *(pair("base", "b"),) * others)
    verdict = judge(Order(**STATED, pairs=pairs), evidence(a=difference, b=sure), family)
    error = NOISE.std(ddof=1) / math.sqrt(N)
    reach = stats.t.isf(0.025 / (1 + sum(p > 0.1 for p in family)), N - 1) * error
    moved = stats.norm(0.2, math.sqrt(2) * error)
    holds, fails = moved.sf(reach), moved.cdf(0.1 - reach)
    assert verdict.turned == pytest.approx({"reproduced": 1 - holds, "undecided": holds + fails}[verdict.outcome], abs=2e-3)
    assert 0.2 < verdict.turned < 0.8


@pytest.mark.parametrize(
    ("lower_lost", "higher_lost", "expected"),
    [(0, 40, Outcome.REPRODUCED), (40, 0, Outcome.REPRODUCED), (70, 0, Outcome.UNDECIDED), (90, 0, Outcome.NOT_REPRODUCED)],
)
def test_divergence_ranks_worst_in_an_order(lower_lost: int, higher_lost: int, expected: Outcome) -> None:
    """Of 150 seeds the lower arm is lower by 0.2 points wherever both end; left out, divergence would decide nothing."""
    lower, higher = np.zeros(N), np.full(N, 0.2)
    lower[:lower_lost], higher[N - higher_lost :] = np.nan, np.nan
    verdict = judge(Order(**STATED, pairs=(pair("a", "b"),)), evidence(a=lower, b=higher))
    won = N - lower_lost
    assert verdict.better == won / N
    assert verdict.outcome == expected
    assert verdict.p == pytest.approx(2 * stats.binom.cdf(min(won, N - won), N, 0.5))
    lost, arm = (lower_lost, "a") if lower_lost else (higher_lost, "b")
    assert verdict.detail == f"of 150 runs {lost} of {arm} diverged: they rank worst, and signs decide; ours is the median"
    assert (verdict.seeds, verdict.diverged) == (N - lost, lost)


def test_where_both_sides_diverge_neither_is_ahead() -> None:
    difference, lost = 0.3 + NOISE, np.arange(N) < 10
    base = BASE.mask(lost)
    extra = {("s", "base", "test_error"): base, ("s", "a", "test_error"): base + difference}
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), Tables(extra=extra))
    won = (difference[~lost] > 0).sum()
    assert verdict.better == (won + 5) / N
    assert verdict.p == pytest.approx(2 * stats.binom.sf(won - 1, N - 10, 0.5))
    lost_runs = "of 150 runs 10 of base and 10 of a diverged"
    assert verdict.detail == f"{lost_runs}: they rank worst, and signs decide; ours is the median"


@pytest.mark.parametrize("shift", [-0.5, -0.25, 0.0, 0.1, 0.2, 0.3, 0.5])
@pytest.mark.parametrize("slack", [0.0, 0.2])
def test_where_signs_decide_the_interval_shown_is_theirs(shift: float, slack: float) -> None:
    """A claim is decided just where that of the median leaves out 0, or how much higher the lower side may be."""
    difference = shift + NOISE
    difference[:12] = np.nan
    claim = Order(**STATED, pairs=(pair("base", "a"),), slack=slack, slack_reason="r" if slack else "")
    verdict = judge(claim, evidence(a=difference))
    assert verdict.ours == pytest.approx(np.median(np.where(np.isnan(difference), np.inf, difference)))
    decided = {Outcome.REPRODUCED: verdict.low > -slack, Outcome.NOT_REPRODUCED: verdict.high < -slack}
    assert decided == {outcome: outcome is verdict.outcome for outcome in decided}
    signs = np.sign(np.where(np.isnan(difference), np.inf, difference) + slack)
    if verdict.outcome is Outcome.UNDECIDED:
        wanted = seeds_that_tell(float(signs.std(ddof=1)), abs(signs.mean()), 0.025, 0.5)
        assert verdict.needs_seeds == wanted
    drawn = signs[np.random.default_rng(0).integers(N, size=20_000)]
    assert judge(claim, evidence(a=difference)).shown == pytest.approx(np.mean((drawn > 0) + 0.5 * (drawn == 0)), abs=0.02)


def test_what_is_the_same_in_every_run_says_so() -> None:
    verdict = judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=np.zeros(N)))
    assert (verdict.outcome, verdict.ours, verdict.detail) == (Outcome.NOT_REPRODUCED, 0, "the same in every run")


@pytest.mark.parametrize(("deviation", "expected"), [(0.9, Outcome.AT_THE_MARGIN), (1.0, Outcome.UNDECIDED)])
def test_at_the_margin_is_an_interval_of_students_t_under_a_quarter_of_it(deviation: float, expected: Outcome) -> None:
    """2 t s / sqrt(n) against half of the margin's half; the luck of resampling has no say in it."""
    width = 2 * stats.t.ppf(0.95, N - 1) * deviation * NOISE.std(ddof=1) / math.sqrt(N)
    margin = 0.95 * 2 * stats.t.ppf(0.95, N - 1) * NOISE.std(ddof=1) / math.sqrt(N) / 0.25
    assert (width < margin / 4) == (expected is Outcome.AT_THE_MARGIN)
    verdict = judge(equal(margin), evidence(a=margin + deviation * NOISE))
    assert verdict.outcome == expected and verdict.high - verdict.low == pytest.approx(width)


def test_divergence_does_not_blow_up_how_often_a_verdict_turns() -> None:
    """By signs it is near certain; by a mean with 1e181 in it, as good as chance."""
    values = np.full(N, 0.2)
    values[:3] = np.nan
    assert judge(Order(**STATED, pairs=(pair("base", "a"),)), evidence(a=values)).turned == 0


def test_an_equality_leaves_out_what_diverged_and_says_so() -> None:
    difference = 0.1 + NOISE
    difference[:4] = np.nan
    verdict = judge(equal(0.5), evidence(a=difference))
    assert (verdict.diverged, verdict.detail) == (4, "of 150 runs 4 of a diverged: left out")


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_two_trials_are_the_fewest_that_have_a_difference(kept: int) -> None:
    difference = 0.5 + NOISE
    difference[kept:] = np.nan
    for claim in (Order(**STATED, pairs=(pair("base", "a"),)), equal(0.5)):
        verdict = judge(claim, evidence(a=difference))
        assert (verdict.seeds, verdict.diverged) == (kept, N - kept)
        assert verdict.needs_seeds == (None if kept == 2 and isinstance(claim, Order) else 100)
        assert math.isnan(verdict.ours) == (kept < 2)
        assert ("fewer than two trials" in verdict.detail) == (kept < 2)


def test_seeds_that_share_a_data_set_stay_together() -> None:
    difference = 0.3 + np.repeat(NOISE[:30], 5)
    tables = evidence(a=difference, seeds_per_data_set=5)
    expected = 2 * tail(0.3 + NOISE[:30], 0.0)
    assert judge(Order(**STATED, pairs=(pair("base", "a"),)), tables).p == pytest.approx(expected, rel=1e-9)
