"""What a network makes of inputs by the engine, against the products written out."""

import numpy as np
import pytest

from minifw.compiled import load_engine
from minifw.compiled.predictions import predict
from minifw.compiled.settings import dense_layers

LAYERS = dense_layers((3, 5, 4, 2), ("tanh", "relu"), "sigmoid", dropout_after=(True, False))
RANDOM = np.random.default_rng(0)
PARAMETERS = [RANDOM.normal(size=shape) for shape in ((3, 5), (1, 5), (5, 4), (1, 4), (4, 2), (1, 2))]


def by_hand(inputs: np.ndarray) -> np.ndarray:
    """In evaluation, where dropout does nothing."""
    w0, b0, w1, b1, w2, b2 = PARAMETERS
    hidden = np.maximum(np.tanh(inputs @ w0 + b0) @ w1 + b1, 0)
    return 1 / (1 + np.exp(-(hidden @ w2 + b2)))


@pytest.mark.parametrize("samples", [0, 1, 7, 65, 700])
@pytest.mark.parametrize(("dtype", "atol"), [("float64", 1e-14), ("float32", 1e-6)])
def test_every_sample_has_its_outputs_in_its_place(samples, dtype, atol):
    inputs = RANDOM.normal(size=(samples, 3))
    found = predict(LAYERS, PARAMETERS, inputs, dtype)
    assert found.shape == (samples, 2) and found.dtype == dtype
    np.testing.assert_allclose(found, by_hand(inputs), rtol=0, atol=atol)


def test_many_samples_are_computed_in_slices(monkeypatch):
    monkeypatch.setattr("minifw.compiled.predictions.SAMPLES_AT_ONCE", 3)
    inputs = RANDOM.normal(size=(200, 3))
    np.testing.assert_allclose(predict(LAYERS, PARAMETERS, inputs, "float64"), by_hand(inputs), rtol=0, atol=1e-14)


def test_machine_code_and_webassembly_give_the_same_bits():
    inputs = RANDOM.normal(size=(50, 3))
    assert np.array_equal(predict(LAYERS, PARAMETERS, inputs), predict(LAYERS, PARAMETERS, inputs, engine=load_engine("wasm")))


@pytest.mark.parametrize(("parameters", "features"), [(PARAMETERS[1:], 3), (PARAMETERS, 4)])
def test_what_does_not_fit_is_refused(parameters, features):
    with pytest.raises(ValueError, match="do not fit layers that need"):
        predict(LAYERS, parameters, np.zeros((2, features)))
