"""Medians of times, their intervals, and ratios of what was measured in the same repetition."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from experiments.benchmarks.interleave import interleave
from experiments.statistics import times
from tests.experiments.benchmarks.timed import FakeClock


def test_a_ratio_is_the_median_of_paired_ratios():
    clock = FakeClock()
    # The machine is ten times slower in one repetition: it falls on both.
    slow = clock.task("slow", 0, 4, 4, 40, 8, 4, 4, 6)
    fast = clock.task("fast", 0, 2, 2, 20, 2, 2, 2, 2)
    frame = interleave("study", [slow, fast], 7, clock=clock)
    ratio = times.ratio_interval(frame, "slow", "fast")
    assert (ratio.value, ratio.low, ratio.high, ratio.repeats) == (2, 2, 4, 7)
    difference = times.difference_interval(frame, "slow", "fast")
    assert (difference.value, difference.low, difference.high) == (2, 2, 20)


@pytest.mark.parametrize(("n", "k"), [(6, 1), (9, 2), (10, 2), (25, 8), (50, 18), (100, 40)])
def test_the_interval_of_a_median_lies_between_the_tabled_order_statistics(n, k):
    timing = times.median_of(np.random.default_rng(0).permutation(np.arange(1.0, n + 1)))
    assert (timing.value, timing.low, timing.high, timing.repeats) == ((n + 1) / 2, k, n + 1 - k, n)


def test_the_interval_of_a_median_covers_it_as_often_as_it_says():
    draws = np.random.default_rng(1).exponential(size=(2000, 15))
    covered = [timing.low <= math.log(2) <= timing.high for timing in map(times.median_of, draws)]
    assert 0.95 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2, 3, 4, 5]])
def test_too_few_repetitions_have_no_interval(values):
    timing = times.median_of(values)
    assert math.isnan(timing.low) and math.isnan(timing.high) and timing.repeats == len(values)


def test_the_summary_says_how_many_times_less_than_the_reference():
    clock = FakeClock()
    tasks = [clock.task("torch", 8), clock.task("stack", 4, trials=2), clock.task("single", 6)]
    table = times.summarise_times(interleave("study", tasks, 8, clock=clock), "torch").set_index("arm")
    assert list(table.index) == ["torch", "stack", "single"]
    assert list(table["seconds"]) == [8, 2, 6] and list(table["trials"]) == [1, 2, 1]
    assert_allclose(table["ratio"], [1, 4, 8 / 6])
    assert_allclose(table[["ratio_low", "ratio_high"]], table[["ratio", "ratio"]])
    assert set(table["repetitions"]) == {8}
