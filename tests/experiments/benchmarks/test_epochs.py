"""Times: the arithmetic against a clock that is made up, and what each measurement measures. No time is asserted."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose

from experiments.benchmarks import epochs, passes
from experiments.benchmarks.interleave import COLUMNS, MIN_REPETITIONS, Task, interleave
from experiments.benchmarks.memory import peak_memory
from experiments.config.trial import TrialConfig
from experiments.reports.bamberger import studies as bamberger
from experiments.statistics import times
from minifw import Tanh

SMALL = TrialConfig(hidden=(4, 3), train_size=24, test_size=8, batch_size=6, epochs=3)


class FakeClock:
    """A clock that only tasks move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []

    def __call__(self) -> float:
        return self.now

    def task(self, name: str, *seconds: float, **options) -> Task:
        """A task that takes those seconds, one after another, over and over."""
        left: list[float] = []

        def run() -> None:
            left.extend([] if left else seconds)
            self.calls.append(name)
            self.now += left.pop(0)

        return Task(name, name, run, **options)


def test_every_task_runs_once_a_repetition_in_turning_order_after_warming_up():
    clock = FakeClock()
    frame = interleave("study", [clock.task("a", 1), clock.task("b", 2), clock.task("c", 3)], 3, warm_up=2, clock=clock)
    assert clock.calls == [*"abcabc", *"abc", *"bca", *"cab"]
    assert list(frame.columns) == ["study", "implementation", "arm", "trials", "repetition", "seconds"]
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
    tasks = [clock.task("torch", 8), clock.task("minifw", 4, trials=2), clock.task("single", 6)]
    table = times.summarise_times(interleave("study", tasks, 8, clock=clock), "torch").set_index("arm")
    assert list(table.index) == ["torch", "minifw", "single"]
    assert list(table["seconds"]) == [8, 2, 6] and list(table["trials"]) == [1, 2, 1]
    assert_allclose(table["ratio"], [1, 4, 8 / 6])
    assert_allclose(table[["ratio_low", "ratio_high"]], table[["ratio", "ratio"]])
    assert set(table["repetitions"]) == {8}


def test_an_arm_of_several_implementations_is_not_mixed_up():
    frame = epochs.time_batches((6, 12), ("single", "torch"), 2, config=SMALL)
    with pytest.raises(ValueError, match="several implementations"):
        times.by_arm(frame)
    assert set(frame[frame["implementation"] == "torch"]["arm"]) == {"6", "12"}


