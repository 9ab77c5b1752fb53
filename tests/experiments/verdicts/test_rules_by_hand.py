"""Rules at their very edges, where `<` and `<=` part."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.claims.outcome import Outcome
from experiments.verdicts.rules import above_rule, ask, at_the_margin, below_rule, between_rule, share_turned, value_rule

HOLDS, FAILS, OPEN = Outcome.REPRODUCED, Outcome.NOT_REPRODUCED, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.1, 9, HOLDS), (0.0, 9, OPEN), (-9, 0.0, FAILS), (-9, -0.1, FAILS), (-1, 0.2, FAILS), (-1, 0.5, OPEN), (-1, 0.6, OPEN)],
)
def test_above_a_point_where_less_than_a_half_is_negligible(low: float, high: float, expected: Outcome) -> None:
    assert ask(above_rule(0.0, 0.5), low, high) == expected


@pytest.mark.parametrize(("low", "high", "expected"), [(1, 2, OPEN), (-1, 1, OPEN), (1.1, 2, HOLDS), (-1, 0.9, FAILS)])
def test_above_a_point(low: float, high: float, expected: Outcome) -> None:
    assert ask(above_rule(1.0), low, high) == expected


@pytest.mark.parametrize(("low", "high", "expected"), [(1, 2, OPEN), (-1, 1, OPEN), (1.1, 2, FAILS), (-1, 0.9, HOLDS)])
def test_below_a_point(low: float, high: float, expected: Outcome) -> None:
    assert ask(below_rule(1.0), low, high) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        *[(-1, 1, HOLDS), (-1.1, 1, OPEN), (-1, 1.1, OPEN), (-0.5, 0.5, HOLDS), (-2, 2, OPEN)],
        *[(1, 2, OPEN), (1.1, 2, FAILS), (-2, -1, OPEN), (-2, -1.1, FAILS)],
    ],
)
def test_between_two_ends(low: float, high: float, expected: Outcome) -> None:
    assert ask(between_rule(-1.0, 1.0), low, high) == expected


def value(low: float, high: float, prediction: tuple[float, float]) -> Outcome:
    """For a published 10 with a margin of 1."""
    return ask(value_rule(10.0, 1.0, prediction), low, high)


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        ((8.5, 11.5), HOLDS),
        ((8.49, 11.5), Outcome.COMPATIBLE),
        ((8.5, 11.51), Outcome.COMPATIBLE),
        ((10.0, 11), HOLDS),
        ((9, 10.0), HOLDS),
        ((10.01, 11), Outcome.SMALL_OFFSET),
        ((9, 9.99), Outcome.SMALL_OFFSET),
    ],
)
def test_what_a_prediction_interval_makes_of_a_close_value(prediction: tuple[float, float], expected: Outcome) -> None:
    assert value(9.5, 10.5, prediction) == expected


@pytest.mark.parametrize(
    ("low", "high", "consistent", "not_consistent"),
    [
        (9.0, 11.0, HOLDS, Outcome.SMALL_OFFSET),
        (8.9, 11.0, OPEN, OPEN),
        (9.0, 11.1, OPEN, OPEN),
        (11.0, 12.0, OPEN, OPEN),
        (8.0, 9.0, OPEN, OPEN),
        (11.1, 12.0, Outcome.COMPATIBLE, FAILS),
        (8.0, 8.9, Outcome.COMPATIBLE, FAILS),
    ],
)
def test_intervals_around_the_margins(low: float, high: float, consistent: Outcome, not_consistent: Outcome) -> None:
    assert value(low, high, (9.0, 11.0)) == consistent
    assert value(low, high, (12.0, 14.0)) == not_consistent
    assert value(low, high, (6.0, 8.0)) == not_consistent


def test_ends_that_differ_by_rounding_are_on_the_edge() -> None:
    for rounding in (-1e-10, 1e-10):
        assert value(9 + rounding, 11 + rounding, (8.5 - rounding, 11.5)) == HOLDS
        assert value(9.5, 10.5, (10 + rounding, 12)) == value(9.5, 10.5, (8, 10 + rounding)) == HOLDS
    assert value(9 - 1e-8, 11, (8.5, 11.5)) == value(9, 11 + 1e-8, (8.5, 11.5)) == OPEN
    assert value(9.5, 10.5, (10 + 1e-8, 12)) == Outcome.SMALL_OFFSET


@pytest.mark.parametrize("ends", [(math.nan, 1), (-1, math.nan), (-math.inf, 1), (-1, math.inf)])
def test_without_an_interval_nothing_is_decided(ends: tuple[float, float]) -> None:
    assert ask(between_rule(-5, 5), *ends) == OPEN
    assert ask(above_rule(-2), *ends) == ask(below_rule(2), *ends) == OPEN


def test_the_share_turned_counts_shifts_with_another_verdict() -> None:
    """The interval (1, 2) holds above 0; shifted by -1 or -1.5 it is open, by -3 it fails."""
    assert share_turned(above_rule(0.0), 1, 2, np.array([0, 1, -0.5, -1, -1.5, -3, 4, 9])) == 3 / 8


def test_an_interval_without_an_end_decides_nothing() -> None:
    """A prediction wide enough to hold anything would call it compatible, an end at infinity would hold above any point."""
    assert ask(value_rule(5.0, 0.1, (0.0, 10.0)), math.nan, math.nan) is Outcome.UNDECIDED
    assert ask(above_rule(0.0), 1.0, math.inf) is Outcome.UNDECIDED
    assert ask(below_rule(0.0), -math.inf, -1.0) is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.45, 0.56, Outcome.AT_THE_MARGIN),
        (-0.55, -0.44, Outcome.AT_THE_MARGIN),
        (0.4, 0.53, Outcome.UNDECIDED),
        (0.51, 0.6, Outcome.UNDECIDED),
        (0.4, 0.49, Outcome.UNDECIDED),
    ],
    ids=["on the upper edge", "on the lower edge", "over a quarter wide", "beyond the edge", "within"],
)
def test_at_the_margin_contains_it_and_is_under_a_quarter_of_it(low: float, high: float, expected: Outcome) -> None:
    assert at_the_margin(Outcome.UNDECIDED, low, high, (-0.5, 0.5), 0.5) == expected
    assert at_the_margin(Outcome.COMPATIBLE, low, high, (-0.5, 0.5), 0.5) == Outcome.COMPATIBLE
