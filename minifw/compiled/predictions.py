"""What a trained network makes of inputs, by the engine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minifw.compiled.block import Block
from minifw.compiled.engine import Engine, the_engine
from minifw.compiled.settings import Layer, Settings

# So many samples of each lane take a few milliseconds, so that Ctrl-C is heard.
SAMPLES_AT_ONCE = 2000


def predict(
    layers: Sequence[Layer],
    parameters: Sequence[np.ndarray],
    inputs: np.ndarray,
    dtype: str = "float32",
    engine: Engine | None = None,
) -> np.ndarray:
    """The outputs (samples, outputs) of one network for inputs (samples, features), in evaluation mode and its dtype.

    Each lane of the widest vectors has the network and a part of the inputs.

    Args:
        parameters: (rows, columns) each, in the order of the layers, weight before bias.

    Raises ValueError for parameters or inputs that do not fit the layers.
    """
    settings = Settings(tuple(layers), "mse", "pm1", "sgd", batch_size=1, epochs=0, dtype=dtype)
    shapes = [values.shape for values in parameters]
    if shapes != settings.parameter_shapes or inputs.shape[1:] != (settings.features,):
        raise ValueError(
            f"parameters {shapes} and inputs {inputs.shape} do not fit layers that need {settings.parameter_shapes} and "
            f"{settings.features} features"
        )
    if not len(inputs):
        return np.empty((0, settings.outputs), dtype)
    engine = engine or the_engine()
    library = engine.libraries[max(engine.libraries)]
    each = -(-len(inputs) // library.lanes(dtype))
    block = Block(library, settings, True, [each])
    block.values()[:] = np.concatenate([values.reshape(-1) for values in parameters])[:, None]
    rows = block.dataset(0)
    places = np.minimum(np.arange(block.lanes * each), len(inputs) - 1)
    rows[..., : settings.features] = inputs[places].reshape(block.lanes, each, -1)
    for start in range(0, each, SAMPLES_AT_ONCE):
        block.predict(0, start, min(SAMPLES_AT_ONCE, each - start))
    return rows[..., settings.features : -1].reshape(-1, settings.outputs)[: len(inputs)].copy()
