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
