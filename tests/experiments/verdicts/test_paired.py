"""Orders and equalities on made-up data where the right verdict is known, both ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Equal, Order, Pair, Shape
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity, epochs
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from tests.experiments.verdicts.samples import NOISE, STATED, A, B, C, D, bell, outcome, tables

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
    assert judge(ORDER, tables(a=bell(4), b=bell(4) + 0.01 * NOISE - 0.00075)).turned < 0.02


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
