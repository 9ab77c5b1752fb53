"""The untrained network of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch

from experiments.config.trial import Trial, TrialConfig
from experiments.training.torch_data import generator
from experiments.training.weights import draw_parameters, widths_of
from minifw import (
    Dropout,
    Linear,
    Module,
    Parameter,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
)

ACTIVATIONS: dict[str, type[Module]] = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}


def build_model(config: TrialConfig, seed: int, dropout_after: Sequence[bool] | None = None) -> Sequential:
    """The untrained network of a trial.

    `dropout_after` says behind which hidden layers a Dropout stands; those with a rate above 0 unless given.
    """
    config = config.resolve()
    if dropout_after is None:
        dropout_after = [rate > 0 for rate in config.dropout]
    dropout_seed = config.seed_of("dropout", seed)
    layers: list[Module] = []
    for index, (fan_in, fan_out) in enumerate(pairwise(widths_of(config))):
        layers.append(Linear(fan_in, fan_out, dtype=getattr(torch, config.dtype)))
        if index < len(config.hidden):
            layers.append(ACTIVATIONS[config.act[index]]())
            if dropout_after[index]:
                layers.append(Dropout(config.dropout[index], generator(dropout_seed, f"dropout after layer {index}")))
        elif config.out and config.out != "none":
            layers.append(ACTIVATIONS[config.out]())
    model = Sequential(*layers)
    set_parameters(model, {name: values[0] for name, values in draw_parameters([Trial(config, seed)]).items()})
    return model


def set_parameters(model: Module, values: Mapping[str, np.ndarray]) -> None:
    """Gives a network's parameters these values, by the names of `layer_parameters`, in the network's dtype."""
    for name, parameter in layer_parameters(model).items():
        parameter.value.copy_(torch.from_numpy(values[name]))


def layer_parameters(model: Module) -> dict[str, Parameter]:
    """`weight0`, `bias0`, `weight1` ...: names that do not depend on what stands between the affine layers."""
    affine = [module for module in model.modules() if isinstance(module, Linear)]
    return {f"{name}{k}": parameter for k, layer in enumerate(affine) for name, parameter in layer.named_parameters()}
