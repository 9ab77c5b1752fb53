"""The untrained network of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from experiments.config.trial import Trial, TrialConfig
from experiments.config.user_files import UserFile
from experiments.training.data import features_of, outputs_of
from experiments.training.own_code import make_layer, make_network
from experiments.training.streams import generator
from experiments.training.weights import draw_parameters
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


def build_model(config: TrialConfig, seed: int, dropout_after: Sequence[bool] | None = None) -> Module:
    """The untrained network of a trial.

    `dropout_after` says behind which hidden layers a Dropout stands; those with a rate above 0 unless given.
    """
    model = build_network(config, seed, features_of(config), outputs_of(config), dropout_after)
    if not isinstance(config.model, UserFile):
        set_parameters(model, {name: values[0] for name, values in draw_parameters([Trial(config, seed)]).items()})
    return model


def build_network(
    config: TrialConfig, seed: int, features: int, outputs: int, dropout_after: Sequence[bool] | None = None
) -> Module:
    """A network for so many features and outputs: the layers that the settings describe, or what a user's function builds.

    The weights of the layers are still to be set.
    """
    config = config.resolve()
    if isinstance(config.model, UserFile):
        draws = generator(config.seed_of("init", seed), "initialisation")
        return make_network(config.model, draws).to(getattr(torch, config.dtype))
    if dropout_after is None:
        dropout_after = [rate > 0 for rate in config.dropout]
    dropout_seed = config.seed_of("dropout", seed)
    layers: list[Module] = []
    for index, (fan_in, fan_out) in enumerate(pairwise((features, *config.hidden, outputs))):
        layers.append(Linear(fan_in, fan_out, dtype=getattr(torch, config.dtype)))
        if index < len(config.hidden):
            layers.append(_activation(config, index, fan_out))
            if dropout_after[index]:
                layers.append(Dropout(config.dropout[index], generator(dropout_seed, f"dropout after layer {index}")))
        elif config.out and config.out != "none":
            layers.append(ACTIVATIONS[config.out]())
    return Sequential(*layers)


def set_parameters(model: Module, values: Mapping[str, np.ndarray]) -> None:
    """Gives a network's affine layers these values, by the names of `layer_parameters`, in the network's dtype."""
    for name, parameter in layer_parameters(model).items():
        if name in values:
            parameter.value.copy_(torch.from_numpy(values[name]))


def _activation(config: TrialConfig, index: int, features: int) -> Module:
    act = config.act[index]
    if isinstance(act, UserFile):
        return make_layer(act, features).to(getattr(torch, config.dtype))
    return ACTIVATIONS[act]()


def layer_parameters(model: Module) -> dict[str, Parameter]:
    """`weight0`, `bias0`, `weight1` ...: names that do not depend on what stands between the affine layers.

    Parameters of a user's own layers are called as in the model, `own.layers.1.gain`.
    """
    affine = [module for module in model.modules() if isinstance(module, Linear)]
    named = {f"{name}{k}": parameter for k, layer in enumerate(affine) for name, parameter in layer.named_parameters()}
    known = {id(parameter) for parameter in named.values()}
    return named | {f"own.{name}": value for name, value in model.named_parameters() if id(value) not in known}


def layer_state(model: Module) -> dict[str, Tensor]:
    """All that is kept of a trained network: the values of `layer_parameters`, and the buffers of a user's own layers."""
    values = {name: parameter.value for name, parameter in layer_parameters(model).items()}
    return values | {f"own.{name}": value for name, value in model.named_buffers()}
