"""check_gradients finds what is wrong, says where, and works for any module."""

import re

import pytest
import torch

from minifw import CrossEntropyLoss, Dropout, GradientError, Linear, MSELoss, Sequential, Sigmoid, Tanh, check_gradients
from tests.minifw.helpers import Scale, generator, linear, normal, own_module


class OffByAHalf(Linear):
    """A Linear whose weight gradient is off in one element, by 0.5."""

    def backward(self, dy):
        dx = super().backward(dy)
        self.weight.grad[2, 1] += 0.5
        return dx


class WrongInput(Tanh):
    def backward(self, dy):
        return super().backward(dy) * 1.001


class WrongShape(Scale):
    def backward(self, dy):
        return super().backward(dy)[:1]


class NotANumber(Tanh):
    def backward(self, dy):
        dx = super().backward(dy)
        dx[1, 2] = torch.nan
        return dx


class ReportedWrong(MSELoss):
    def scaled_gradient(self, prediction, target, scale):
        return super().scaled_gradient(prediction, target, 2 * scale)


def test_names_parameter_element_and_amount():
    module = Sequential(Tanh(), OffByAHalf(3, 2, generator=generator()))
    with pytest.raises(GradientError) as error:
        check_gradients(module, normal(4, 3))
    found = re.search(r"layers\.1\.weight\[2, 1\]: backward gives (\S+), finite differences (\S+) ", str(error.value))
    assert float(found[1]) - float(found[2]) == pytest.approx(0.5, abs=1e-6)
    assert "1 wrong gradient(s)" in str(error.value)
    assert "layers.1.bias" not in str(error.value)


def test_tells_the_error_relative_to_the_larger_of_one_and_the_value():
    with pytest.raises(GradientError, match=r"input\[\d, \d\].*off by .*autograd: off by"):
        check_gradients(WrongInput(), normal(4, 3))
    assert check_gradients(WrongInput(), normal(4, 3), tolerance=1e-2)[0].difference_error == pytest.approx(1e-3, rel=0.9)


def test_a_nan_is_wrong_and_is_the_element_named():
    with pytest.raises(GradientError, match=r"input\[1, 2\]: backward gives nan"):
        check_gradients(NotANumber(), normal(4, 3))


def test_refuses_a_gradient_of_another_shape():
    with pytest.raises(GradientError, match=r"the gradient of input has shape \(1, 3\), not \(4, 3\)"):
        check_gradients(WrongShape(3), normal(4, 3))


def test_a_wrong_loss_is_found():
    with pytest.raises(GradientError, match=r"ReportedWrong has 1 wrong.*\n.*prediction\["):
        check_gradients(ReportedWrong(), normal(4, 3), normal(4, 3, seed=1))


def test_a_loss_needs_its_targets():
    with pytest.raises(ValueError, match="targets"):
        check_gradients(CrossEntropyLoss(), normal(4, 3))


def test_reports_every_gradient_of_a_users_own_module_against_both_references():
    checks = check_gradients(own_module(), normal(4, 3))
    names = ["input", "branch.0.weight", "branch.0.bias", "branch.2.factor", "branch.3.weight", "branch.3.bias"]
    assert [check.name for check in checks] == names
    assert all(check.difference_error < 1e-6 and check.autograd_error < 1e-12 for check in checks)


def test_does_without_autograd_where_torch_cannot_differentiate():
    class WithoutGraph(Sigmoid):
        def forward(self, x):
            with torch.no_grad():
                return super().forward(x)

    (check,) = check_gradients(WithoutGraph(), normal(4, 3))
    assert check.autograd_error is None
    assert "not available" in str(check)


def test_leaves_the_module_as_it_was():
    module = Sequential(linear(3, 4, dtype=torch.float32), Dropout(0.5, generator()), Tanh())
    module[0].weight.grad.fill_(7)
    before = module.state_dict()
    check_gradients(module, normal(4, 3))
    assert all(torch.equal(module.state_dict()[name], value) for name, value in before.items())
    assert bool((module[0].weight.grad == 7).all())
    assert module[0].weight.value.dtype == torch.float32
    first = module(normal(4, 3, dtype=torch.float32))
    fresh = Sequential(linear(3, 4, dtype=torch.float32), Dropout(0.5, generator()), Tanh())
    assert torch.equal(first, fresh(normal(4, 3, dtype=torch.float32)))


class Overwrites(Scale):
    """The gradient is put in place of what was there."""

    def backward(self, dy):
        self.factor.grad = (dy * self.saved).sum(-2, keepdim=True)
        return dy * self.factor.value


class Elsewhere:
    """An object that no one looks into."""

    def __init__(self, held):
        self.held = held


class Hides(Tanh):
    def __init__(self, hidden):
        self.hidden = Elsewhere(hidden)


class KeepsTheFirst(Tanh):
    """Its backward uses what the first forward kept."""

    def forward(self, x):
        y = torch.tanh(x)
        self.kept = [*getattr(self, "kept", []), y]
        return y

    def backward(self, dy):
        return torch.ops.aten.tanh_backward(dy, self.kept[0] * len(self.kept))


def test_a_gradient_that_is_overwritten_is_found():
    with pytest.raises(GradientError, match=r"backward overwrites the gradient of layers\.1\.factor; add to it"):
        check_gradients(Sequential(Tanh(), Overwrites(3)), normal(4, 3))


@pytest.mark.parametrize("hidden", [linear(3, 3), linear(3, 3).weight, Dropout(0.5)])
def test_what_training_would_not_find_is_named(hidden):
    with pytest.raises(GradientError, match=re.escape(f"Sequential holds what training would not find: {hidden!r}")):
        check_gradients(Sequential(Hides(hidden)), normal(4, 3))


def test_a_second_pass_that_gives_another_gradient_is_found():
    with pytest.raises(GradientError, match=r"a second forward and backward pass .* another gradient of input"):
        check_gradients(KeepsTheFirst(), normal(4, 3))
