"""The network of a stored trial, and what it makes of points."""

from __future__ import annotations

import numpy as np
import torch

from experiments.config.trial import TrialConfig
from experiments.training.data import draw_points, make_scaler, targets_of
from experiments.training.networks import build_model, layer_state
from minifw import (
    Module,
)
from minifw.scaling import Scaler


def load_model(config: TrialConfig, parameters: dict[str, np.ndarray]) -> Module:
    """The trained network of a stored trial, alone, in evaluation mode."""
    model = build_model(config, seed=0)
    for name, value in layer_state(model).items():
        value.copy_(torch.from_numpy(parameters[name]).view_as(value))
    model.eval()
    return model


def predict(config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], points: torch.Tensor) -> torch.Tensor:
    """The labels (n,) that a stored trial gives to unscaled points (n, 2)."""
    model = load_model(config, parameters)
    return targets_of(config).decide(model(scaler_of(config, seed)(points).to(getattr(torch, config.dtype))))


def scaler_of(config: TrialConfig, seed: int) -> Scaler:
    """How a trial scales its points."""
    return make_scaler(config, seed, draw_points(config, seed)["train"][0])
