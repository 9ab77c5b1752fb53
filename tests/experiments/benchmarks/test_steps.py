"""What is measured as the time of a step and of a whole trial. No time is asserted."""

import importlib.util

import numpy as np
import pytest
import torch

from experiments.benchmarks import epochs, steps
from experiments.benchmarks.jax_steps import has_jax, jax_epoch
from experiments.config.trial import TrialConfig
from experiments.store.store import Store
from minifw.compiled.limit import limit_task, measure_limit, operations_per_sample
from minifw.compiled.settings import Settings, dense_layers
from tests.experiments.benchmarks.timed import SMALL, shape


def test_steps_are_timed_on_batches_drawn_before():
    found = shape(steps.time_steps((2, 3), 1, config=SMALL))
    expected = {("torch", "torch"): 1, ("torch", "torch-fused"): 1, ("single", "single"): 1}
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


def test_the_limit_multiplies_and_adds_on_every_lane():
    run, operations = limit_task(rounds=60)
    run()
    memory = run.__closure__[1].cell_contents
    assert operations % (2 * 12 * 60) == 0
    assert measure_limit(repetitions=1) > 0 and memory is not None


def test_a_rate_is_a_share_of_the_limit(monkeypatch):
    monkeypatch.setattr(steps, "measure_limit", lambda dtype: 8e6)
    config = TrialConfig(hidden=(5,), train_size=100)
    assert steps.share_of_limit(0.001, config) == pytest.approx((100 * (6 * 20 - 20) * 1000, 100 * 100 * 1000 / 8e6))


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="the extra minifw[bench] is not installed")
def test_jax_trains_as_the_single_engine_does():
    config = SMALL.replace(batch_size=8, train_size=24, dtype="float64")
    training, _ = epochs.prepare(config.replace(shuffle=False), "single", 1)
    training.train_epoch()
    (ours,), theirs = training.arrays()["weight0"], jax_epoch(config, 1)()
    np.testing.assert_allclose(ours, np.asarray(theirs["weight0"])[0], atol=1e-5)
