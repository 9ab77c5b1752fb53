"""The words of kinds of claim that need few of them, and of comparisons between metrics and windows."""

from __future__ import annotations

import dataclasses
import math

import pytest

from experiments.claims.kinds import (
    AS_PRINTED,
    Bound,
    Contradiction,
    Equal,
    Granularity,
    NotTestable,
    Order,
    Pair,
    Relation,
    TimeRatio,
    Value,
)
from experiments.claims.quantities import LAST_TEN, Quantity, Window, default_margin, epochs, is_percent
from experiments.claims.wording import arm_of, margin_reason, metric_of, published_number, quantities, statement, window_of

STATED = {"report": "feng", "place": "p", "quote": "q", "study": "s", "id": "x"}
ERROR, LOSS = Quantity("a", "test_error"), Quantity("a", "train_loss")
GRANULARITY = Granularity(**STATED, values=(1.0,), points=4, runs=2)
NOT_TESTABLE = NotTestable(**STATED, reason="r")
CONTRADICTION = Contradiction(**STATED, first=ERROR, first_published=4, second=ERROR, second_published=8.5)


def order(lower: Quantity, higher: Quantity, **options) -> Order:
    return Order(**STATED, pairs=(Pair(lower, higher),), **options)


def arms(*pairs: str, **options) -> Order:
    """The order of pairs of arms, each named by a letter: `ab` is a below b."""
    quantities = [[Quantity(name, "test_error") for name in pair] for pair in pairs]
    return Order(**STATED, pairs=tuple(Pair(*sides) for sides in quantities), **options)


def ratio(relation: Relation) -> TimeRatio:
    return TimeRatio(
        **STATED, evidence="t", numerator=("a", "b"), denominator=("b", "c"), published=2.0, relation=relation, reference=3.0
    )


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (order(ERROR, Quantity("b", "test_error")), "a < b"),
        (order(LOSS, ERROR), "train_loss < test_error"),
        (order(ERROR, Quantity("a", "test_error", LAST_TEN)), "final epoch < mean of the last 10 epochs"),
        (arms("ab"), "a < b"),
        (arms("ac", "bc"), "a, b < c"),
        (arms("ac", "bc", at_least=1, slack=0.5), "at least 1 of 2 pairs: a, b < c each + 0.5"),
        (arms("ac", "ad", "ae", "bc", "bd", "be", "cd", "ce"), "a, b < c < d, e"),
        (arms("ab", "cd"), "a < b; c < d"),
        (arms("ab", "ac", "bd"), "a < b, c; b < d"),
        (arms(*(f"{lower}z" for lower in "abcdefg")), "7 arms < z"),
        (arms(*(f"{lower}z" for lower in "abcdef")), "a, b, c, d, e, f < z"),
        (Equal(**STATED, pairs=(Pair(ERROR, LOSS),), margin=1, margin_reason="r"), "test_error = train_loss"),
        (Value(**STATED, quantity=ERROR, published=8.0), "within 1.2 of 8"),
        (Bound(**STATED, quantity=ERROR, limit=3.0), "below 3"),
        (Bound(**STATED, quantity=ERROR, limit=3.0, below=False), "above 3"),
        (ratio(Relation.SIMILAR), "within 15 % of 2"),
        (ratio(Relation.BELOW), "below 3"),
        (ratio(Relation.ABOVE), "above 3"),
        (CONTRADICTION, "4 and 8.5 from one training"),
        (GRANULARITY, ""),
        (NOT_TESTABLE, ""),
    ],
)
def test_what_has_to_hold(claim, words: str) -> None:
    assert statement(claim) == words


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (Value(**STATED, quantity=ERROR, published=8.0), "the larger of 0.5 points and 15 % of the error"),
        (Value(**STATED, quantity=ERROR, published=8.0, margin=1.0, margin_reason="so"), "so"),
        (Equal(**STATED, pairs=(Pair(ERROR, LOSS),), margin=1, margin_reason="so"), "so"),
        (Bound(**STATED, quantity=ERROR, limit=3.0, limit_reason="so"), "so"),
        (order(ERROR, LOSS, slack=1, slack_reason="so"), "so"),
        (ratio(Relation.SIMILAR), "15 %, as for losses"),
        *[(claim, "") for claim in (ratio(Relation.ABOVE), CONTRADICTION, GRANULARITY, NOT_TESTABLE)],
    ],
)
def test_why_a_margin_is_what_it_is(claim, why: str) -> None:
    assert margin_reason(claim) == why


@pytest.mark.parametrize(
    ("claim", "number"),
    [
        (Value(**STATED, quantity=ERROR, published=8.0), 8.0),
        (Bound(**STATED, quantity=ERROR, limit=3.0, limit_reason=AS_PRINTED), 3.0),
        (Bound(**STATED, quantity=ERROR, limit=3.0, limit_reason="ours"), math.nan),
        (dataclasses.replace(ratio(Relation.ABOVE), printed=False), math.nan),
        (ratio(Relation.ABOVE), 2.0),
        (CONTRADICTION, 4.5),
        (NotTestable(**STATED, reason="r", published=0.0), 0.0),
        *[(claim, math.nan) for claim in (NOT_TESTABLE, GRANULARITY, order(ERROR, LOSS))],
    ],
)
def test_the_printed_number(claim, number: float) -> None:
    assert published_number(claim) == pytest.approx(number, nan_ok=True)


def test_arms_metrics_and_windows_are_named_once() -> None:
    pairs = (Pair(ERROR, Quantity("b", "test_error")), Pair(LOSS, ERROR))
    claim = Order(**STATED, pairs=pairs)
    assert quantities(claim) == (ERROR, Quantity("b", "test_error"), LOSS)
    assert (arm_of(claim), metric_of(claim), window_of(claim)) == ("a, b", "test_error, train_loss", "final epoch")
    timed = ratio(Relation.SIMILAR)
    assert (arm_of(timed), metric_of(timed), window_of(timed), quantities(timed)) == ("a, b, c", "t", "", ())
    assert quantities(CONTRADICTION) == (ERROR,) and quantities(GRANULARITY) == ()


@pytest.mark.parametrize(
    ("metric", "published", "margin"),
    [
        ("test_error", 2.0, 0.5),
        ("test_error", 10.0, 1.5),
        ("test_accuracy", 98.0, 0.5),
        ("test_accuracy", 90.0, 1.5),
        ("train_loss", 0.4, 0.06),
        ("validation_loss_gap", 0.2, 0.03),
    ],
)
def test_margins_of_values_without_one(metric: str, published: float, margin: float) -> None:
    assert default_margin(metric, published)[0] == pytest.approx(margin)
    assert is_percent(metric) == ("loss" not in metric)


def test_windows() -> None:
    assert (epochs(3, 5), Window().tail, LAST_TEN.tail) == (Window(first=3, last=5), 1, 10)
    assert [str(window) for window in (Window(), Window(tail=2), epochs(3, 5))] == [
        "final epoch",
        "mean of the last 2 epochs",
        "mean of epochs 3-5",
    ]
