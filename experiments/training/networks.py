"""The untrained network of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch

from experiments.config.trial import TrialConfig
from experiments.training.data import features_of, targets_of
from experiments.training.seeds import generator
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

    Each layer draws from a generator of its own, so that networks which share a layer's shape share its draws.
    `dropout_after` says behind which hidden layers a Dropout stands; those with a rate above 0 unless given.
    """
    config = config.resolve()
    if dropout_after is None:
        dropout_after = [rate > 0 for rate in config.dropout]
    widths = (features_of(config), *config.hidden, targets_of(config).outputs)
    layers: list[Module] = []
    for index, (fan_in, fan_out) in enumerate(pairwise(widths)):
        layers.append(
            Linear(
                fan_in,
                fan_out,
                init=config.init,
                generator=generator(seed, f"initialisation of layer {index}"),
                init_scale=config.init_scale,
                bias_init=config.bias_init,
                dtype=getattr(torch, config.dtype),
            )
        )
        if index < len(config.hidden):
            layers.append(ACTIVATIONS[config.act[index]]())
            if dropout_after[index]:
                layers.append(Dropout(config.dropout[index], generator(seed, f"dropout after layer {index}")))
        elif config.out and config.out != "none":
            layers.append(ACTIVATIONS[config.out]())
    return Sequential(*layers)


def layer_parameters(model: Module) -> dict[str, Parameter]:
    """`weight0`, `bias0`, `weight1` ...: names that do not depend on what stands between the affine layers."""
    affine = [module for module in model.modules() if isinstance(module, Linear)]
    return {f"{name}{k}": parameter for k, layer in enumerate(affine) for name, parameter in layer.named_parameters()}
