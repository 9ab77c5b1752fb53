"""Every module's backward against torch.nn, autograd and finite differences; alone, stacked and for one sample."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import ReLU, Sequential, Sigmoid, Tanh, check_gradients, stack
from tests.minifw.helpers import CLOSE, EXACT, MODULES, TORCH_MODULES, assert_same_as_torch, linear, normal

SHAPES = {"one sample": (3,), "a batch": (5, 3), "a batch of one": (1, 3), "two leading axes": (2, 5, 3)}
every_module = pytest.mark.parametrize("build", MODULES.values(), ids=MODULES)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("build", TORCH_MODULES.values(), ids=TORCH_MODULES)
def test_outputs_and_gradients_are_those_of_torch(build, shape):
    assert_same_as_torch(build(), normal(*shape))


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@every_module
def test_backward_passes_the_gradient_check(build, shape):
    check_gradients(build(), normal(*shape))


@pytest.mark.parametrize("trials", [1, 2, 4])
@every_module
def test_backward_of_a_stack_passes_the_gradient_check(build, trials):
    check_gradients(stack([build(seed) for seed in range(trials)]), normal(trials, 5, 3))


@every_module
def test_a_stack_gives_each_trial_the_outputs_and_gradients_it_has_alone(build):
    x, models = normal(4, 5, 3), [build(seed) for seed in range(4)]
    ensemble = stack(models)
    outputs = ensemble(x)
    dy = normal(*outputs.shape, seed=1)
    dx = ensemble.backward(dy)
    for trial, model in enumerate(models):
        assert_close(outputs[trial], model(x[trial]), **CLOSE)
        assert_close(dx[trial], model.backward(dy[trial]), **CLOSE)
        for stacked, alone in zip(ensemble.parameters(), model.parameters(), strict=True):
            assert_close(stacked.grad[trial], alone.grad, **CLOSE)


@pytest.mark.parametrize("shape", [(3,), (5, 3)], ids=["one sample", "a batch"])
@pytest.mark.parametrize("first", ["Linear", "Linear without bias", "Sequential", "Dropout", "Dropout in a network"])
def test_a_stack_shows_every_trial_an_input_without_trial_axis(first, shape):
    models = [Sequential(MODULES[first](seed), Tanh()) for seed in range(4)]
    x = normal(*shape)
    every_trial = x.reshape(-1, 3).expand(4, -1, -1)
    assert_close(stack(models)(x), stack(models)(every_trial), **EXACT)


@given(
    widths=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    batch=st.integers(1, 5),
    activation=st.sampled_from([ReLU, Tanh, Sigmoid]),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_networks_of_every_shape_have_the_gradients_of_torch(widths, batch, activation, bias, seed):
    layers = []
    for rows, columns in pairwise(widths):
        layers += [linear(rows, columns, seed + len(layers), bias=bias), activation()]
    assert_same_as_torch(Sequential(*layers), normal(batch, widths[0], seed=seed + 100))


@every_module
def test_gradients_accumulate_until_zero_grad(build):
    module, x = build(), normal(5, 3)
    dy = normal(*module(x).shape, seed=1)
    module.eval()
    module(x)
    module.backward(dy)
    once = [parameter.grad.clone() for parameter in module.parameters()]
    module(x)
    module.backward(2 * dy)
    for parameter, first in zip(module.parameters(), once, strict=True):
        assert_close(parameter.grad, 3 * first, **CLOSE)
    module.zero_grad()
    assert all(torch.equal(parameter.grad, torch.zeros_like(parameter.value)) for parameter in module.parameters())


@every_module
def test_nothing_is_recorded_for_autograd(build):
    module = build()
    outputs = module(normal(5, 3).requires_grad_())
    dx = module.backward(normal(*outputs.shape))
    tensors = [outputs, dx, *(tensor for p in module.parameters() for tensor in (p.value, p.grad))]
    assert not any(tensor.requires_grad for tensor in tensors)
