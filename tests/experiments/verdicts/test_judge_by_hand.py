"""Values, bounds, times, contradictions and granularities against the formulas written out."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.claims.kinds import Bound, Contradiction, Equal, Granularity, Order, Pair, Relation, TimeRatio, Value
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity
from experiments.statistics.bootstrap import interval_of_mean, resampled_means
from experiments.statistics.prediction import prediction_interval, study_means
from experiments.statistics.times import Timing
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from tests.experiments.verdicts.samples import seeds_that_tell

STATED = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "s", "id": "x"}
A, B = Quantity("a", "test_error"), Quantity("b", "test_error")
DRAWN = np.random.default_rng(3).exponential(1, 160)
VALUES = pd.Series(DRAWN - DRAWN.mean() + 4)
LOW, HIGH = interval_of_mean(VALUES.to_numpy(), level=0.90)


def tables(*diverged: int, size: int = 1, **arms: pd.Series) -> Tables:
    found = {name: values.copy() for name, values in (arms or {"a": VALUES}).items()}
    for values in found.values():
        values.iloc[list(diverged)] = np.nan
    return Tables(extra={("s", name, "test_error"): series for name, series in found.items()}, seeds_per_data_set={"s": size})


def tail(values: np.ndarray, point: float) -> float:
    return float(stats.ttest_1samp(values, point, alternative="greater").pvalue)


def seeds_for(distance: float, power: float) -> int:
    """At a tail of 5 %."""
    return seeds_that_tell(float(VALUES.std()), distance, 0.05, power)


@pytest.mark.parametrize(("below", "limit"), [(True, 4.3), (True, 3.8), (False, 3.8), (False, 4.2)])
def test_a_bound(below: bool, limit: float) -> None:
    """`better` is the share of seeds on the claimed side, p the tail against the other side."""
    verdict = judge(Bound(**STATED, quantity=A, limit=limit, below=below), tables())
    side = 1 if below else -1
    assert verdict.better == (side * (limit - VALUES) > 0).mean()
    assert verdict.p == pytest.approx(tail(-side * VALUES.to_numpy(), -limit * side), rel=1e-9)
    assert (verdict.ours, verdict.low, verdict.high, verdict.level) == (pytest.approx(4.0), LOW, HIGH, 0.90)
    assert verdict.outcome == (Outcome.REPRODUCED if below == (limit > 4) else Outcome.NOT_REPRODUCED)
    assert (verdict.seeds, verdict.diverged, verdict.needs_seeds) == (160, 0, None)


@pytest.mark.parametrize("limit", [4.05, 3.95])
def test_seeds_needed_by_an_undecided_bound(limit: float) -> None:
    verdict = judge(Bound(**STATED, quantity=A, limit=limit), tables())
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needed == (seeds_for(0.05, 0.5), seeds_for(0.05, 0.9))
    shifts = math.sqrt(2) * (resampled_means(VALUES.to_numpy()) - VALUES.mean())
    settled = (HIGH + shifts < limit) | (LOW + shifts > limit)
    assert verdict.turned == pytest.approx(settled.mean())


def test_an_undecided_claim_asks_for_at_least_one_seed_more() -> None:
    """At a limit just within the interval fewer seeds than there are would seem to do."""
    verdict = judge(Bound(**STATED, quantity=A, limit=HIGH - 1e-4), tables())
    assert verdict.outcome == Outcome.UNDECIDED and verdict.needs_seeds is not None
    assert 161 <= verdict.needs_seeds <= 170


def test_a_value() -> None:
    claim = Value(**STATED, quantity=A, published=4.3, n=5, margin=1.0, margin_reason="r")
    verdict = judge(claim, tables(3, 7))
    kept = VALUES.drop([3, 7]).to_numpy()
    assert (verdict.seeds, verdict.diverged, verdict.margin, verdict.level) == (158, 2, 1.0, 0.90)
    assert verdict.ours == pytest.approx(kept.mean())
    assert (verdict.low, verdict.high) == interval_of_mean(kept, level=0.90)
    assert (verdict.prediction_low, verdict.prediction_high) == prediction_interval(kept, 5)
    means = study_means(kept, 5)
    z = stats.norm.ppf(((means >= 4.3).sum() + 1) / 10_001)
    assert verdict.share == pytest.approx(2 * stats.t.cdf(z * math.sqrt(157 / 158), 157))


@pytest.mark.parametrize("published", [3.05, 4.95])
def test_seeds_needed_by_an_undecided_value(published: float) -> None:
    """The nearer end of the margin decides how many."""
    claim = Value(**STATED, quantity=A, published=published, n=1000, margin=1.0, margin_reason="r")
    verdict = judge(claim, tables())
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needed == (seeds_for(0.05, 0.5), seeds_for(0.05, 0.9))


def test_another_draw_of_seeds_moves_the_prediction_too() -> None:
    """Published numbers at an end of the prediction are outside it in about half of the draws."""
    _, end = prediction_interval(VALUES.to_numpy(), 40)
    claim = Value(**STATED, quantity=A, published=end, n=40, margin=2.0, margin_reason="r")
    shifts = math.sqrt(2) * (resampled_means(VALUES.to_numpy()) - VALUES.mean())
    assert judge(claim, tables()).turned == pytest.approx((shifts < -1e-9).mean(), abs=0.01)


@pytest.mark.parametrize(("margin", "speaks"), [(0.2, True), (1.0, False)])
def test_a_scatter_of_more_than_three_margins_is_noted_of_what_is_compatible(margin: float, speaks: bool) -> None:
    low, high = prediction_interval(VALUES.to_numpy(), 5)
    assert 3 * 0.2 < high - low < 3 * 1.0
    claim = Value(**STATED, quantity=A, published=4.0, n=5, margin=margin, margin_reason="r")
    note = f"a study of 5 scatters by {high - low:.3g}, more than 3 margins: agreement means little"
    assert judge(claim, tables()).detail == (note if speaks else "")
    far = judge(dataclasses.replace(claim, published=9.5), tables())
    assert far.outcome == Outcome.NOT_REPRODUCED and far.detail == f"9.5 lies outside {low:.3g} to {high:.3g}"


def test_at_the_margin_says_what_deciding_would_cost() -> None:
    """The interval is 0.27 wide and contains the end of a margin of 1.2; of 1.0 it is more than a quarter."""
    for margin, expected in ((1.2, Outcome.AT_THE_MARGIN), (1.0, Outcome.UNDECIDED)):
        claim = Value(**STATED, quantity=A, published=4.04 - margin, n=1000, margin=margin, margin_reason="r")
        verdict = judge(claim, tables())
        assert verdict.outcome == expected and verdict.needed == (seeds_for(0.04, 0.5), seeds_for(0.04, 0.9))


def test_an_order_says_how_often_a_study_of_the_published_size_shows_it() -> None:
    """Means of nine of our differences are above 0 about as often as a normal one, slack moved along."""
    extra = {
        ("s", "a", "test_error"): VALUES,
        ("s", "b", "test_error"): VALUES + 0.3 + np.random.default_rng(9).normal(0, 1, 160),
    }
    for slack in (0.0, 0.2):
        claim = Order(**STATED, n=9, pairs=(Pair(A, B),), slack=slack, slack_reason="r")
        verdict = judge(claim, Tables(extra=extra))
        difference = (extra["s", "b", "test_error"] - VALUES).to_numpy()
        expected = stats.norm.cdf((difference.mean() + slack) / (difference.std() * math.sqrt(1 / 9 + 1 / 160)))
        assert verdict.shown == pytest.approx(expected, abs=0.02)
    assert math.isnan(judge(Equal(**STATED, pairs=(Pair(A, B),), margin=1, margin_reason="r"), Tables(extra=extra)).shown)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_two_trials_are_the_fewest_that_are_measured(kept: int) -> None:
    evidence = tables(*range(kept, 160), a=VALUES, b=VALUES)
    value = Value(**STATED, quantity=A, published=4.0, margin=1.0, margin_reason="r")
    claims = (value, Bound(**STATED, quantity=A, limit=5))
    for verdict in [judge(claim, evidence) for claim in claims]:
        assert (verdict.outcome, verdict.needs_seeds, verdict.seeds) == (Outcome.UNDECIDED, 100, kept)
        assert verdict.diverged == 160 - kept and math.isnan(verdict.ours) == (kept < 2)
    gap = Contradiction(**STATED, first=A, first_published=4, second=B, second_published=8)
    assert math.isnan(judge(gap, evidence).ours) == (kept < 2)


def ratio(relation: Relation, **options: float) -> TimeRatio:
    return TimeRatio(**STATED, evidence="t", numerator=("a",), denominator=("b",), published=2.0, relation=relation, **options)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.5, 2.5, "reproduced"),
        (1.4, 2.5, "undecided"),
        (1.5, 2.6, "undecided"),
        (2.6, 3, "not reproduced"),
        (1, 1.4, "not reproduced"),
    ],
)
def test_a_time_similar_to_the_published_one(low: float, high: float, expected: str) -> None:
    """Within a quarter of 2: from 1.5 to 2.5."""
    verdict = judge(ratio(Relation.SIMILAR, margin=0.25), Tables(times={"t": Timing(2.1, low, high, 12)}))
    assert (verdict.outcome, verdict.margin, verdict.detail) == (expected, 0.5, "12 interleaved repeats of our code")
    assert (verdict.ours, verdict.low, verdict.high, verdict.level) == (2.1, low, high, 0.95)
    assert judge(ratio(Relation.SIMILAR, margin=0.25), Tables()).margin == 0.5


@pytest.mark.parametrize("relation", [Relation.BELOW, Relation.ABOVE])
def test_a_time_against_its_reference(relation: Relation) -> None:
    claim = ratio(relation, reference=3.0)
    seen = [judge(claim, Tables(times={"t": Timing(x, x - 0.5, x + 0.5, 9)})) for x in (2.0, 3.0, 4.0)]
    outcomes = ["reproduced", "undecided", "not reproduced"]
    assert [verdict.outcome for verdict in seen] == (outcomes if relation is Relation.BELOW else outcomes[::-1])
    assert math.isnan(seen[0].margin)


def test_a_difference_of_times_is_asked_for_by_its_unit() -> None:
    frame = pd.DataFrame({"a": [0.005] * 8, "b": [0.002] * 8})
    found = {unit: judge(ratio(Relation.ABOVE, unit=unit), Tables(times={"t": frame})).ours for unit in ("ratio", "ms")}
    assert found == {"ratio": pytest.approx(2.5), "ms": pytest.approx(3.0)}


def test_a_contradiction() -> None:
    """The gap of two studies of five runs, each drawn from its own arm, later minus earlier."""
    later = VALUES * 0.5 + 1
    evidence = tables(2, a=VALUES, b=later)
    kept = [values.drop(2).to_numpy() for values in (VALUES, later)]
    gaps = study_means(kept[1], 5, series=1) - study_means(kept[0], 5)
    low, high = np.sort(gaps)[[249, -250]]
    between = kept[1].mean() - kept[0].mean()

    def claim(apart: float) -> Contradiction:
        return Contradiction(**STATED, n=5, first=A, first_published=3.0, second=B, second_published=3.0 + apart)

    verdict = judge(claim(-1.5), evidence)
    assert (verdict.ours, verdict.prediction_low, verdict.prediction_high) == pytest.approx((between, low, high))
    assert verdict.share == pytest.approx(2 * ((gaps <= -1.5).sum() + 1) / 10_001)
    assert (verdict.seeds, verdict.diverged, verdict.needs_seeds) == (159, 1, None)
    assert verdict.detail == "published: 3 and 1.5, -1.5 apart"
    outcomes = [judge(claim(apart), evidence).outcome for apart in (low - 0.01, low + 0.01, high - 0.01, high + 0.01)]
    assert outcomes == ["not reproduced", "compatible", "compatible", "not reproduced"]


@pytest.mark.parametrize("missing", ["a", "b"])
def test_a_contradiction_needs_both_sides(missing: str) -> None:
    evidence = Tables(extra={("s", arm, "test_error"): VALUES for arm in {"a", "b"} - {missing}})
    verdict = judge(Contradiction(**STATED, first=A, first_published=4, second=B, second_published=8), evidence)
    assert verdict.outcome == Outcome.UNDECIDED and math.isnan(verdict.ours)


def granularity(*values: float, points: int = 4, runs: int = 3) -> tuple[Outcome, float, str]:
    verdict = judge(Granularity(**STATED, values=values, points=points, runs=runs), Tables())
    return verdict.outcome, verdict.p, verdict.detail


def test_granularity_by_counting() -> None:
    """Of 13 twelfths 5 are quarters: two means both look single by chance in 25 of 169 cases, four in 0.0219."""
    assert granularity(25.0, 75.0) == (
        Outcome.COMPATIBLE,
        pytest.approx((5 / 13) ** 2),
        "all 2 are whole 4ths, as single runs are",
    )
    assert granularity(25.0, 75.0, 0.0, 100.0)[:2] == (Outcome.NOT_REPRODUCED, pytest.approx((5 / 13) ** 4))
    mean = granularity(25.0, 33.33)
    assert mean[0] == Outcome.COMPATIBLE and math.isnan(mean[1]) and mean[2] == "they look like means"
    neither = granularity(25.0, 33.34)
    assert neither[0] == Outcome.NOT_REPRODUCED and neither[2] == "no mean over so many runs gives them"
