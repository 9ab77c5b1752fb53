"""Linear: its formula, and the widths it refuses; `test_layers` compares it with torch."""

import pytest
import torch

from minifw import Linear, stack
from minifw.initializers import find_initializer
from tests.minifw.helpers import linear, normal


def test_linear_is_x_w_plus_b():
    layer = Linear(2, 3)
    layer.weight.value = torch.tensor([[1.0, 2, 3], [4, 5, 6]])
    layer.bias.value = torch.tensor([[10.0, 20, 30]])
    assert layer(torch.tensor([1.0, 1.0])).tolist() == [15, 27, 39]


@pytest.mark.parametrize("arguments", [(0, 1), (1, 0), (-1, 2)])
def test_linear_refuses_a_width_below_one(arguments):
    with pytest.raises(ValueError, match="at least 1"):
        Linear(*arguments)


@pytest.mark.parametrize("layer", [linear(3, 4), stack([linear(3, 4), linear(3, 4, 1)])], ids=["alone", "stacked"])
def test_linear_names_both_widths_when_inputs_do_not_fit(layer):
    with pytest.raises(ValueError, match="3 features, not 5"):
        layer(normal(2, 5))


def test_linear_names_both_types_when_inputs_do_not_fit():
    with pytest.raises(ValueError, match=r"Linear is torch\.float64, its inputs torch\.float32; write x\.to\(torch\.float64\)"):
        linear(3, 4)(normal(2, 3, dtype=torch.float32))
    with pytest.raises(ValueError, match=r"its inputs torch\.int64"):
        linear(3, 4)(torch.ones(2, 3, dtype=torch.int64))


@pytest.mark.parametrize("shape", [(2, 4, 6, 3), (4, 6, 3), (1, 6, 3)])
def test_a_stack_refuses_inputs_of_more_axes_or_of_another_number_of_trials(shape):
    """Each trial would see the data of all."""
    layer = stack([linear(3, 4), linear(3, 4, 1)])
    with pytest.raises(ValueError, match=r"a stack of 2 takes inputs \(batch, features\) or \(2, batch, features\), not"):
        layer(normal(*shape))


def test_weights_are_drawn_first_then_biases_on_the_initialisers_own_scale():
    draws = torch.Generator().manual_seed(3)
    drawn = [find_initializer("uniform")(shape, 3, 4, draws).float() for shape in ((3, 4), (1, 4))]
    layer = Linear(3, 4, generator=torch.Generator().manual_seed(3))
    assert torch.equal(layer.weight.value, drawn[0]) and torch.equal(layer.bias.value, drawn[1])
    twice = Linear(3, 4, generator=torch.Generator().manual_seed(3), init_scale=2.0)
    assert torch.equal(twice.weight.value, 2 * drawn[0]) and torch.equal(twice.bias.value, 2 * drawn[1])
