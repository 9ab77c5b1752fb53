"""Sequential: its order, what it can be asked, and what it refuses."""

import pytest
from torch.testing import assert_close

from minifw import Linear, ReLU, Sequential
from tests.minifw.helpers import EXACT, linear, normal


def test_sequential_applies_in_order_and_can_be_indexed():
    layers = [linear(3, 4), ReLU(), linear(4, 2)]
    model, x = Sequential(*layers), normal(5, 3)
    assert list(model) == layers
    assert (len(model), model[1]) == (3, layers[1])
    assert_close(model(x), layers[2](layers[1](layers[0](x))), **EXACT)


def test_sequential_refuses_a_module_that_stands_in_it_twice():
    relu = ReLU()
    with pytest.raises(ValueError, match="twice"):
        Sequential(Linear(3, 3), relu, Linear(3, 3), relu)


def test_an_empty_sequential_is_the_identity():
    assert_close(Sequential()(normal(5, 3)), normal(5, 3), **EXACT)
    assert list(Sequential().parameters()) == []
