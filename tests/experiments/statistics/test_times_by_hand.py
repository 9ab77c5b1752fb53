"""Medians and what is refused, on times that can be read off."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from scipy import stats

from experiments.statistics import times

SECONDS = {"a": [1.0, 2, 3, 4, 5, 6, 7, 8], "b": [2.0, 2, 2, 2, 4, 4, 4, 4]}


def frame(**engines: str) -> pd.DataFrame:
    """Rows in the order timed, b before a in each repetition."""
    return pd.DataFrame(
        [
            {
                "engine": engines.get(arm, "stack"),
                "arm": arm,
                "trials": 1 + len(arm),
                "repetition": k,
                "seconds": SECONDS[arm][k],
            }
            for k in range(8)
            for arm in ("b", "a")
        ]
    )


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("n", [5, 6, 7, 8, 16, 31])
def test_the_interval_is_the_narrowest_that_covers_at_the_level(n: int, level: float) -> None:
    """The k-th smallest and largest enclose the median with probability 1 - 2 P(B < k)."""
    timing = times.median_of([float(k) for k in range(1, n + 1)], level)
    covers = {k: 1 - 2 * stats.binom.cdf(k - 1, n, 0.5) for k in range(1, n // 2 + 1)}
    allowed = [k for k, coverage in covers.items() if coverage >= level]
    if allowed:
        assert (timing.low, timing.high) == (max(allowed), n + 1 - max(allowed))
    else:
        assert math.isnan(timing.low) and math.isnan(timing.high)
    assert (timing.value, timing.repeats) == ((n + 1) / 2, n)


def test_an_empty_list_has_no_median() -> None:
    assert math.isnan(times.median_of([]).value) and times.median_of([3.0]).value == 3


def test_two_of_the_narrowest_intervals_fit_exactly() -> None:
    """Five repeats cover at 1 - 2 / 32 = 0.9375 exactly."""
    assert (times.median_of(range(5), 0.9375).low, times.median_of(range(5), 0.9375).high) == (0, 4)
    assert math.isnan(times.median_of(range(5), 0.94).low)


def test_ratios_and_differences_are_paired_before_the_median() -> None:
    ratios = sorted(a / b for a, b in zip(SECONDS["a"], SECONDS["b"], strict=True))
    ratio = times.ratio_interval(frame(), "a", "b")
    assert (ratio.value, ratio.low, ratio.high) == ((ratios[3] + ratios[4]) / 2, ratios[0], ratios[7])
    difference = times.difference_interval(frame(), "a", "b")
    assert (difference.value, difference.low, difference.high) == (1.5, -1.0, 4.0)


def test_a_row_a_repetition_and_a_column_an_arm() -> None:
    wide = times.by_arm(frame())
    assert wide["a"].tolist() == SECONDS["a"] and wide["b"].tolist() == SECONDS["b"]
    assert times.by_arm(frame(a="torch")).shape == (8, 2)


def test_an_arm_timed_in_two_ways_is_refused() -> None:
    both = pd.concat([frame(), frame(a="torch", b="stack")])
    with pytest.raises(ValueError, match="an arm was timed in several engines"):
        times.by_arm(both)


def test_a_row_an_arm_in_the_order_timed() -> None:
    table = times.summarise_times(frame(b="torch"), "b")
    assert table[["engine", "arm", "trials", "repetitions"]].to_numpy().tolist() == [
        ["torch", "b", 2, 8],
        ["stack", "a", 2, 8],
    ]
    assert table["seconds"].tolist() == [3, 4.5]
    assert table[["seconds_low", "seconds_high"]].to_numpy().tolist() == [[2, 4], [1, 8]]
    inverse = times.ratio_interval(frame(), "b", "a")
    assert table.loc[1, ["ratio", "ratio_low", "ratio_high"]].tolist() == [inverse.value, inverse.low, inverse.high]


def test_several_occasions_span_the_intervals_of_each() -> None:
    """A machine that is twice as slow for one arm on the second occasion: pooled repeats would not show it."""
    first, second = frame().assign(occasion=0), frame().assign(occasion=1)
    second.loc[second["arm"] == "a", "seconds"] *= 2
    both = pd.concat([first, second])
    alone = times.ratio_interval(frame(), "a", "b")
    found = times.ratio_interval(both, "a", "b")
    assert (found.value, found.low, found.high, found.repeats) == (1.5 * alone.value, alone.low, 2 * alone.high, 16)
    assert times.by_arm(both).shape == (16, 2) and times.by_arm(both).index.names == ["occasion", "repetition"]
    table = times.summarise_times(both, "b").set_index("arm")
    assert table.loc["a", ["seconds", "seconds_low", "seconds_high"]].tolist() == [1.5 * 4.5, 1, 16]
    assert table.loc["b", "repetitions"] == 16
