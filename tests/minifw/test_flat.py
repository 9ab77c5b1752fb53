"""The flat buffers: parameters become aligned views, and what is assigned to one is picked up."""

import copy
import io
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import SGD, Adam, Dropout, Linear, Parameter, Sequential, stack
from minifw.flat import FlatParameters
from tests.minifw.helpers import EXACT, generator, linear, normal

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


COPIES = {
    "pickle": lambda pair: pickle.loads(pickle.dumps(pair)),
    "deepcopy": copy.deepcopy,
    "torch.save": lambda pair: saved_and_loaded(pair),
}


def saved_and_loaded(pair):
    file = io.BytesIO()
    torch.save(pair, file)
    return torch.load(io.BytesIO(file.getvalue()), weights_only=False)


def step(model, optimizer, seed):
    optimizer.zero_grad()
    outputs = model(normal(2, 5, 3, seed=seed))
    model.backward(normal(*outputs.shape, seed=seed + 50))
    optimizer.step()


@pytest.mark.parametrize("order", [1, -1], ids=["model first", "optimiser first"])
@pytest.mark.parametrize("rule", [SGD, Adam])
@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_a_copied_pair_of_model_and_optimiser_goes_on_training(again, rule, order):
    def build():
        model = stack([Sequential(linear(3, 4, seed), Dropout(0.3, generator(seed)), linear(4, 2, seed)) for seed in range(2)])
        return model, rule(model.parameters(), lr=0.1)

    through, before = build(), build()
    for seed in range(2):
        step(*through, seed)
        step(*before, seed)
    after = again(before[::order])[::order]
    for seed in range(2, 5):
        step(*through, seed)
        step(*after, seed)
    assert_close(after[0].state_dict(), through[0].state_dict(), **EXACT)
    assert not torch.equal(before[0][0].weight.value, after[0][0].weight.value)


@pytest.mark.parametrize("again", COPIES.values(), ids=COPIES)
def test_a_pair_copied_between_backward_and_step_steps(again):
    model = linear(3, 2)
    optimizer = SGD(model.parameters(), lr=1.0)
    optimizer.zero_grad()
    model(normal(5, 3))
    model.backward(normal(5, 2))
    copied, its_optimizer = again((model, optimizer))
    its_optimizer.step()
    assert_close(copied.weight.value, linear(3, 2).weight.value - model.weight.grad, **EXACT)


@pytest.mark.parametrize(
    "gradient",
    [torch.ones(1, 2).double(), torch.ones(2).double(), torch.ones(3, 2), torch.ones(3, 2, device="meta").double()],
    ids=["a row", "another shape", "dtype", "device"],
)
def test_a_gradient_that_would_be_broadcast_or_cast_is_refused(gradient):
    layer = linear(3, 2)
    optimizer = SGD(layer.parameters())
    layer.weight.grad = gradient
    with pytest.raises(ValueError, match="gradient is now"):
        optimizer.step()


def test_a_model_that_moved_after_its_optimiser_was_made_is_refused():
    layer = linear(3, 2)
    optimizer = SGD(layer.parameters())
    layer.to("meta")
    with pytest.raises(ValueError, match=r"on meta, but was .* on cpu"):
        optimizer.step()


def test_values_that_two_parameters_share_are_refused_with_what_to_write():
    first, second = linear(3, 3), linear(3, 3, 1)
    second.weight.value = first.weight.value
    with pytest.raises(ValueError, match=r"second\.weight = first\.weight"):
        SGD([*first.parameters(), *second.parameters()])


def test_a_value_that_is_tied_after_the_optimiser_was_made_is_refused():
    first, second = linear(3, 3), linear(3, 3, 1)
    optimizer = SGD([*first.parameters(), *second.parameters()])
    second.weight.value = first.weight.value
    with pytest.raises(ValueError, match=r"second\.weight = first\.weight"):
        optimizer.zero_grad()


def test_a_parameter_given_twice_is_refused():
    layer = linear(3, 3)
    with pytest.raises(ValueError, match="given twice"):
        SGD([layer.weight, layer.weight])


def test_a_second_optimiser_takes_the_parameters_over_and_the_first_takes_them_back():
    layer = linear(3, 2)
    optimizers = [SGD(layer.parameters(), lr=1.0) for _ in range(2)]
    for optimizer in (*optimizers, *optimizers):
        before = layer.weight.value.clone()
        optimizer.zero_grad()
        layer(normal(5, 3))
        layer.backward(normal(5, 2))
        optimizer.step()
        assert_close(layer.weight.value, before - layer.weight.grad, **EXACT)


def test_a_step_that_no_backward_pass_reached_is_refused_where_torch_counts_changes():
    layer = linear(3, 2)
    optimizer = SGD(layer.parameters(), lr=0.5)
    for zero in (lambda: None, optimizer.zero_grad, layer.zero_grad):
        zero()
        with pytest.raises(ValueError, match="no backward pass has reached these parameters"):
            optimizer.step()
        layer.weight.grad.add_(1)
        optimizer.step()
    with torch.inference_mode():
        uncounted = linear(3, 2)
        other = SGD(uncounted.parameters(), lr=0.5)
        other.zero_grad()
        uncounted.zero_grad()
        other.step()
    assert (optimizer.flat.counts_changes, other.flat.counts_changes) == (True, False)


def test_a_gradient_that_is_there_when_the_optimiser_is_made_counts():
    layer = linear(3, 2)
    layer.weight.grad = normal(3, 2, seed=8)
    before = layer.weight.value.clone()
    SGD(layer.parameters(), lr=0.5).step()
    assert_close(layer.weight.value, before - 0.5 * normal(3, 2, seed=8), **EXACT)
