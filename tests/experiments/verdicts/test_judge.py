"""Each kind of claim on made-up data where the right verdict is known, both ways, and every cell of the verdict table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

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
    Shape,
    TimeRatio,
    Value,
)
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity, epochs
from experiments.statistics.times import Timing
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.ledger import count_outcomes, expected_by_chance, judge_all, ledger_frame
from experiments.verdicts.rules import Verdict

STATED = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "s"}
A, B, C, D = (Quantity(name, "test_error") for name in "abcd")


def bell(mean: float, deviation: float = 1.0, seeds: int = 400, seed: int = 0) -> pd.Series:
    """Values that have exactly the quantiles of a normal distribution, in random order."""
    quantiles = ndtri((np.arange(seeds) + 0.5) / seeds)
    return pd.Series(mean + deviation * np.random.default_rng(seed).permutation(quantiles / quantiles.std()))


def tables(**arms: pd.Series) -> Tables:
    """Final test errors by arm."""
    return Tables(extra={("s", arm, "test_error"): values for arm, values in arms.items()})


def value(published: float, n: int, margin: float = 0.6, id: str = "v", fitted: bool = False) -> Value:
    return Value(**STATED, id=id, quantity=A, published=published, n=n, margin=margin, margin_reason="r", fitted=fitted)


def outcome(claim: Claim, evidence: Tables, family: Sequence[float] = ()) -> Outcome:
    return judge(claim, evidence, family).outcome


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
    assert outcome(order, tables(a=few, b=few + 1)) == Outcome.UNDECIDED
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


NOISE = bell(0, 1, 400, 7)
ORDER = Order(**STATED, id="o", pairs=(Pair(A, B),))


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(0.3, Outcome.REPRODUCED), (-0.3, Outcome.NOT_REPRODUCED), (0.09, Outcome.UNDECIDED), (0.02, Outcome.UNDECIDED)],
)
def test_an_order_is_judged_on_differences_paired_by_seed(difference: float, expected: Outcome) -> None:
    """What both arms share, here ten times the noise, drops out."""
    shared = bell(10, 10, 400, 8)
    verdict = judge(ORDER, tables(a=shared, b=shared + NOISE + difference))
    assert verdict.outcome == expected
    assert verdict.ours == pytest.approx(difference)
    assert (verdict.needs_seeds is not None) == (expected is Outcome.UNDECIDED)


def test_arms_are_paired_by_seed_not_by_position() -> None:
    shared = bell(10, 10, 400, 8)
    other = (shared + 0.3).iloc[::-1]
    verdict = judge(ORDER, tables(a=shared.iloc[100:], b=other))
    assert (verdict.seeds, verdict.ours, verdict.better) == (300, pytest.approx(0.3), 1.0)


def test_a_difference_too_small_to_count_is_no_order() -> None:
    assert outcome(ORDER, tables(a=bell(4), b=bell(4))) == Outcome.NOT_REPRODUCED
    assert judge(ORDER, tables(a=bell(4), b=bell(4))).better == 0.5


def test_a_difference_surely_too_small_stays_no_order_with_other_seeds() -> None:
    assert judge(ORDER, tables(a=bell(4), b=bell(4) + 0.01 * NOISE - 0.00075)).turned == 0


def test_percentages_that_are_equal_tie_to_the_last_bit() -> None:
    assert judge(ORDER, tables(a=bell(0.3, 0), b=bell(0.1 + 0.2, 0))).better == 0.5


def test_p_better_counts_seeds() -> None:
    better = pd.Series([1.0] * 300 + [-1.0] * 50 + [0.0] * 50)
    assert judge(ORDER, tables(a=bell(4), b=bell(4) + better)).better == pytest.approx(325 / 400)


def test_holm_can_take_a_finding_back() -> None:
    evidence = tables(a=bell(4), b=bell(4) + NOISE + 0.12)
    assert 0.002 < judge(ORDER, evidence).p < 0.05
    assert outcome(ORDER, evidence) == Outcome.REPRODUCED
    verdict = judge(ORDER, evidence, [0.5] * 15)
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.p_holm == pytest.approx(16 * verdict.p)
    assert verdict.needs_seeds is not None and verdict.needs_seeds > 400


def test_slack_lets_the_lower_one_be_a_little_higher() -> None:
    worse = tables(a=bell(4) + NOISE + 0.3, b=bell(4))
    assert outcome(ORDER, worse) == Outcome.NOT_REPRODUCED
    lenient = Order(**STATED, id="o", pairs=(Pair(A, B),), slack=0.5, slack_reason="r")
    assert outcome(lenient, worse) == Outcome.REPRODUCED
    assert outcome(lenient, tables(a=bell(4) + NOISE + 0.7, b=bell(4))) == Outcome.NOT_REPRODUCED


def test_all_pairs_or_at_least_so_many() -> None:
    arms = {"a": bell(4), "b": bell(5, seed=1), "c": bell(6, seed=2), "d": bell(4.5, seed=3)}
    pairs = (Pair(A, B), Pair(B, C), Pair(C, D))
    assert outcome(Order(**STATED, id="o", pairs=pairs), tables(**arms)) == Outcome.NOT_REPRODUCED
    assert outcome(Order(**STATED, id="o", pairs=pairs[:2]), tables(**arms)) == Outcome.REPRODUCED
    verdict = judge(Order(**STATED, id="o", pairs=pairs, at_least=2), tables(**arms))
    assert verdict.outcome == Outcome.REPRODUCED
    assert verdict.detail.startswith("2 of 3 pairs hold")
    backwards = (Pair(A, B), Pair(C, B), Pair(C, D))
    assert outcome(Order(**STATED, id="o", pairs=backwards, at_least=2), tables(**arms)) == Outcome.NOT_REPRODUCED


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (0.1, Outcome.REPRODUCED),
        (-0.1, Outcome.REPRODUCED),
        (0.5, Outcome.UNDECIDED),
        (0.9, Outcome.NOT_REPRODUCED),
        (-0.9, Outcome.NOT_REPRODUCED),
    ],
)
def test_equality_is_shown_not_assumed(difference: float, expected: Outcome) -> None:
    claim = Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=0.5, margin_reason="r")
    assert outcome(claim, tables(a=bell(4), b=bell(4) + NOISE + difference)) == expected


def test_a_difference_that_is_not_significant_is_not_yet_equality() -> None:
    claim = Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=0.5, margin_reason="r")
    verdict = judge(claim, tables(a=bell(4), b=bell(4) + 8 * NOISE))
    assert verdict.outcome == Outcome.UNDECIDED
    assert verdict.needs_seeds is not None and verdict.needs_seeds > 600


def test_equality_within_a_fraction_of_the_mean() -> None:
    claim = Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=0.15, margin_reason="r", relative=True)
    assert outcome(claim, tables(a=bell(4), b=bell(4) + NOISE + 0.4)) == Outcome.REPRODUCED
    assert outcome(claim, tables(a=bell(2), b=bell(2) + NOISE + 0.6)) == Outcome.NOT_REPRODUCED


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


def test_a_shape_is_an_order_on_its_window() -> None:
    """Lower between epochs 2 and 3, the same at the end."""
    offsets = {"xavier": np.array([0.5, 0.4, 0.1, 0.1, 0.1]), "uniform": np.array([0.5, 0.4, 0.2, 0.2, 0.1])}
    noise = bell(0, 0.05, 150).to_numpy()
    rows = [
        {"arm": arm, "seed": seed, "epoch": epoch, "train_loss": level + noise[seed]}
        for arm, levels in offsets.items()
        for seed in range(150)
        for epoch, level in enumerate(levels)
    ]
    evidence = Tables({"s": pd.DataFrame(rows)})

    def shape(first: str, second: str, last: bool = False) -> Shape:
        window = epochs(4, 4) if last else epochs(2, 3)
        return Shape(**STATED, id="x", pairs=(Pair(*(Quantity(arm, "train_loss", window) for arm in (first, second))),))

    assert judge(shape("xavier", "uniform"), evidence).ours == pytest.approx(0.1)
    assert outcome(shape("xavier", "uniform"), evidence) == Outcome.REPRODUCED
    assert outcome(shape("uniform", "xavier"), evidence) == Outcome.NOT_REPRODUCED
    assert outcome(shape("xavier", "uniform", last=True), evidence) == Outcome.NOT_REPRODUCED


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


def test_a_ledger() -> None:
    claims: list[Claim] = [
        value(4.1, 10, id="F1"),
        value(6.0, 10, id="F2", fitted=True),
        Order(**STATED, id="F3", pairs=(Pair(A, B),)),
        Equal(**STATED, id="F4", pairs=(Pair(A, C),), margin=0.5, margin_reason="r"),
        NotTestable(**STATED, id="F5", reason="r"),
    ]
    extra = {("s", "a", "test_error"): bell(4.0), ("s", "b", "test_error"): bell(4.0) + NOISE + 0.12}
    extra |= {("s-relu", "a", "test_error"): bell(6.0), ("s-few", "a", "test_error"): bell(6.0, seeds=20)}
    judged = judge_all(claims, Tables(extra=extra))
    frame = ledger_frame(judged, {"s-relu"})
    assert list(frame.columns[:11]) == (
        ["report", "claim", "kind", "arm", "metric", "published", "ours", "low", "high", "seeds", "verdict"]
    )
    assert frame["verdict"].tolist() == ["reproduced", "not reproduced", "reproduced", "undecided", "not testable"]
    assert frame["readings"].tolist() == [
        "relu (fitted): not reproduced",
        "relu (fitted): reproduced",
        "",
        "",
        "",
    ]
    assert judged[1].verdict.label == "not reproduced (fitted)"
    assert judged[2].verdict.p_holm == pytest.approx(2 * judged[2].verdict.p), "a claim that was not run counts for Holm"
    counts = count_outcomes(ledger_frame(judged))
    assert counts.loc["not reproduced"].tolist() == [0, 1]
    assert counts.to_numpy().sum() == len(claims)
    pd.testing.assert_frame_equal(frame, ledger_frame(judge_all(claims, Tables(extra=extra)), {"s-relu"}))


def test_a_reading_belongs_to_the_longest_study_it_begins_with() -> None:
    stated = {key: text for key, text in STATED.items() if key != "study"}
    claims = [Bound(**stated, study=study, id=study, quantity=A, limit=5) for study in ("train", "train-fernandez")]
    means = {"train": 4, "train-fernandez": 4, "train-fernandez-textbook": 6, "train-centred": 7}
    evidence = Tables(extra={(study, "a", "test_error"): bell(mean) for study, mean in means.items()})
    assert [list(one.otherwise) for one in judge_all(claims, evidence)] == [["centred"], ["textbook"]]


def test_how_many_verdicts_chance_would_turn() -> None:
    """Far from every edge none; on an edge about as many as not; and one value in twenty for the published studies."""
    extra = {("s", "a", "test_error"): bell(4.0)}
    safe = judge_all([value(4.1, 10, id="1"), value(8.0, 10, id="2")], Tables(extra=extra))
    chance = expected_by_chance(ledger_frame(safe))
    assert (chance.by_seeds, chance.by_study, chance.values) == (0, pytest.approx(0.1), 2)
    edge = judge_all([Bound(**STATED, id="b", quantity=A, limit=4.0 + 1.645 / 20)], Tables(extra=extra))
    assert 0.3 < expected_by_chance(ledger_frame(edge)).by_seeds < 0.7
    assert expected_by_chance(ledger_frame(judge_all([value(4.1, 10)], Tables()))).by_seeds == 0


@pytest.mark.parametrize(("published", "margin"), [(4.49, 0.6), (4.62, 0.3)], ids=["at a margin", "at the prediction's end"])
def test_verdicts_turn_as_often_as_chance_was_said_to_turn_them(published: float, margin: float) -> None:
    """The prediction from one set of seeds against what other sets of seeds do."""
    claim = value(published, 10, margin)
    generator = np.random.default_rng(5)
    verdicts = [judge(claim, tables(a=pd.Series(generator.normal(4, 1, 200)))) for _ in range(150)]
    at_the_mean = judge(claim, tables(a=bell(4.0, seeds=200)))
    others = np.mean([verdict.outcome != at_the_mean.outcome for verdict in verdicts])
    assert at_the_mean.turned == pytest.approx(others, abs=0.15)
    assert others > 0.1
