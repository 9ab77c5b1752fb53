"""The flat buffers: parameters become aligned views, and what is assigned to one is picked up."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import SGD, Linear, Parameter
from minifw.flat import FlatParameters
from tests.minifw.helpers import EXACT, linear, normal

shapes = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=6)


@given(shapes=shapes, dtype=st.sampled_from([torch.float32, torch.float64]))
def test_parameters_become_aligned_views_that_keep_their_values_and_do_not_overlap(shapes, dtype):
    values = [normal(*shape, seed=k, dtype=dtype) for k, shape in enumerate(shapes)]
    parameters = [Parameter(value.clone()) for value in values]
    flat = FlatParameters(parameters)
    assert_close([parameter.value for parameter in parameters], values, **EXACT)
    for k, parameter in enumerate(parameters):
        assert parameter.value.data_ptr() % 64 == parameter.grad.data_ptr() % 64 == 0
        parameter.grad.fill_(k + 1)
    assert flat.grad.sum() == sum((k + 1) * value.numel() for k, value in enumerate(values))
    assert len(flat.value) * flat.value.element_size() % 64 == 0


def test_the_trial_of_each_element():
    parameters = [Parameter(normal(3, 2, 4)), Parameter(normal(3, 1, 4))]
    flat = FlatParameters(parameters)
    trial = flat.trial_of_each_element(3)
    for k, parameter in enumerate(parameters):
        own = flat.view(trial, k)
        assert_close(own, torch.arange(3).view(-1, 1, 1).expand_as(parameter.value), **EXACT)


@pytest.mark.parametrize(("shape", "trials"), [((2, 4), 2), ((3, 2, 4), 2)])
def test_a_number_per_trial_needs_as_many_trials(shape, trials):
    with pytest.raises(ValueError, match=f"each of {trials} trials"):
        SGD([Parameter(normal(*shape))], lr=torch.full((trials,), 0.1))


def test_a_number_per_trial_has_one_axis():
    with pytest.raises(ValueError, match=r"one value per trial is a tensor \(trials,\)"):
        SGD([Parameter(normal(3, 2, 4))], lr=torch.full((3, 1, 1), 0.1))


def test_refuses_no_parameters_and_mixed_dtypes():
    with pytest.raises(ValueError, match="no parameters"):
        SGD(iter([]))
    with pytest.raises(ValueError, match="same dtype"):
        SGD([Parameter(normal(1, 2)), Parameter(normal(1, 2, dtype=torch.float32))])


def test_assigned_values_and_gradients_are_picked_up_by_the_next_step():
    layer = linear(3, 2)
    optimizer = SGD(layer.parameters(), lr=0.5)
    value, gradient = normal(3, 2, seed=7), normal(3, 2, seed=8)
    layer.weight.value, layer.weight.grad = value.clone(), gradient.clone()
    optimizer.step()
    assert_close(layer.weight.value, value - 0.5 * gradient, **EXACT)
    assert_close(layer.weight.grad, gradient, **EXACT)
    optimizer.step()
    assert_close(layer.weight.value, value - 0.5 * gradient - 0.5 * gradient, **EXACT)


def test_zero_grad_clears_assigned_gradients_too():
    layer = linear(3, 2)
    optimizer = SGD(layer.parameters(), lr=0.5)
    layer.weight.grad, layer.bias.grad = normal(3, 2), normal(1, 2)
    optimizer.zero_grad()
    assert_close([p.grad for p in layer.parameters()], [torch.zeros(3, 2).double(), torch.zeros(1, 2).double()], **EXACT)


def test_the_module_trains_through_its_views_and_loads_into_them():
    layer = Linear(3, 2)
    optimizer = SGD(layer.parameters(), lr=1.0)
    state = {name: torch.ones_like(value) for name, value in layer.state_dict().items()}
    layer.load_state_dict(state)
    layer.weight.grad.fill_(0.25)
    optimizer.step()
    assert bool((layer.weight.value == 0.75).all())
    assert bool((layer.bias.value == 1).all())


@pytest.mark.parametrize("value", [torch.zeros(3, 1), torch.zeros(3, 2, dtype=torch.float64)], ids=["shape", "dtype"])
def test_a_value_of_another_kind_is_refused(value: torch.Tensor) -> None:
    parameter = Parameter(torch.ones(3, 2))
    flat = FlatParameters([parameter])
    parameter.value = value
    with pytest.raises(ValueError, match="make a new one"):
        flat.gather()
