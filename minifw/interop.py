"""Between these modules and torch.nn, for the layers both have.

With them a network can be trained here and used there, and one that was built there can be trained here; and our results
can be compared with torch's on the very same weights.
"""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

from minifw.activations import ReLU, Sigmoid, Tanh
from minifw.containers import Sequential
from minifw.dropout import Dropout
from minifw.linear import Linear
from minifw.module import Module

Ours = TypeVar("Ours")
Theirs = TypeVar("Theirs")

ACTIVATIONS: dict[type[Module], type[nn.Module]] = {ReLU: nn.ReLU, Tanh: nn.Tanh, Sigmoid: nn.Sigmoid}


def to_torch(module: Module) -> nn.Module:
    """The torch.nn module that computes the same, with copies of the parameters (torch keeps weights as (out, in)).

    Raises ValueError for a stack (unstack it first), a module torch.nn has no match for, or a dropout rate per trial.
    """
    if isinstance(module, Sequential):
        converted: nn.Module = nn.Sequential(*map(to_torch, module.layers))
    elif isinstance(module, Linear):
        converted = _linear_to_torch(module)
    elif isinstance(module, Dropout):
        if isinstance(module.p, Tensor):
            raise ValueError("a stack has no torch.nn counterpart; convert what unstack returns")
        converted = nn.Dropout(module.p)
    else:
        converted = _counterpart(ACTIVATIONS, module)()
    return converted.train(module.training)


def from_torch(module: nn.Module) -> Module:
    """The module of ours that computes the same as a torch.nn one, with copies of its parameters.

    Raises ValueError for a module there is no match for.
    """
    if isinstance(module, nn.Sequential):
        converted: Module = Sequential(*map(from_torch, module))
    elif isinstance(module, nn.Linear):
        converted = _linear_from_torch(module)
    elif isinstance(module, nn.Dropout):
        converted = Dropout(module.p)
    else:
        converted = _counterpart({theirs: ours for ours, theirs in ACTIVATIONS.items()}, module)()
    return converted.train(module.training)


def _counterpart(pairs: dict[type[Ours], type[Theirs]], module: Ours) -> type[Theirs]:
    if type(module) not in pairs:
        raise ValueError(f"{type(module).__name__} has no counterpart")
    return pairs[type(module)]


def _linear_to_torch(layer: Linear) -> nn.Linear:
    weight = layer.weight.value
    if weight.dim() != 2:
        raise ValueError("a stack has no torch.nn counterpart; convert what unstack returns")
    converted = nn.utils.skip_init(
        nn.Linear, *weight.shape, bias=layer.bias is not None, dtype=weight.dtype, device=weight.device
    )
    with torch.no_grad():
        converted.weight.copy_(weight.mT)
        if layer.bias:
            converted.bias.copy_(layer.bias.value[0])
    return converted


def _linear_from_torch(layer: nn.Linear) -> Linear:
    weight, has_bias = layer.weight.detach(), layer.bias is not None
    # The draws are overwritten; a generator given here keeps the operating system's entropy out of it.
    converted = Linear(
        layer.in_features, layer.out_features, has_bias, generator=torch.Generator().manual_seed(0), dtype=weight.dtype
    ).to(weight.device)
    converted.weight.value.copy_(weight.mT)
    if converted.bias:
        converted.bias.value.copy_(layer.bias.detach())
    return converted
