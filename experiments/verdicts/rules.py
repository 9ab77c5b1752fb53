"""The rules by which intervals become verdicts.

A rule takes arrays of intervals, so that it can be asked what it would have said of other draws of our seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from experiments.claims.outcome import Outcome

MIN_SEEDS = 100
RESOLVABLE = 1.5
NARROW = 0.25
ROUNDING = 1e-9


Rule = Callable[[np.ndarray, np.ndarray], np.ndarray]
_NAMES = np.array(list(Outcome), dtype=object)


def value_rule(published: float, margin: float, prediction: tuple[np.ndarray | float, np.ndarray | float]) -> Rule:
    """The rule for a value: from the interval of our mean and the prediction interval for the published size.

    Undecided where that is NaN, for too few seeds to know it.
    """

    def rule(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        below, above = prediction
        near, far = published - margin - ROUNDING, published + margin + ROUNDING
        consistent = (published >= below - ROUNDING) & (published <= above + ROUNDING)
        resolvable = above - below <= 2 * RESOLVABLE * margin + ROUNDING
        close = (low >= near) & (high <= far)
        straddles = ~close & ~((high < near) | (low > far))
        return _choose(
            (np.isnan(below) | np.isnan(above), Outcome.UNDECIDED),
            (consistent & close & resolvable, Outcome.REPRODUCED),
            (consistent & straddles & resolvable, Outcome.UNDECIDED),
            (consistent, Outcome.COMPATIBLE),
            (close, Outcome.SMALL_OFFSET),
            (straddles, Outcome.UNDECIDED),
            otherwise=Outcome.NOT_REPRODUCED,
        )

    return rule


def above_rule(point: float, negligible: float = 0.0) -> Rule:
    """Holds where the interval lies above the point, fails where it lies below point + negligible."""

    def rule(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return _three_ways(low > point, high < point + negligible)

    return rule


def below_rule(point: float) -> Rule:
    """Holds where the interval lies below the point, fails where it lies above."""

    def rule(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return _three_ways(high < point, low > point)

    return rule


def between_rule(least: float, most: float) -> Rule:
    """Holds where the interval lies between the two, fails where it lies wholly outside."""

    def rule(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        return _three_ways((low >= least) & (high <= most), (high < least) | (low > most))

    return rule


def ask(rule: Rule, low: float, high: float) -> Outcome:
    """The outcome of a rule for one interval; undecided without an interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return Outcome.UNDECIDED
    return Outcome(rule(np.array([low]), np.array([high]))[0])


def at_the_margin(outcome: Outcome, low: float, high: float, edges: Sequence[float], margin: float) -> Outcome:
    """An undecided outcome whose interval contains an edge of the margin and is under a quarter of it is at the margin.

    More seeds would only say on which side of an arbitrary line the number lies.
    """
    on_an_edge = any(low <= edge <= high for edge in edges)
    if outcome is Outcome.UNDECIDED and on_an_edge and high - low < NARROW * margin:
        return Outcome.AT_THE_MARGIN
    return outcome


def share_turned(rule: Rule, low: float, high: float, shifts: np.ndarray) -> float:
    """Share of shifts of the interval, one a bootstrap resample of our seeds, under which the rule says something else."""
    return float(np.mean(rule(low + shifts, high + shifts) != ask(rule, low, high)))


def _three_ways(holds: np.ndarray, fails: np.ndarray) -> np.ndarray:
    return _choose((holds, Outcome.REPRODUCED), (fails, Outcome.NOT_REPRODUCED), otherwise=Outcome.UNDECIDED)


def _choose(*cases: tuple[np.ndarray | bool, Outcome], otherwise: Outcome) -> np.ndarray:
    """The outcome of the first case that is true, element by element."""
    order = list(Outcome)
    chosen = np.select([case for case, _ in cases], [order.index(outcome) for _, outcome in cases], order.index(otherwise))
    return _NAMES[chosen]
