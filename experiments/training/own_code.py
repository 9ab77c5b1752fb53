"""Layers, losses and networks that a user wrote: made from the classes and functions of their files.

Raises UserCodeError where that code fails, and SettingError where it gives something else than is wanted.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from torch import Generator

from experiments.config.settings import SettingError
from experiments.config.user_files import UserFile
from experiments.training.user_code import errors_of_user_code, load_user_code
from minifw import Loss, Module


def make_layer(file: UserFile, features: int) -> Module:
    """A layer behind an affine map with so many outputs, which its class is given if it takes an argument."""
    kind = _callable("act", file, Module)
    with errors_of_user_code():
        return _of(Module, "act", file, kind(features) if _takes_argument(kind) else kind())


def make_loss(file: UserFile, reduction: str) -> Loss:
    """A loss with a reduction."""
    kind = _callable("loss", file, Loss)
    with errors_of_user_code():
        return _of(Loss, "loss", file, kind(reduction))


def make_network(file: UserFile, generator: Generator) -> Module:
    """What the function makes of a generator."""
    build = _callable("model", file, Module)
    with errors_of_user_code():
        return _of(Module, "model", file, build(generator))


def _callable(setting: str, file: UserFile, wanted: type) -> Callable[..., Any]:
    value = load_user_code(file)
    if not callable(value):
        raise SettingError(setting, f"{file} is {value!r:.60}, no class or function")
    if isinstance(value, type) and not issubclass(value, wanted):
        raise SettingError(setting, f"{file} is not a subclass of minifw.{wanted.__name__}")
    return value


def _takes_argument(kind: Callable[..., Any]) -> bool:
    """Whether it cannot be called without one."""
    parameters = inspect.signature(kind).parameters.values()
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return any(one.default is inspect.Parameter.empty and one.kind not in variable for one in parameters)


def _of(kind: type, setting: str, file: UserFile, made: Any) -> Any:
    if not isinstance(made, kind):
        raise SettingError(setting, f"{file} gives {made!r:.40}, where a minifw.{kind.__name__} is wanted")
    return made