def shape(frame: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Trials by implementation and arm, once it is sure that each was timed in every repetition."""
    assert list(frame.columns) == list(COLUMNS) and (frame["seconds"] >= 0).all()
    counts = frame.groupby(["implementation", "arm"])["repetition"].agg(["count", "nunique"])
    assert (counts == frame["repetition"].nunique()).all(axis=None)
    return frame.drop_duplicates(["implementation", "arm"]).set_index(["implementation", "arm"])["trials"].to_dict()


def test_implementations_are_timed_as_the_runner_would_train_them(monkeypatch):
    frame = epochs.time_implementations(SMALL, rounds=5, repetitions=2)
    assert shape(frame) == {("minifw",) * 2: 5, ("single",) * 2: 1, ("torch",) * 2: 1, ("vmap",) * 2: 5}
    frame = epochs.time_implementations(SMALL.replace(dropout=(0.5,)), rounds=2, repetitions=1)
    assert set(frame["arm"]) == {"minifw", "single", "torch"}


def test_a_stack_that_is_timed_is_laid_out_in_lanes():
    training, count = epochs.prepare(SMALL, "minifw", 5, first_seed=2)
    assert count == 5 and len(training.loader.data.labels) == 8
    assert epochs.prepare(SMALL, "minifw", 1000, first_seed=2)[1] == 126


def test_timing_trains_one_epoch_a_repetition(monkeypatch):
    seen = []

    def prepare(config, implementation, trials, first_seed=0):
        training, count = REAL(config, implementation, trials, first_seed)
        inner = training.train_epoch

        def train_epoch(**options):
            before = {name: value.clone() for name, value in training.parameters().items()}
            inner(**options)
            seen.append((implementation, any((value != before[name]).any() for name, value in training.parameters().items())))

        training.train_epoch = train_epoch
        return training, count

    REAL = epochs.prepare  # noqa: N806
    monkeypatch.setattr(epochs, "prepare", prepare)
    epochs.time_implementations(SMALL, rounds=1, repetitions=3)
    assert sorted(seen) == sorted((name, True) for name in ("minifw", "single", "torch", "vmap") for _ in range(1 + 3))


def test_batches_are_timed_from_a_loop_over_samples():
    assert shape(epochs.time_batches((1, 24), repetitions=1, config=SMALL)) == {
        (name, size): 1 for name in ("single", "torch") for size in ("1", "24")
    }
    training, _ = epochs.prepare(SMALL.replace(batch_size=1), "single", 1)
    batches = list(training.loader)
    assert len(batches) == SMALL.train_size and batches[0][0].shape == (1, 2)


def test_activations_are_timed_with_and_without_keeping_the_output():
    frame = epochs.time_activations(repetitions=1, rounds=2, epochs=1)
    arms = [*bamberger.NETWORKS, "tanh-recomputed-normal", "tanh-recomputed-uniform"]
    assert shape(frame) == {(name, arm): trials for name, trials in (("single", 1), ("minifw", 2)) for arm in arms}
    with pytest.raises(ValueError, match="not ours"):
        epochs.time_activations(("torch",), repetitions=1)


def test_activation_times_are_those_of_the_whole_training(monkeypatch):
    found = []
    monkeypatch.setattr(epochs, "interleave", lambda study, tasks, *_, **__: found.extend(tasks))
    epochs.time_activations(("minifw",), rounds=3, epochs=5)
    assert {(task.trials, task.scale) for task in found} == {(3, 250 / 5)}
    training, _ = epochs.prepare(SMALL, "single", 1)
    calls = []
    training.train_epoch = lambda: calls.append(1)
    epochs._several(training, 3)()
    assert len(calls) == 3


def test_steps_are_timed_on_batches_drawn_before(monkeypatch):
    assert shape(epochs.time_steps((2, 3), 1, config=SMALL)) == {
        ("torch", "torch"): 1,
        ("torch", "torch-fused"): 1,
        ("single", "single"): 1,
        ("vmap", "vmap-2"): 2,
        ("vmap", "vmap-3"): 3,
        ("minifw", "minifw-2"): 2,
        ("minifw", "minifw-3"): 3,
    }
    training, _ = epochs.prepare(SMALL, "single", 1)
    run = epochs._on_fixed_batches(training)
    training.loader = None
    before = training.parameters()["weight0"].clone()
    run()
    assert not torch.equal(before, training.parameters()["weight0"])


def test_passes_are_timed_for_every_activation():
    arms = [f"{name}-{kind}" for name in ("relu", "tanh", "tanh-recomputed", "sigmoid") for kind in ("forward", "backward")]
    assert list(shape(passes.time_passes(SMALL, 1, passes=2))) == [("single", arm) for arm in arms]


def test_the_tanh_that_keeps_its_input_is_tanh():
    x = torch.linspace(-3, 3, 12, dtype=torch.float64).view(3, 4)
    dy = torch.linspace(1, 2, 12, dtype=torch.float64).view(3, 4)
    ours, theirs = Tanh(), passes.RecomputingTanh()
    assert torch.equal(ours.forward(x), theirs.forward(x))
    assert torch.equal(ours.backward(dy), theirs.backward(dy))
    assert theirs.saved is x and ours.saved is not x


def test_every_tanh_of_a_network_is_replaced_and_nothing_else():
    training, _ = epochs.prepare(SMALL.replace(act=("tanh", "relu")), "single", 1)
    names = [type(layer).__name__ for layer in training.model.layers]
    passes.replace_tanh(training.model)
    replaced = [type(layer).__name__ for layer in training.model.layers]
    assert replaced == [name.replace("Tanh", "RecomputingTanh") for name in names] and "RecomputingTanh" in replaced


def test_a_backward_pass_is_that_of_the_forward_pass_before():
    training, _ = epochs.prepare(SMALL, "single", 1)
    x, _, y = next(iter(training.loader))
    dy = training.loss.gradient(training.model(x), y)
    forward, backward = passes._pass_tasks("relu", training.model, x, dy, 3)
    training.model.zero_grad()
    training.model.backward(dy)
    once = [parameter.grad.clone() for parameter in training.model.parameters()]
    training.model.zero_grad()
    forward.run()
    backward.run()
    for gradient, parameter in zip(once, training.model.parameters(), strict=True):
        torch.testing.assert_close(3 * gradient, parameter.grad)


def test_memory_is_that_of_fresh_processes():
    table = peak_memory(SMALL, rounds=3)
    assert list(table["implementation"]) == ["minifw", "single", "torch", "vmap"] and list(table["trials"]) == [3, 1, 1, 3]
    if not table["megabytes"].isna().all():
        assert (table["added_megabytes"] >= 0).all() and (table["megabytes"] > table["added_megabytes"]).all()
        added = table.set_index("implementation")["added_megabytes"]
        assert added["torch"] > added["single"]


def test_times_at_one_place_do_not_move_the_order_of_others():
    clock = FakeClock()
    frame = interleave("study", [clock.task(name, 1) for name in "abcd"], 4, clock=clock)
    firsts = frame.groupby("repetition")["arm"].first()
    assert sorted(firsts) == list("abcd") and all(one != other for one, other in pairwise(firsts))
