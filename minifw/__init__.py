"""A mini deep-learning framework on torch tensors with every gradient written by hand.

One network and a stack of a thousand are the same code: see `stack`.

Importing this package, or `minifw.compiled` with the engine in C, loads no torch: each name is loaded when it is asked for.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minifw.activations import ReLU, Sigmoid, Tanh
    from minifw.checkpoint import checkpoint, resume
    from minifw.containers import ModuleDict, ModuleList, Sequential
    from minifw.data import DataLoader, Dataset
    from minifw.disc import disc
    from minifw.dropout import Dropout
    from minifw.gradcheck import GradientCheck, GradientError, check_gradients
    from minifw.history import History
    from minifw.interop import from_torch, to_torch
    from minifw.linear import Linear
    from minifw.losses import CrossEntropyLoss, Loss, MSELoss
    from minifw.module import Module
    from minifw.optimizer_base import Optimizer
    from minifw.optimizers import SGD, Adadelta, Adagrad, Adam, RMSprop
    from minifw.parameter import Parameter
    from minifw.stack import stack, unstack
    from minifw.training import evaluate, fit, run_epochs

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "CrossEntropyLoss",
    "DataLoader",
    "Dataset",
    "Dropout",
    "GradientCheck",
    "GradientError",
    "History",
    "Linear",
    "Loss",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "check_gradients",
    "checkpoint",
    "disc",
    "evaluate",
    "fit",
    "from_torch",
    "resume",
    "run_epochs",
    "stack",
    "to_torch",
    "unstack",
]

_HOMES = {
    "SGD": "optimizers",
    "Adadelta": "optimizers",
    "Adagrad": "optimizers",
    "Adam": "optimizers",
    "CrossEntropyLoss": "losses",
    "DataLoader": "data",
    "Dataset": "data",
    "Dropout": "dropout",
    "GradientCheck": "gradcheck",
    "GradientError": "gradcheck",
    "History": "history",
    "Linear": "linear",
    "Loss": "losses",
    "MSELoss": "losses",
    "Module": "module",
    "ModuleDict": "containers",
    "ModuleList": "containers",
    "Optimizer": "optimizer_base",
    "Parameter": "parameter",
    "RMSprop": "optimizers",
    "ReLU": "activations",
    "Sequential": "containers",
    "Sigmoid": "activations",
    "Tanh": "activations",
    "check_gradients": "gradcheck",
    "checkpoint": "checkpoint",
    "disc": "disc",
    "evaluate": "training",
    "fit": "training",
    "from_torch": "interop",
    "resume": "checkpoint",
    "run_epochs": "training",
    "stack": "stack",
    "to_torch": "interop",
    "unstack": "stack",
}


def __getattr__(name: str) -> Any:
    """One of the names offered here, from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """Where a name offered is also a file's, such as `stack`, loading the file does not put it in the place of the name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name not in _HOMES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    """The names offered here, loaded or not, for completion in a notebook."""
    return sorted({*globals(), *__all__})
