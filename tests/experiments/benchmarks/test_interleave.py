"""Measuring in turn, against a clock that is made up."""

import math
from itertools import pairwise

import torch

from experiments.benchmarks.interleave import MIN_REPETITIONS, Task, interleave
from experiments.statistics import times
from tests.experiments.benchmarks.timed import FakeClock


def test_every_task_runs_once_a_repetition_in_turning_order_after_warming_up():
    clock = FakeClock()
    frame = interleave("study", [clock.task("a", 1), clock.task("b", 2), clock.task("c", 3)], 3, warm_up=2, clock=clock)
    assert clock.calls == [*"abcabc", *"abc", *"bca", *"cab"]
    assert list(frame.columns) == ["study", "engine", "arm", "trials", "repetition", "seconds"]
    assert list(frame["repetition"]) == [0] * 3 + [1] * 3 + [2] * 3
    assert times.by_arm(frame).to_dict("list") == {"a": [1] * 3, "b": [2] * 3, "c": [3] * 3}


def test_seconds_are_those_of_one_trial_scaled():
    clock = FakeClock()
    frame = interleave("study", [clock.task("a", 12, trials=4), clock.task("b", 12, trials=4, scale=5)], 1, clock=clock)
    assert list(frame["seconds"]) == [3, 15]


def test_warm_up_is_not_noted():
    clock = FakeClock()
    frame = interleave("study", [clock.task("a", 100, 1, 1, 1)], 3, clock=clock)
    assert list(frame["seconds"]) == [1, 1, 1]


def test_repetitions_end_early_but_not_before_an_interval_can_be_given():
    clock = FakeClock()
    assert interleave("study", [clock.task("a", 1)], 100, max_seconds=20, clock=clock)["repetition"].max() == 20
    clock = FakeClock()
    frame = interleave("study", [clock.task("a", 1)], 100, max_seconds=0, clock=clock)
    assert len(frame) == MIN_REPETITIONS
    assert not math.isnan(times.median_of(frame["seconds"]).low)


def test_one_thread_and_no_garbage_collection_while_timing():
    import gc

    before, seen = torch.get_num_threads(), []
    torch.set_num_threads(2)
    interleave("study", [Task("a", "a", lambda: seen.append((torch.get_num_threads(), gc.isenabled())))], 2)
    assert seen[-1] == (1, False) and torch.get_num_threads() == 2 and gc.isenabled()
    torch.set_num_threads(before)


def test_times_at_one_place_do_not_move_the_order_of_others():
    clock = FakeClock()
    frame = interleave("study", [clock.task(name, 1) for name in "abcd"], 4, clock=clock)
    firsts = frame.groupby("repetition")["arm"].first()
    assert sorted(firsts) == list("abcd") and all(one != other for one, other in pairwise(firsts))
