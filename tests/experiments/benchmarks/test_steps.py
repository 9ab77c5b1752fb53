"""What is measured as the time of a step and of a whole trial. No time is asserted."""

import numpy as np
import torch

from experiments.benchmarks import epochs, steps
from experiments.benchmarks.jax_steps import has_jax
from experiments.config.trial import TrialConfig
from experiments.store.store import Store
from minifw.compiled.limit import limit_task, operations_per_sample
from minifw.compiled.settings import Settings, dense_layers
from tests.experiments.benchmarks.timed import SMALL, shape


def test_steps_are_timed_on_batches_drawn_before():
    found = shape(steps.time_steps((2, 3), 1, config=SMALL))
    expected = {("torch", "torch"): 1, ("torch", "torch-fused"): 1, ("single", "single"): 1, ("limit", "limit"): 1}
    names = ["vmap", "stack", "wasm", *(["compiled"] if steps._engine("native") else []), *(["jax"] if has_jax(SMALL) else [])]
    assert found == expected | {(name, f"{name}-{count}"): count for name in names for count in (2, 3)}
    training, _ = epochs.prepare(SMALL, "single", 1)
    run = steps._on_fixed_batches(training)
    training.loader = None
    before = training.parameters()["weight0"].clone()
    run()
    assert not torch.equal(before, training.parameters()["weight0"])


def test_a_compiled_task_trains_and_counts_every_epoch(monkeypatch):
    seen = []
    monkeypatch.setattr(steps, "train", lambda settings, trials, engine: seen.append((settings, trials, engine)))
    engine = steps._engine("wasm")
    for wanted, count, of_a_call in ((1, 1, 10), (50, 50, 4), (1000, 128, 1)):
        task = steps._compiled_task(SMALL, "wasm", wanted, engine)
        task.run()
        settings, trials, by = seen.pop()
        assert (task.trials, trials.count, task.scale, settings.epochs) == (count, count, 1 / of_a_call, of_a_call)
        assert not settings.shuffle and not trials.measured and by is engine


def test_whole_trials_are_trained_and_stored_anew_in_every_repetition(monkeypatch):
    stored = []
    add = Store.add
    monkeypatch.setattr(Store, "add", lambda self, results, *rest: stored.extend(results) or add(self, results, *rest))
    found = shape(steps.time_trials((2,), 2, config=SMALL))
    assert found == {("torch", "torch"): 1, ("stack", "stack-2"): 2, ("compiled", "compiled-2"): 2}
    engines = [trial.config.engine for trial, _ in stored]
    assert {name: engines.count(name) for name in set(engines)} == {"torch": 3, "stack": 6, "compiled": 6}


def test_operations_are_those_of_three_products_but_for_the_inputs_gradient():
    settings = Settings(dense_layers((2, 5, 3), ("relu",)), "mse", "onehot", "sgd", 1, 1)
    assert operations_per_sample(settings) == 2 * 3 * (2 * 5 + 5 * 3) - 2 * 2 * 5


def test_the_limit_is_an_epochs_operations_at_the_rate_of_all_lanes(monkeypatch):
    calls = []
    monkeypatch.setattr(steps, "limit_task", lambda dtype: (lambda: calls.append(dtype), 4000))
    task = steps._limit(TrialConfig(hidden=(5,), train_size=100, dtype="float64"))
    task.run()
    assert calls == ["float64"] and task.scale == 100 * (6 * 20 - 20) / 4000


def test_the_limits_loop_multiplies_and_adds_on_every_lane():
    for dtype, lanes in (("float32", 4), ("float64", 2)):
        engine = steps._engine("wasm")
        run, operations = limit_task(dtype, engine, rounds=3)
        assert run() == 0 and operations == 2 * 12 * lanes * 3
        memory = engine.libraries[16].allocate(12 * 16)
        sums = memory.view(0, (12 * lanes,), dtype)
        sums[:] = np.arange(12 * lanes)
        memory.call(f"multiply_and_add_{dtype}", memory.address, 3)
        np.testing.assert_array_equal(sums, np.arange(12 * lanes) / 8 + 0.875)
