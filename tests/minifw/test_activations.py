"""Activations where they bend and where they saturate; `test_layers` compares every one with torch."""

import pytest
import torch

from minifw import ReLU, Sigmoid, Tanh


def test_relu_has_derivative_zero_at_zero():
    relu = ReLU()
    relu(torch.tensor([-1.0, 0.0, 2.0]))
    assert relu.backward(torch.ones(3)).tolist() == [0, 0, 1]


@pytest.mark.parametrize("activation", [Tanh, Sigmoid])
def test_saturated_activations_stay_finite(activation):
    module = activation()
    y = module(torch.tensor([-1e30, 1e30]))
    assert y.tolist() == [-1 if activation is Tanh else 0, 1]
    assert module.backward(torch.ones(2)).tolist() == [0, 0]
