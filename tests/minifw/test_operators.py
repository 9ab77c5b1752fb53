"""Same values at another place of a larger buffer, same bits: every operator that training uses.

The lanes of a stack lie one after another, so a trial's numbers start at different places of longer or shorter buffers.
A batched product asks for more: at least four lanes, and a place that is the same modulo four.
"""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import CrossEntropyLoss, MSELoss, Sigmoid
from minifw.losses import _sum_within_trial
from tests.minifw.helpers import EXACT, normal

aten = torch.ops.aten


def our_sigmoid(x, y, z):
    return Sigmoid()(x)


def baddbmm(x, y, z):
    """x W + b, with y and z cut to a weight (lanes, in, out) and a bias (lanes, 1, out)."""
    return torch.baddbmm(z[:, :1], x, square(y))


def square(y):
    return y[:, :1].mT @ y[:, :1]


ELEMENTWISE = {
    "add": lambda x, y, z: x + y,
    "multiply": lambda x, y, z: x * y,
    "divide": lambda x, y, z: x / y,
    "relu": lambda x, y, z: torch.relu(x),
    "tanh": lambda x, y, z: torch.tanh(x),
    "sigmoid of ours": our_sigmoid,
    "sqrt": lambda x, y, z: x.abs().sqrt(),
    "log": lambda x, y, z: x.abs().log(),
    "exp": lambda x, y, z: x.exp(),
    "square": lambda x, y, z: x.square(),
    "threshold_backward": lambda x, y, z: aten.threshold_backward(x, torch.relu(y), 0),
    "tanh_backward": lambda x, y, z: aten.tanh_backward(x, torch.tanh(y)),
    "sigmoid_backward": lambda x, y, z: aten.sigmoid_backward(x, torch.tanh(y).mul(0.5).add(0.5)),
    "addcmul": lambda x, y, z: torch.addcmul(x, y, z),
    "addcmul, -1": lambda x, y, z: torch.addcmul(x, y, z, value=-1),
    "lerp": lambda x, y, z: torch.lerp(x, y, z.tanh().abs()),
    "greater or equal": lambda x, y, z: (x >= y) * z,
    "MSE gradient": lambda x, y, z: MSELoss().gradient(x, y),
}
LAST_AXES = {
    "softmax": lambda x, y, z: torch.softmax(x, -1),
    "log_softmax": lambda x, y, z: torch.log_softmax(x, -1),
    "cross-entropy gradient": lambda x, y, z: CrossEntropyLoss().gradient(x, torch.softmax(y, -1)),
    "sum over the batch": lambda x, y, z: x.sum(-2, keepdim=True),
    "sum of a trial": lambda x, y, z: _sum_within_trial(x, 1),
    "mean error": lambda x, y, z: (x.sum(-1) > 0).double().mean(-1),
}
PRODUCTS = {
    "bmm": lambda x, y, z: torch.bmm(x, y.mT),
    "bmm, input gradient": lambda x, y, z: torch.bmm(x @ y.mT, y),
    "baddbmm": baddbmm,
    "baddbmm_ into a gradient": lambda x, y, z: square(z).baddbmm_(x.mT, y),
}
lanes, sizes, dtypes = st.sampled_from([4, 8, 12, 32]), st.integers(1, 9), st.sampled_from([torch.float32, torch.float64])


def assert_same_bits_anywhere(operator, inner, outer, place, dtype):
    """The lanes of `inner` alone, and again beginning at lane `place` of a buffer of shape `outer`."""
    small = [normal(*inner, seed=seed, dtype=dtype) for seed in (1, 2, 3)]
    large = [normal(*outer, seed=seed, dtype=dtype) for seed in (4, 5, 6)]
    for values, buffer in zip(small, large, strict=True):
        buffer[place : place + len(values)] = values
    assert_close(operator(*large)[place : place + inner[0]], operator(*small), **EXACT)


@pytest.mark.parametrize("operator", [*ELEMENTWISE.values(), *LAST_AXES.values()], ids=[*ELEMENTWISE, *LAST_AXES])
@given(inner=st.integers(1, 9), before=st.integers(0, 9), after=st.integers(0, 40), batch=sizes, width=sizes, dtype=dtypes)
def test_an_operator_within_a_trial_gives_the_same_bits_anywhere(operator, inner, before, after, batch, width, dtype):
    assert_same_bits_anywhere(operator, (inner, batch, width), (before + inner + after, batch, width), before, dtype)


@pytest.mark.parametrize("operator", PRODUCTS.values(), ids=PRODUCTS)
@settings(max_examples=60)
@given(
    inner=lanes, before=st.sampled_from([0, 4, 8]), after=st.sampled_from([0, 4, 16]), batch=sizes, width=sizes, dtype=dtypes
)
def test_a_batched_product_does_at_a_place_that_is_the_same_modulo_four(operator, inner, before, after, batch, width, dtype):
    assert_same_bits_anywhere(operator, (inner, batch, width), (before + inner + after, batch, width), before, dtype)
