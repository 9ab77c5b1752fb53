"""Stopping in the middle of a training and going on later, as if nothing had happened.

What the next step depends on is more than the parameters: the optimiser remembers past gradients, and every shuffle and
every dropout mask is the next draw of a stream. A checkpoint has all of it, so a resumed training has the bits of one
that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minifw.data import DataLoader
from minifw.dropout import Dropout
from minifw.module import Module
from minifw.optimizer_base import Optimizer


def checkpoint(model: Module, optimizer: Optimizer, loader: DataLoader) -> dict[str, Any]:
    """Copies of all that the next epoch depends on, in dicts of tensors and numbers that torch.save takes.

    Take it between two epochs: where a loader is within an epoch is not part of it.
    """
    draws = {name: module.stream.state_dict() for name, module in model.named_modules() if isinstance(module, Dropout)}
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "loader": loader.state_dict(),
        "draws": draws,
    }


def resume(saved: Mapping[str, Any], model: Module, optimizer: Optimizer, loader: DataLoader) -> None:
    """Puts a model, its optimiser and its loader, built as those of the checkpoint were, where they were.

    Raises ValueError when they were built otherwise.
    """
    streams = {name: module.stream for name, module in model.named_modules() if isinstance(module, Dropout)}
    if streams.keys() != saved["draws"].keys():
        raise ValueError("the checkpoint belongs to a model with Dropout at other places")
    model.load_state_dict(saved["model"])
    optimizer.load_state_dict(saved["optimizer"])
    loader.load_state_dict(saved["loader"])
    for name, stream in streams.items():
        stream.load_state_dict(saved["draws"][name])
