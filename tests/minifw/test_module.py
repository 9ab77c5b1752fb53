"""Parameter, Module and Sequential: what they find by themselves, their modes, state and print."""

from collections.abc import Iterator

import pytest
import torch
from torch.testing import assert_close

from minifw import Dropout, Linear, Module, ReLU, Sequential, Tanh
from tests.minifw.helpers import CLOSE, EXACT, Residual, Scale, deep_network, linear, normal, own_module


def test_parameters_are_found_in_attributes_and_lists_in_order_of_assignment():
    names = [name for name, _ in own_module().named_parameters()]
    assert names == ["branch.0.weight", "branch.0.bias", "branch.2.factor", "branch.3.weight", "branch.3.bias"]
    nested = Sequential(own_module(), Tanh(), Scale(3))
    assert [name for name, _ in nested.named_parameters()] == [*(f"layers.0.{name}" for name in names), "layers.2.factor"]


def test_parameters_is_an_iterator_over_each_once():
    layer = linear(3, 3)
    twice = Sequential(layer, Residual(linear(3, 3, 1)))
    twice[1].branch[0].weight = layer.weight
    parameters = twice.parameters()
    assert isinstance(parameters, Iterator)
    assert [id(p) for p in parameters] == [id(p) for p in (layer.weight, layer.bias, twice[1].branch[0].bias)]
    assert list(parameters) == []
    assert twice.count_parameters() == 9 + 3 + 3


def test_a_tied_parameter_collects_both_gradients():
    tied = Sequential(linear(3, 3), Tanh(), linear(3, 3, 1))
    tied[2].weight = tied[0].weight
    apart = Sequential(linear(3, 3), Tanh(), linear(3, 3, 1))
    apart[2].weight.value.copy_(apart[0].weight.value)
    for model in (tied, apart):
        model(normal(5, 3))
        model.backward(normal(5, 3, seed=1))
    assert_close(tied[0].weight.grad, apart[0].weight.grad + apart[2].weight.grad, **CLOSE)


def test_train_and_eval_reach_every_module_inside():
    model = Sequential(Residual(Sequential(linear(3, 3), Dropout(0.5))), ReLU())
    assert [module.training for module in model.eval().modules()] == [False] * 6
    assert [module.training for module in model.train().modules()] == [True] * 6


def test_a_module_without_forward_or_backward_cannot_be_built():
    class OnlyForward(Module):
        def forward(self, x):
            return x

    with pytest.raises(TypeError, match="backward"):
        OnlyForward()


def test_state_is_copied_out_and_in():
    model, other = deep_network(), deep_network(seed=9)
    state = model.state_dict()
    other.load_state_dict(state)
    assert_close(other(normal(5, 3)), model(normal(5, 3)), **EXACT)
    next(model.parameters()).value.zero_()
    assert_close(other.state_dict(), state, **EXACT)
    next(iter(state.values())).zero_()
    assert next(other.parameters()).value.count_nonzero() > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("bias"), "the state lacks bias"),
        (lambda state: state.update(extra=torch.zeros(1)), "no place for extra"),
        (lambda state: state.update(bias=torch.zeros(4)), r"bias has shape \(1, 4\), the state \(4,\)"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_is_loaded(change, message):
    layer, state = linear(3, 4), linear(3, 4, seed=1).state_dict()
    before = layer.state_dict()
    change(state)
    with pytest.raises(ValueError, match=message):
        layer.load_state_dict(state)
    assert_close(layer.state_dict(), before, **EXACT)


def test_to_casts_values_and_starts_gradients_again():
    layer = linear(3, 4)
    layer(normal(5, 3))
    layer.backward(normal(5, 4))
    cast = layer.to(dtype=torch.float32)
    assert cast is layer
    assert_close(layer.weight.value, linear(3, 4).weight.value.float(), **EXACT)
    assert_close(layer.weight.grad, torch.zeros(3, 4), **EXACT)


def test_prints_layers_shapes_and_number_of_parameters():
    assert repr(Sequential(Linear(2, 25), ReLU(), Sequential(Linear(25, 2, bias=False), Dropout(0.5)))).splitlines() == [
        "Sequential()",
        "  layers.0: Linear(2 -> 25)  weight (2, 25)  bias (1, 25)",
        "  layers.1: ReLU()",
        "  layers.2: Sequential()",
        "    layers.0: Linear(25 -> 2)  weight (25, 2)",
        "    layers.1: Dropout(p=0.5)",
        "    50 parameters",
        "  125 parameters",
    ]


class Counts(Module):
    """y = x W + c, with a running count c in a buffer and a constant beside it."""

    def __init__(self, seed: int = 0) -> None:
        self.linear = linear(3, 3, seed)
        self.register_buffer("count", torch.zeros(1, 3, dtype=torch.float64))
        self.steps = torch.tensor(2)
        self.limit = torch.tensor(0.5, dtype=torch.float64)

    def forward(self, x):
        self.count += 1
        return self.linear.forward(x) + self.count

    def backward(self, dy):
        return self.linear.backward(dy)


def test_a_buffer_is_saved_with_the_parameters_and_not_trained():
    model, other = Sequential(Counts()), Sequential(Counts(1))
    model(normal(5, 3))
    assert list(model.state_dict()) == ["layers.0.linear.weight", "layers.0.linear.bias", "layers.0.count"]
    assert [name for name, _ in model.named_buffers()] == ["layers.0.count"]
    assert [name for name, _ in model.named_parameters()] == ["layers.0.linear.weight", "layers.0.linear.bias"]
    state = model.state_dict()
    other.load_state_dict(state)
    model(normal(5, 3))
    assert (state["layers.0.count"][0, 0], model[0].count[0, 0]) == (1, 2)
    assert_close(other.state_dict(), state, **EXACT)
    with pytest.raises(ValueError, match=r"the state lacks layers\.0\.count"):
        other.load_state_dict({name: value for name, value in state.items() if "count" not in name})


@pytest.mark.parametrize(
    "cast",
    [lambda model: model.to(dtype=torch.float32), lambda model: model.to(torch.float32), lambda model: model.float()],
)
def test_buffers_and_constants_are_cast_with_the_parameters(cast):
    model = Sequential(Counts(), Dropout(0.5))
    assert cast(model) is model
    dtypes = (model[0].linear.weight.value.dtype, model[0].count.dtype, model[0].limit.dtype, model[0].steps.dtype)
    assert dtypes == (torch.float32, torch.float32, torch.float32, torch.int64)
    assert model(normal(5, 3, dtype=torch.float32)).dtype == torch.float32
    assert cast(model).double()[0].count.dtype == torch.float64
    assert model.cpu() is model


def test_buffers_move_with_the_parameters():
    model = Sequential(Counts()).to("meta")
    assert {model[0].linear.weight.value.device.type, model[0].count.device.type, model[0].steps.device.type} == {"meta"}


def test_modules_have_names_and_come_once():
    shared = Tanh()
    model = Sequential(Residual(linear(3, 3), shared), ReLU())
    model[0].again = {"same": shared}
    model[0].whole = model
    assert [name for name, _ in model.named_modules()] == ["", "layers.0", "layers.0.branch.0", "layers.0.branch.1", "layers.1"]
    assert next(model.modules()) is model
    assert [name for name, _ in model.named_parameters()] == ["layers.0.branch.0.weight", "layers.0.branch.0.bias"]


def test_a_set_of_modules_is_refused():
    model = Residual()
    model.branch = {Tanh(), ReLU()}
    with pytest.raises(TypeError, match="branch is a set, which has no order; keep modules and parameters in a list"):
        list(model.parameters())
