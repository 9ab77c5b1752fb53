"""Networks made of stored parameters, and the labels that they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.config.trial import TrialConfig
from experiments.training.compiled_trials import network_layers
from experiments.training.data import draw_points, scaling_of, targets_name
from minifw.compiled.points import decide
from minifw.compiled.predictions import predict as predict_outputs

if TYPE_CHECKING:
    from minifw import Module


def predict(config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], points: np.ndarray) -> np.ndarray:
    """The labels (n,) that a stored trial gives to unscaled points (n, features).

    The compiled engine computes them, whichever engine trained the network, unless a user's own code belongs to it.
    """
    config = config.resolve()
    shift, divisor = stored_scaling(config, seed)
    inputs = (points - shift) / divisor
    if config.own_code().keys() & {"act", "model"}:
        outputs = _by_modules(config, parameters, inputs)
    else:
        outputs = predict_outputs(network_layers(config), list(parameters.values()), inputs, config.dtype)
    return decide(targets_name(config), outputs)


def stored_scaling(config: TrialConfig, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Shift and divisor (1, features) by which a trial scales its points."""
    return scaling_of(config, draw_points(config, seed)["train"][0], seed)


def load_model(config: TrialConfig, parameters: dict[str, np.ndarray]) -> Module:
    """The trained network of a stored trial as minifw's modules, alone, in evaluation mode."""
    from torch import from_numpy

    from experiments.training.networks import build_model, layer_state

    model = build_model(config, seed=0)
    for name, value in layer_state(model).items():
        value.copy_(from_numpy(parameters[name]).view_as(value))
    model.eval()
    return model


def _by_modules(config: TrialConfig, parameters: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    from torch import from_numpy

    outputs: np.ndarray = load_model(config, parameters)(from_numpy(inputs.astype(config.dtype))).numpy()
    return outputs
