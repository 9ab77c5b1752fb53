"""What every update rule shares: its numbers' ranges, its learning rate, and what a step leaves alone."""

import pytest
import torch
from torch.testing import assert_close

from minifw import SGD, Adadelta, Adagrad, Adam, MSELoss, Parameter, RMSprop, Sequential, stack
from tests.minifw.helpers import EXACT, linear, normal
from tests.minifw.update_paths import RULES, SHAPES, TRIALS, gradients, path_of_ours, per_trial, start


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        *((rule, {"lr": bad}) for rule in RULES.values() for bad in (-0.1, float("nan"), float("inf"))),
        *((rule, {"weight_decay": bad}) for rule in RULES.values() for bad in (-0.1, float("nan"))),
        *((rule, {"eps": -1e-8}) for rule in (RMSprop, Adagrad, Adadelta, Adam)),
        *((rule, {"momentum": bad}) for rule in (SGD, RMSprop) for bad in (-0.1, 1.0)),
        (SGD, {"momentum": 0.9, "dampening": -0.1}),
        *((RMSprop, {"alpha": bad}) for bad in (-0.1, 1.0)),
        (Adagrad, {"lr_decay": -0.1}),
        (Adagrad, {"initial_accumulator_value": -0.1}),
        *((Adadelta, {"rho": bad}) for bad in (-0.1, 1.0)),
        *((Adam, {"betas": bad}) for bad in ((1.0, 0.9), (-0.1, 0.9), (0.9, 1.0), (0.9, -0.1))),
        *((rule, {"lr": per_trial(0.1, 0.1, -0.1, 0.1)}) for rule in RULES.values()),
    ],
)
def test_a_number_out_of_its_range_is_refused_by_name(rule, options):
    name = "betas" if "betas" in options else list(options)[-1]
    with pytest.raises(ValueError, match=f"^{name}.* must be at least 0 and"):
        rule([Parameter(normal(TRIALS, 3, 2))], **options)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_set_lr_takes_effect_at_the_next_step(rule):
    parameter = Parameter(normal(2, 3, 2))
    optimizer = rule([parameter], lr=0.1)
    parameter.grad.fill_(1)
    before = parameter.value.clone()
    optimizer.set_lr(per_trial(0.0, 0.2))
    optimizer.step()
    other = Parameter(normal(2, 3, 2))
    second = rule([other], lr=0.2)
    other.grad.fill_(1)
    second.step()
    assert_close(parameter.value[0], before[0], **EXACT)
    assert_close(parameter.value[1], other.value[1], **EXACT)


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}], ids=["plain", "weight decay"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_step_leaves_the_gradients_as_they_are(rule, options):
    extra = {"momentum": 0.9} if rule in (SGD, RMSprop) else {}
    parameters = [Parameter(value) for value in start()]
    optimizer = rule(parameters, **options, **extra)
    for _ in range(3):
        for parameter, gradient in zip(parameters, gradients(steps=1)[0], strict=True):
            parameter.grad.copy_(gradient)
        optimizer.step()
        assert_close([parameter.grad for parameter in parameters], gradients(steps=1)[0], **EXACT)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_parameter_moves_alike_alone_and_beside_others(rule):
    extra = {"momentum": 0.9} if rule in (SGD, RMSprop) else {}
    together = path_of_ours(rule, extra, start(), gradients())
    for k in range(len(SHAPES)):
        (alone,) = path_of_ours(rule, extra, start()[k : k + 1], [now[k : k + 1] for now in gradients()])
        assert_close(together[k], alone, **EXACT)


def trained(rule=SGD, **options):
    parameters = [Parameter(value) for value in start()]
    optimizer = rule(parameters, **options)
    for parameter in parameters:
        parameter.grad.fill_(1)
    optimizer.step()
    return parameters, optimizer


def test_a_step_without_a_backward_pass_is_refused_and_changes_nothing():
    """`loss.backward()` alone, as in torch, reaches no parameter."""
    model, loss = linear(3, 2), MSELoss()
    optimizer, before = SGD(model.parameters(), lr=0.1, momentum=0.9), model.state_dict()
    for zero_grad in (lambda: None, optimizer.zero_grad, model.zero_grad):
        zero_grad()
        loss(model(normal(5, 3)), normal(5, 2))
        dy = loss.backward()
        with pytest.raises(ValueError, match=r"call model\.backward\(loss\.backward\(\)\)"):
            optimizer.step()
        assert optimizer.steps == 0 if zero_grad is not model.zero_grad else True
        assert_close(model.state_dict(), before, **EXACT)
    model.backward(dy)
    optimizer.step()
    assert not torch.equal(model.weight.value, before["weight"])


def test_gradients_that_were_there_before_the_optimiser_count():
    model = linear(3, 2)
    model(normal(5, 3))
    model.backward(normal(5, 2))
    optimizer, before = SGD(model.parameters(), lr=1.0), model.state_dict()
    optimizer.step()
    assert_close(model.weight.value, before["weight"] - model.weight.grad, **EXACT)


def test_a_part_that_is_set_to_zero_leaves_the_others_gradients_counting():
    model = Sequential(linear(3, 3), linear(3, 2))
    optimizer = SGD(model.parameters())
    optimizer.zero_grad()
    model(normal(5, 3))
    model.backward(normal(5, 2))
    model[0].zero_grad()
    optimizer.step()
    assert optimizer.steps == 1


def test_in_inference_mode_nothing_is_counted_and_nothing_refused():
    with torch.inference_mode():
        model = linear(3, 2)
        optimizer = SGD(model.parameters())
        for _ in range(2):
            optimizer.zero_grad()
            model(normal(5, 3))
            model.backward(normal(5, 2))
            optimizer.step()
        model.zero_grad()
    assert optimizer.steps == 2


def test_an_optimiser_of_another_model_is_refused():
    """Made before `stack`, it holds parameters that no backward pass reaches."""
    models = [linear(3, 2, seed) for seed in range(2)]
    optimizer = SGD(models[0].parameters())
    ensemble = stack(models)
    optimizer.zero_grad()
    ensemble(normal(2, 5, 3))
    ensemble.backward(normal(2, 5, 2))
    with pytest.raises(ValueError, match=r"after stack\(\)"):
        optimizer.step()


def test_the_rate_that_is_assigned_is_used():
    first, second = trained(lr=0.1), trained(lr=0.2)
    second[1].lr = 0.1
    assert second[1].base_lr == 0.1
    for _, optimizer in (first, second):
        before = optimizer.flat.value.clone()
        optimizer.step()
        assert_close(before - optimizer.flat.value, 0.1 * optimizer.flat.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("rule", "name", "instead"),
    [
        (SGD, "momentum", r"SGD\(model.parameters\(\), momentum=...\)"),
        (SGD, "dampening", "dampening=..."),
        (SGD, "nesterov", "nesterov=..."),
        (SGD, "base_lr", r"set_lr\(...\)"),
        (RMSprop, "alpha", "alpha=..."),
        (RMSprop, "centered", "centered=..."),
        (Adagrad, "lr_decay", "lr_decay=..."),
        (Adagrad, "initial_accumulator_value", "initial_accumulator_value=..."),
        (Adadelta, "rho", "rho=..."),
        (Adam, "betas", r"Adam\(model.parameters\(\), betas=...\)"),
        (Adam, "eps", "eps=..."),
        *((rule, "weight_decay", "weight_decay=...") for rule in RULES.values()),
    ],
)
def test_a_setting_that_is_assigned_later_is_refused(rule, name, instead):
    _, optimizer = trained(rule)
    with pytest.raises(AttributeError, match=f"{name} is fixed.*{instead}"):
        setattr(optimizer, name, 0.5)


def test_a_decay_multiplies_the_rate_and_adds_up():
    _, optimizer = trained(lr=per_trial(0.1)[0])
    optimizer.decay_lr(1.0)
    assert optimizer.base_lr == 0.1
    optimizer.decay_lr(0.5)
    optimizer.decay_lr(0.5)
    assert optimizer.lr.item() == pytest.approx(0.025)
    stacked = SGD([Parameter(normal(2, 1, 3))], lr=0.1)
    stacked.decay_lr(per_trial(0.5, 1.0))
    assert stacked.base_lr.tolist() == pytest.approx([0.05, 0.1])


def test_a_state_is_a_copy_and_brings_the_rate():
    (_, optimizer), (_, other) = trained(momentum=0.9, lr=0.5), trained(momentum=0.9)
    state = optimizer.state_dict()
    velocity = state["velocity"].clone()
    optimizer.step()
    assert_close(state["velocity"], velocity, **EXACT)
    other.load_state_dict(state)
    assert (other.steps, other.base_lr) == (1, 0.5)
    other.step()
    assert_close(state["velocity"], velocity, **EXACT)
    assert_close(other.velocity, optimizer.velocity, **EXACT)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Adam([Parameter(value) for value in start()]),
        lambda: SGD([Parameter(value) for value in start()]),
        lambda: SGD([Parameter(value) for value in start()[:2]], momentum=0.9),
        lambda: SGD([Parameter(value) for value in start((2,))], momentum=0.9),
    ],
    ids=["another rule", "no momentum", "fewer parameters", "other shapes"],
)
def test_a_state_of_another_optimiser_is_refused(build):
    with pytest.raises(ValueError, match="the state belongs to"):
        build().load_state_dict(trained(momentum=0.9)[1].state_dict())


def test_parameter_groups_are_refused_with_what_to_do():
    with pytest.raises(TypeError, match="not dict: there are no parameter groups, make one optimiser for each part"):
        SGD([{"params": linear(2, 2).parameters(), "lr": 0.1}], lr=0.1)
