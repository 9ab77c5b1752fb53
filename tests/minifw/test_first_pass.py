"""What the first forward and backward pass finds: layers that run twice, changes in place, shapes that do not fit."""

import copy
import pickle

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from minifw import Dropout, Module, MSELoss, ReLU, Sequential, Sigmoid, Tanh, stack
from tests.minifw.helpers import EXACT, MODULES, Residual, Scale, linear, normal, own_module

every_module = pytest.mark.parametrize("build", MODULES.values(), ids=MODULES)


class RunsTwice(Module):
    """y = f(f(x)), with one f."""

    def __init__(self, layer: Module) -> None:
        self.layer = layer

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(self.layer(x))

    def backward(self, dy: Tensor) -> Tensor:
        return self.layer.backward(self.layer.backward(dy))


class KeepsOtherwise(Module):
    """y = x^2, with what backward needs in an attribute of another name."""

    def forward(self, x: Tensor) -> Tensor:
        self.x = x
        return x.square()

    def backward(self, dy: Tensor) -> Tensor:
        return 2 * self.x * dy


class Negative(Module):
    """y = -x, which keeps nothing and may run as often as one likes."""

    def forward(self, x: Tensor) -> Tensor:
        return -x

    def backward(self, dy: Tensor) -> Tensor:
        return -dy


class Remembers(RunsTwice):
    """y = f(f(x)), putting back what f saw in either run."""

    def forward(self, x: Tensor) -> Tensor:
        y = self.layer(x)
        self.seen = self.layer.saved
        return self.layer(y)

    def backward(self, dy: Tensor) -> Tensor:
        dy = self.layer.backward(dy)
        self.layer.saved = self.seen
        return self.layer.backward(dy)


@pytest.mark.parametrize("build", [lambda: linear(3, 3), Tanh, ReLU, KeepsOtherwise, Dropout, lambda: Scale(3)])
def test_a_module_that_runs_twice_is_refused_by_name(build):
    model = Sequential(linear(3, 3), RunsTwice(build()))
    name = type(build()).__name__
    y = model(normal(5, 3))
    with pytest.raises(ValueError, match=rf"{name} layers\.1\.layer: ran 2 times.*second\.weight = first\.weight"):
        model.backward(torch.ones_like(y))


def test_one_module_at_two_places_of_nested_containers_is_refused():
    shared = Tanh()
    model = Sequential(Residual(linear(3, 3), shared), Residual(linear(3, 3)))
    model[1].branch.append(shared)
    model(normal(5, 3))
    with pytest.raises(ValueError, match="ran 2 times"):
        model.backward(normal(5, 3))


@pytest.mark.parametrize("model", [RunsTwice(Negative()), Remembers(linear(3, 3)), RunsTwice(Dropout().eval())])
def test_a_module_may_run_twice_when_it_keeps_nothing_or_its_owner_puts_it_back(model):
    model(normal(5, 3))
    assert model.backward(normal(5, 3)).shape == (5, 3)


@pytest.mark.parametrize("change", [lambda x: x.mul_(2), lambda x: x[:1].zero_(), lambda x: x.copy_(normal(5, 3))])
@pytest.mark.parametrize("layer", [lambda: linear(3, 3), lambda: Scale(3), KeepsOtherwise])
def test_inputs_changed_in_place_before_backward_are_refused(layer, change):
    model, x = Sequential(layer()), normal(5, 3)
    model(x)
    change(x)
    with pytest.raises(ValueError, match=r"changed in place before backward; change a copy"):
        model.backward(normal(5, 3))


@pytest.mark.parametrize("activation", [ReLU, Tanh, Sigmoid])
def test_outputs_changed_in_place_before_backward_are_refused(activation):
    model = Sequential(linear(3, 3), activation())
    y = model(normal(5, 3))
    y.clamp_(-0.1, 0.1)
    with pytest.raises(ValueError, match=rf"{activation.__name__} layers\.1: what forward kept in saved was changed"):
        model.backward(normal(5, 3))


def test_a_change_in_place_of_what_nothing_kept_is_fine():
    model, x = Sequential(Tanh()), normal(5, 3)
    model(x)
    x.zero_()
    assert_close(model.backward(torch.ones(5, 3).double()), 1 - torch.tanh(normal(5, 3)).square())


@pytest.mark.parametrize("dy", [(), (3,), (1, 3), (5, 1), (2, 5, 3)], ids=str)
@pytest.mark.parametrize("layer", [Tanh, ReLU, Sigmoid, Dropout, lambda: linear(3, 3), own_module])
def test_a_gradient_of_another_shape_is_refused_be_it_broadcastable(layer, dy):
    model = Sequential(layer())
    model(normal(5, 3))
    with pytest.raises(
        ValueError, match=r"shape of its output \(5, 3\), not .*loss\.backward\(\) returns, not the loss's value"
    ):
        model.backward(normal(*dy))


def test_the_value_of_a_loss_is_refused_as_a_gradient():
    model, loss = stack([Sequential(linear(3, 3, seed), Tanh()) for seed in range(3)]), MSELoss()
    value = loss(model(normal(3, 5, 3)), normal(3, 5, 3))
    with pytest.raises(ValueError, match=r"not \(3,\)"):
        model.backward(value)


def test_a_single_network_that_is_given_trials_is_refused():
    """The loss would take the first axis for trials, and the gradients of all of them would add up."""
    model, loss = Sequential(linear(3, 2), Tanh()), MSELoss()
    loss(model(normal(4, 5, 3)), normal(4, 5, 2))
    with pytest.raises(ValueError, match=r"a single network gave \(4, 5, 2\).*x\.reshape\(-1, x\.shape\[-1\]\)"):
        model.backward(loss.backward())


def test_forward_must_return_a_tensor():
    class Pair(Negative):
        def forward(self, x):
            return x, x

    with pytest.raises(TypeError, match="Pair: forward must return a tensor, not tuple"):
        Pair()(normal(5, 3))


@every_module
def test_afterwards_nothing_is_left_of_the_checks(build):
    model, x = build().train(), normal(5, 3)
    attributes = set(vars(model))
    y = model(x)
    assert {"forward", "backward"} <= set(vars(model))
    model.backward(torch.ones_like(y))
    for module in model.modules():
        assert not {"forward", "backward"} & set(vars(module))
    assert set(vars(model)) <= attributes | {"saved", "last_pass", "first_pass"}
    y = model(x)
    assert not {"forward", "backward"} & set(vars(model))
    model.backward(torch.ones_like(y))


@every_module
@pytest.mark.parametrize("again", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)), lambda m: stack([m])])
def test_a_copy_made_between_forward_and_backward_runs_by_itself(build, again):
    model, x = build(), normal(5, 3)
    y = model(x)
    copied = again(model)
    copied.eval()
    copied.backward(torch.ones_like(copied(x)))
    assert all(bool((parameter.grad == 0).all()) for parameter in model.parameters())
    model.backward(torch.ones_like(y))


def test_the_checked_pass_has_the_bits_of_the_others():
    model, twin, x = own_module(), own_module(), normal(5, 3)
    twin.backward(torch.ones_like(twin(x)))
    twin.zero_grad()
    for other in (model, twin):
        other.backward(normal(*other(x).shape))
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert_close(ours.grad, theirs.grad, **EXACT)


@every_module
def test_a_model_that_only_predicts_is_not_watched(build):
    model, x = build().eval(), normal(5, 3)
    y = model(x)
    assert not any({"forward", "backward"} & set(vars(module)) for module in model.modules())
    model.train()
    model(x)
    assert {"forward", "backward"} <= set(vars(model))
    model.backward(torch.ones_like(y))
