"""Each kind of claim on made-up data where the right verdict is known, both ways, and every cell of the verdict table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import (
    Bound,
    Claim,
    Contradiction,
    Equal,
    Granularity,
    NotTestable,
    Order,
    Pair,
    Relation,
    TimeRatio,
)
from experiments.claims.outcome import Outcome
from experiments.statistics.times import Timing
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.verdict import Verdict
from tests.experiments.verdicts.samples import STATED, A, B, bell, outcome, tables, value


@pytest.mark.parametrize(
    ("cell", "published", "n", "expected"),
    [
        ("consistent, close, resolvable", 4.1, 10, Outcome.REPRODUCED),
        ("consistent, close, not resolvable", 4.1, 1, Outcome.COMPATIBLE),
        ("consistent, wholly outside", 5.5, 1, Outcome.COMPATIBLE),
        ("consistent, straddling, not resolvable", 4.6, 1, Outcome.COMPATIBLE),
        ("consistent, straddling, resolvable", 4.57, 8, Outcome.UNDECIDED),
        ("not consistent, close", 4.3, 1000, Outcome.SMALL_OFFSET),
        ("not consistent, wholly outside", 6.0, 10, Outcome.NOT_REPRODUCED),
        ("not consistent, wholly outside below", 2.0, 10, Outcome.NOT_REPRODUCED),
        ("not consistent, straddling", 4.57, 1000, Outcome.UNDECIDED),
    ],
)
def test_every_cell_of_the_verdict_table(cell: str, published: float, n: int, expected: Outcome) -> None:
    verdict = judge(value(published, n), tables(a=bell(4.0)))
    assert verdict.outcome == expected
    assert (verdict.prediction_low <= published <= verdict.prediction_high) == (not cell.startswith("not"))
    assert (verdict.high - verdict.low) / 2 == pytest.approx(1.645 / 20, rel=0.1)
    assert (verdict.needs_seeds is not None) == (expected is Outcome.UNDECIDED)


def test_consistent_wholly_outside_and_resolvable_is_compatible() -> None:
    assert outcome(value(4.65, 8, margin=0.5), tables(a=bell(4.0))) == Outcome.COMPATIBLE


def test_too_few_seeds_are_undecided_whatever_they_say() -> None:
    """Diverged seeds do not count towards the hundred."""
    enough, few = bell(4.0, seeds=100), bell(4.0, seeds=100)
    few[3] = np.nan
    assert outcome(value(4.1, 10), tables(a=enough)) == Outcome.REPRODUCED
    verdict = judge(value(4.1, 10), tables(a=few))
    assert (verdict.outcome, verdict.seeds, verdict.diverged, verdict.needs_seeds) == (Outcome.UNDECIDED, 99, 1, 100)
    order = Order(**STATED, id="o", pairs=(Pair(A, B),))
    assert outcome(order, tables(a=few.iloc[4:], b=few.iloc[4:] + 1)) == Outcome.UNDECIDED
    assert outcome(order, tables(a=few, b=few + 1)) == Outcome.REPRODUCED, "in an order divergence counts, as the worst"
    assert outcome(order, tables(a=enough, b=enough + 1)) == Outcome.REPRODUCED
    assert outcome(Bound(**STATED, id="b", quantity=A, limit=9), tables(a=few)) == Outcome.UNDECIDED


def test_what_was_not_run_is_undecided() -> None:
    claims: list[Claim] = [
        value(4, 1),
        Order(**STATED, id="o", pairs=(Pair(A, B),)),
        Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=1, margin_reason="r"),
        Bound(**STATED, id="b", quantity=B, limit=1),
        TimeRatio(**STATED, id="t", evidence="t", numerator=("a",), denominator=("b",), published=1),
        Contradiction(**STATED, id="c", first=B, first_published=4, second=B, second_published=8),
    ]
    for claim in claims:
        verdict = judge(claim, Tables())
        assert (verdict.outcome, verdict.detail, verdict.seeds) == (Outcome.UNDECIDED, "not run", 0)
    all_diverged = tables(a=pd.Series([np.nan] * 150), b=bell(3))
    assert [judge(claim, all_diverged).outcome for claim in claims[:3]] == [Outcome.UNDECIDED] * 3
    assert judge(claims[0], all_diverged).diverged == 150


def test_the_number_of_seeds_asked_for_decides() -> None:
    claim = value(4.55, 10)
    verdict = judge(claim, tables(a=bell(4.0)))
    assert verdict.outcome == Outcome.UNDECIDED and verdict.needs_seeds is not None
    assert 800 < verdict.needs_seeds < 2000
    assert outcome(claim, tables(a=bell(4.0, seeds=int(1.3 * verdict.needs_seeds)))) == Outcome.REPRODUCED


def test_runs_of_one_data_set_are_kept_together() -> None:
    """By itself 4.9 is far from a mean of 15 runs; a study on one data set prints it easily."""
    of_set = np.repeat(bell(0, 1, 40).to_numpy(), 15)
    values = pd.Series(4 + of_set + bell(0, 0.2, 600, 1).to_numpy())
    extra = {("s", "a", "test_error"): values}
    assert outcome(value(4.9, 15), Tables(extra=extra)) == Outcome.NOT_REPRODUCED
    verdict = judge(value(4.9, 15), Tables(extra=extra, seeds_per_data_set={"s": 15}))
    assert verdict.outcome == Outcome.COMPATIBLE
    assert verdict.share == pytest.approx(0.38, abs=0.12)


@pytest.mark.parametrize(
    ("mean", "below", "expected"),
    [
        (0.3, True, Outcome.REPRODUCED),
        (0.7, True, Outcome.NOT_REPRODUCED),
        (0.505, True, Outcome.UNDECIDED),
        (0.7, False, Outcome.REPRODUCED),
        (0.3, False, Outcome.NOT_REPRODUCED),
    ],
)
def test_bounds_are_one_sided(mean: float, below: bool, expected: Outcome) -> None:
    claim = Bound(**STATED, id="b", quantity=A, limit=0.5, below=below)
    assert outcome(claim, tables(a=bell(mean, 0.2))) == expected


@pytest.mark.parametrize(
    ("relation", "timing", "expected"),
    [
        (Relation.SIMILAR, (1.05, 0.98, 1.1), Outcome.REPRODUCED),
        (Relation.SIMILAR, (0.5, 0.4, 0.6), Outcome.NOT_REPRODUCED),
        (Relation.SIMILAR, (1.1, 1.0, 1.3), Outcome.UNDECIDED),
        (Relation.BELOW, (0.8, 0.7, 0.9), Outcome.REPRODUCED),
        (Relation.BELOW, (1.2, 1.1, 1.3), Outcome.NOT_REPRODUCED),
        (Relation.BELOW, (1.0, 0.9, 1.1), Outcome.UNDECIDED),
        (Relation.ABOVE, (1.2, 1.1, 1.3), Outcome.REPRODUCED),
        (Relation.ABOVE, (0.8, 0.7, 0.9), Outcome.NOT_REPRODUCED),
        (Relation.SIMILAR, (1.0, np.nan, np.nan), Outcome.UNDECIDED),
    ],
)
def test_times(relation: Relation, timing: tuple[float, float, float], expected: Outcome) -> None:
    claim = TimeRatio(**STATED, id="t", evidence="t", numerator=("a",), denominator=("b",), published=1.024, relation=relation)
    assert outcome(claim, Tables(times={"t": Timing(*timing, 12)})) == expected


def test_two_printed_numbers_of_one_training() -> None:
    def claim(second: float) -> Contradiction:
        return Contradiction(**STATED, id="c", n=10, first=A, first_published=4, second=A, second_published=second)

    evidence = tables(a=bell(4))
    far = judge(claim(6), evidence)
    assert (far.outcome, far.share) == (Outcome.NOT_REPRODUCED, pytest.approx(0, abs=0.001))
    near = judge(claim(4.5), evidence)
    assert near.outcome == Outcome.COMPATIBLE
    assert near.share == pytest.approx(0.26, abs=0.03)
    assert near.prediction_high == pytest.approx(1.96 * np.sqrt(2 / 10), rel=0.1)


def test_means_of_ten_runs_do_not_look_like_single_runs() -> None:
    def granularity(*values: float) -> Verdict:
        return judge(Granularity(**STATED, id="g", values=values, points=900, runs=10), Tables())

    single = granularity(89.44, 94.44, 95.67)
    assert single.outcome == Outcome.NOT_REPRODUCED
    assert single.p == pytest.approx(0.001, rel=0.1)
    assert granularity(89.44).outcome == Outcome.COMPATIBLE
    assert granularity(89.44, 94.44, 95.69).outcome == Outcome.COMPATIBLE
    assert granularity(89.45).outcome == Outcome.NOT_REPRODUCED


def test_not_testable() -> None:
    verdict = judge(NotTestable(**STATED, id="n", reason="a statement about sources"), Tables())
    assert (verdict.outcome, verdict.detail) == (Outcome.NOT_TESTABLE, "a statement about sources")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="no rule"):
        judge(type("Odd", (Claim,), {"kind": "odd"})(**STATED, id="x"), Tables())
