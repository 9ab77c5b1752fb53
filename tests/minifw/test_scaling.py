"""Scaling by the training points of each trial."""

import pytest
import torch
from torch.testing import assert_close

from minifw.scaling import Scaler
from tests.minifw.helpers import EXACT, normal


@pytest.mark.parametrize("shape", [(50, 2), (3, 50, 2)])
def test_scaling_uses_the_numbers_of_the_training_points_of_each_trial(shape):
    training, test = normal(*shape) * 3 + 1, normal(*shape, seed=1)
    mean, std = training.mean(-2, keepdim=True), training.std(-2, keepdim=True)
    assert_close(Scaler("none", training)(test), test, **EXACT)
    assert_close(Scaler("center", training)(test), test - mean, **EXACT)
    assert_close(Scaler("standardize", training)(test), (test - mean) / std)
    scaled = Scaler("standardize", training)(training)
    assert_close(scaled.mean(-2), torch.zeros(*shape[:-2], 2).double())
    assert_close(scaled.std(-2), torch.ones(*shape[:-2], 2).double())
    with pytest.raises(ValueError, match="none, center, standardize"):
        Scaler("whiten", training)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (torch.tensor([[1.0, 2.0], [3.0, 2.0]]), "^feature 1 is constant"),
        (torch.tensor([[[1.0, 2.0], [3.0, 4.0]], [[0.1, 2.0], [0.1, 4.0]]]), "^feature 0 of trial 1 is constant"),
        (torch.tensor([[1.0, 2.0]]), "^feature 0 is constant"),
    ],
)
def test_a_constant_feature_is_not_standardised_to_nan(points, message):
    with pytest.raises(ValueError, match=message):
        Scaler("standardize", points)
    for kind in ("none", "center", "symmetric"):
        assert Scaler(kind, points)(points).isfinite().all()


def test_symmetric_takes_the_unit_interval_to_minus_one_and_one_whatever_the_points():
    points = torch.tensor([[0.0, 0.5], [1.0, 0.25]], dtype=torch.float64)
    assert Scaler("symmetric", normal(5, 2))(points).tolist() == [[-1, 0], [1, -0.5]]
