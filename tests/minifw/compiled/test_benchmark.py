"""What is timed, and what is made of the times; nothing here measures one."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import minifw
from minifw.compiled import benchmark
from minifw.compiled.engine import the_engine

SHAPES = [(2, 25), (1, 25), (25, 25), (1, 25), (25, 25), (1, 25), (25, 2), (1, 2)]


def parts_of(run) -> SimpleNamespace:
    """What a timed function works on."""
    return SimpleNamespace(**inspect.getclosurevars(run).nonlocals)


def test_seconds_are_those_between_the_clock_s_readings(monkeypatch):
    readings, called = iter([1.5, 4.0]), []
    monkeypatch.setattr(benchmark.time, "thread_time", lambda: next(readings))
    assert benchmark.seconds_of(lambda: called.append(1)) == 2.5 and called == [1]


@pytest.mark.parametrize(("optimizer", "rule"), [("sgd", minifw.SGD), ("adam", minifw.Adam)])
def test_a_stack_is_of_the_reports_network(optimizer, rule):
    parts = parts_of(benchmark.stack_steps(3, optimizer, 2))
    assert [tuple(each.value.shape) for each in parts.model.parameters()] == [(3, *shape) for shape in SHAPES]
    assert [type(layer).__name__ for layer in parts.model.layers] == ["Linear", "ReLU"] * 3 + ["Linear", "Tanh"]
    assert parts.x.shape == parts.y.shape == (3, 10, 2) and type(parts.rule) is rule
    assert parts.rule.base_lr.flatten().tolist() == pytest.approx([0.01] * 3)


def test_steps_of_a_stack_are_those_of_gradient_descent():
    run = benchmark.stack_steps(3, "sgd", 2)
    parts = parts_of(run)
    expected = [each.value.clone().requires_grad_() for each in parts.model.parameters()]
    for _ in range(2):
        hidden = parts.x
        for weight, bias in zip(expected[::2], expected[1::2], strict=True):
            affine = hidden @ weight + bias
            hidden = torch.tanh(affine) if weight is expected[-2] else affine.relu()
        gradients = torch.autograd.grad(((hidden - parts.y) ** 2).mean((1, 2)).sum(), expected)
        expected = [(value - 0.01 * grad).detach().requires_grad_() for value, grad in zip(expected, gradients, strict=True)]
    assert run() is parts.model
    for ours, theirs in zip(parts.model.parameters(), expected, strict=True):
        torch.testing.assert_close(ours.value, theirs.detach(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("optimizer", "rule"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_steps_of_one_torch_network_each_have_their_own_gradient(optimizer, rule, monkeypatch):
    """The rule does nothing here, so each gradient is the first."""
    run = benchmark.torch_steps(optimizer, 3)
    parts, gradients = parts_of(run), []
    assert [tuple(each.shape[::-1]) for each in parts.model.parameters()] == [
        shape if shape[0] > 1 else shape[1:] for shape in SHAPES
    ]
    assert type(parts.rule) is rule and parts.rule.param_groups[0]["lr"] == 0.01 and parts.x.shape == parts.y.shape == (10, 2)
    *_, bias = parts.model.parameters()
    monkeypatch.setattr(parts.rule, "step", lambda: gradients.append(bias.grad.clone()))
    assert run() is parts.model and len(gradients) == 3 and gradients[0].any()
    assert torch.equal(gradients[0], gradients[2])


def test_a_compiled_run_trains_the_reports_network_on_new_data_each_time_where_it_is_measured(monkeypatch):
    seen = []
    monkeypatch.setattr(benchmark, "train", lambda settings, trials, engine: seen.append((settings, trials, engine)))
    engine = the_engine()
    for measured in (True, False):
        run = benchmark.compiled_run(engine, 3, "adam", 4, measured)
        run()
        run()
    (whole, first, used), (_, again, _), (steps, bare, _), (_, same, _) = seen
    assert used is engine and first is not again and bare is same
    assert [whole.shuffle, steps.shuffle] == [True, False]
    assert (whole.loss, whole.decision, whole.optimizer, whole.batch_size, whole.epochs) == ("mse", "pm1", "adam", 10, 4)
    assert list(whole.parameter_shapes) == SHAPES
    assert (
        dict(first.numbers) == {name: benchmark.VALUES[name] for name in first.numbers} and first.numbers["lr_decay_epoch"] == 1
    )
    assert {name: value for name, value in first.numbers.items() if "beta" in name or name == "lr"} == {
        "lr": 0.01,
        "beta1": 0.9,
        "beta2": 0.999,
    }
    assert set(first.measured) == {"train", "test"} and first.measured["train"] is first.training and not bare.measured
    assert first.training.inputs.shape == (3, 1000, 2) and not np.array_equal(
        first.training.inputs, first.measured["test"].inputs
    )
    assert [tuple(values.shape) for values in first.parameters] == [(3, *shape) for shape in SHAPES]


def test_medians_of_interleaved_rounds_leave_the_first_out_and_are_of_one_step_of_one_trial(monkeypatch):
    """The first round of eight is left out; 3, the median of the other seven, is divided by the steps of all trials."""
    made, order, rounds = [], [], {}

    def way(*arguments, **options):
        made.append((arguments, options))
        return len(made)

    def seconds_of(run):
        order.append(run)
        rounds[run] = rounds.get(run, -1) + 1
        return [100.0, 2.0, 5.0, 3.0, 1.0, 4.0, 6.0, 2.5][rounds[run]]

    engines = {None: SimpleNamespace(kind="native"), "wasm": SimpleNamespace(kind="wasm")}
    monkeypatch.setattr(benchmark, "load_engine", lambda kind=None: engines[kind])
    for name in ("torch_steps", "stack_steps", "compiled_run"):
        monkeypatch.setattr(benchmark, name, way)
    monkeypatch.setattr(benchmark, "seconds_of", seconds_of)
    found = benchmark.measure(20, "adam")
    assert made == [
        (("adam", 20), {}),
        ((20, "adam", 4), {}),
        ((engines[None], 20, "adam", 3), {"measured": False}),
        ((engines[None], 20, "adam", 5), {"measured": True}),
        ((engines["wasm"], 20, "adam", 1), {"measured": False}),
    ]
    assert order == [1, 2, 3, 4, 5] * 8
    steps = {
        "torch.nn": 20,
        "minifw's stack": 80,
        "compiled, native": 6000,
        "compiled, with evaluation and data": 10000,
        "compiled, wasm": 2000,
    }
    assert found == pytest.approx({name: 3e6 / count for name, count in steps.items()})
    engines[None].kind = "wasm"
    assert "compiled" in benchmark.measure(100, "sgd", rounds=1) and made[7][0] == (engines[None], 100, "sgd", 1)


def test_the_table_has_the_times_and_how_many_times_faster_than_torch_they_are(monkeypatch, capsys):
    asked = []

    def measure(trials, optimizer):
        asked.append((optimizer, trials))
        return {"torch.nn": 30.0, "compiled": 2.5}

    monkeypatch.setattr(benchmark, "measure", measure)
    monkeypatch.setattr(benchmark, "load_engine", lambda: SimpleNamespace(describe=lambda: "the engine"))
    benchmark.main()
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "the engine" and torch.get_num_threads() == 1
    assert asked == [(optimizer, trials) for optimizer in ("sgd", "adam") for trials in (1, 10, 100)]
    assert lines[3] == "sgd, 10 trials: microseconds for a step of a trial, and how many times faster than torch.nn"
    assert [line.split() for line in lines[4:6]] == [["torch.nn", "30.00", "1.0"], ["compiled", "2.50", "12.0"]]
    assert len(lines) == 18
