"""The update rule of a trial, or of a stack of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from experiments.config.trial import TrialConfig
from experiments.training.optimizer_arguments import optimizer_arguments
from minifw import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Module,
    Optimizer,
    RMSprop,
)

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "adam": Adam,
}


def build_optimizer(configs: Sequence[TrialConfig], model: Module) -> Optimizer:
    """The update rule of a stack; every number goes in as one value per trial, so that there is one arithmetic."""
    rows = [config.optimizer_numbers() for config in configs]
    numbers: dict[str, Any] = {
        name: value if isinstance(value, bool) else torch.tensor([row[name] for row in rows], dtype=torch.float64)
        for name, value in rows[0].items()
    }
    return make_optimizer(configs[0], model, numbers)


def make_optimizer(config: TrialConfig, model: Module, numbers: dict[str, Any]) -> Optimizer:
    """The settings' update rule with these numbers by name."""
    return OPTIMIZERS[config.optimizer](model.parameters(), **optimizer_arguments(numbers))
