"""The network of a stored trial, and what it makes of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.config.trial import TrialConfig
from experiments.training.compiled_trials import network_layers
from experiments.training.data import draw_points
from minifw.compiled.points import decide, scale_points
from minifw.compiled.predictions import predict as predict_outputs

if TYPE_CHECKING:
    from minifw import Sequential


def predict(config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], points: np.ndarray) -> np.ndarray:
    """The labels (n,) that a stored trial gives to unscaled points (n, features).

    The compiled engine computes them, whichever engine trained the network.
    """
    config = config.resolve()
    inputs = scale_points(config.scale, draw_points(config, seed)["train"][0], points)
    outputs = predict_outputs(network_layers(config), list(parameters.values()), inputs, config.dtype)
    return decide(config.targets or "", outputs)


def load_model(config: TrialConfig, parameters: dict[str, np.ndarray]) -> Sequential:
    """The trained network of a stored trial as minifw's modules, alone, in evaluation mode."""
    from experiments.training.networks import build_model, set_parameters

    model = build_model(config, seed=0)
    set_parameters(model, parameters)
    model.eval()
    return model
