"""What is measured as the time of an epoch, of a step and of a batch. No time is asserted."""

import pytest

from experiments.benchmarks import epochs
from experiments.config.engines import ENGINES
from experiments.reports.bamberger import studies as bamberger
from experiments.statistics import times
from tests.experiments.benchmarks.timed import SMALL, shape


def test_an_arm_of_several_engines_is_not_mixed_up():
    frame = epochs.time_batches((6, 12), ("single", "torch"), 2, config=SMALL)
    with pytest.raises(ValueError, match="several engines"):
        times.by_arm(frame)
    assert set(frame[frame["engine"] == "torch"]["arm"]) == {"6", "12"}


def test_engines_are_timed_as_the_runner_would_train_them(monkeypatch):
    frame = epochs.time_engines(SMALL, rounds=5, repetitions=2)
    assert shape(frame) == {("stack",) * 2: 5, ("single",) * 2: 1, ("torch",) * 2: 1, ("vmap",) * 2: 5, ("compiled",) * 2: 5}
    frame = epochs.time_engines(SMALL.replace(dropout=(0.5,)), rounds=2, repetitions=1)
    assert set(frame["arm"]) == {"stack", "single", "torch", "compiled"}


def test_a_stack_that_is_timed_is_laid_out_in_lanes():
    training, count = epochs.prepare(SMALL, "stack", 5, first_seed=2)
    assert count == 5 and len(training.loader.data.labels) == 8
    assert epochs.prepare(SMALL, "stack", 1000, first_seed=2)[1] == 126


def test_timing_trains_one_epoch_a_repetition(monkeypatch):
    seen = []

    def prepare(config, engine, trials, first_seed=0):
        training, count = REAL(config, engine, trials, first_seed)
        inner = training.train_epoch

        def train_epoch(**options):
            before = {name: value.copy() for name, value in training.arrays().items()}
            inner(**options)
            seen.append((engine, any((value != before[name]).any() for name, value in training.arrays().items())))

        training.train_epoch = train_epoch
        return training, count

    REAL = epochs.prepare  # noqa: N806
    monkeypatch.setattr(epochs, "prepare", prepare)
    epochs.time_engines(SMALL, rounds=1, repetitions=3)
    assert sorted(seen) == sorted((name, True) for name in ENGINES for _ in range(1 + 3))


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
    assert shape(frame) == {(name, arm): trials for name, trials in (("single", 1), ("stack", 2)) for arm in arms}
    with pytest.raises(ValueError, match="choose stack or single"):
        epochs.time_activations(("torch",), repetitions=1)


def test_activation_times_are_those_of_the_whole_training(monkeypatch):
    found = []
    monkeypatch.setattr(epochs, "interleave", lambda study, tasks, *_, **__: found.extend(tasks))
    epochs.time_activations(("stack",), rounds=3, epochs=5)
    assert {(task.trials, task.scale) for task in found} == {(3, 250 / 5)}
    training, _ = epochs.prepare(SMALL, "single", 1)
    calls = []
    training.train_epoch = lambda: calls.append(1)
    epochs._several(training, 3)()
    assert len(calls) == 3
