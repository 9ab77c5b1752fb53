"""Between these modules and torch.nn, for the layers both have.

With them a network can be trained here and used there, and one that was built there can be trained here; and our results
can be compared with torch's on the very same weights.
"""

from __future__ import annotations

from typing import NoReturn

import torch
from torch import Generator, Tensor, nn

from minifw.activations import ReLU, Sigmoid, Tanh
from minifw.containers import Sequential
from minifw.dropout import Dropout
from minifw.linear import Linear
from minifw.module import Module
from minifw.parameter import Parameter

ACTIVATIONS: dict[type[Module], type[nn.Module]] = {ReLU: nn.ReLU, Tanh: nn.Tanh, Sigmoid: nn.Sigmoid}
THEIR_ACTIVATIONS: dict[type[nn.Module], type[Module]] = {theirs: ours for ours, theirs in ACTIVATIONS.items()}
KINDS: tuple[type[Module], ...] = (Sequential, Linear, Dropout, *ACTIVATIONS)


def to_torch(module: Module) -> nn.Module:
    """The torch.nn module that computes the same, with copies of the parameters (torch keeps weights as (out, in)).

    Parameters that are shared stay shared. Raises ValueError for a stack (unstack it first), and for a module that torch.nn
    has no match for, be it because its class defines a forward or backward of its own.
    """
    return _ToTorch().convert(module)


def from_torch(module: nn.Module, generator: Generator | None = None) -> Module:
    """The module of ours that computes the same as a torch.nn one, with copies of its parameters.

    Parameters that are shared stay shared.

    Args:
        module: Linear, ReLU, Tanh, Sigmoid, Dropout, or a Sequential of those.
        generator: where dropout draws from; without one, a fresh seed from the operating system.

    Raises ValueError for a module there is no match for, and for one with hooks or a forward of its own.
    """
    return _FromTorch(generator).convert(module)


def _refuse(module: Module | nn.Module, why: str) -> NoReturn:
    raise ValueError(f"{type(module).__name__} has no counterpart{why}")


class _ToTorch:
    """One call of `to_torch`, which remembers the parameters it has converted."""

    def __init__(self) -> None:
        self.converted: dict[int, nn.Parameter] = {}

    def convert(self, module: Module) -> nn.Module:
        kind = next((kind for kind in KINDS if isinstance(module, kind)), None)
        if kind is None:
            _refuse(module, "")
        if type(module).forward is not kind.forward or type(module).backward is not kind.backward:
            _refuse(module, f": it is a {kind.__name__} with a forward or backward of its own")
        if isinstance(module, Sequential):
            converted: nn.Module = nn.Sequential(*map(self.convert, module.layers))
        elif isinstance(module, Linear):
            converted = self._linear(module)
        elif isinstance(module, Dropout):
            converted = self._dropout(module)
        else:
            converted = ACTIVATIONS[kind]()
        return converted.train(module.training)

    def _dropout(self, module: Dropout) -> nn.Module:
        if isinstance(module.p, Tensor):
            raise ValueError("a stack has no torch.nn counterpart; convert what unstack returns")
        return nn.Dropout(module.p)

    def _linear(self, layer: Linear) -> nn.Module:
        weight = layer.weight.value
        if weight.dim() != 2:
            raise ValueError("a stack has no torch.nn counterpart; convert what unstack returns")
        theirs = nn.utils.skip_init(
            nn.Linear, *weight.shape, bias=layer.bias is not None, dtype=weight.dtype, device=weight.device
        )
        theirs.weight = self._parameter(layer.weight, weight.mT)
        if layer.bias:
            theirs.bias = self._parameter(layer.bias, layer.bias.value[0])
        return theirs

    def _parameter(self, ours: Parameter, value: Tensor) -> nn.Parameter:
        return self.converted.setdefault(id(ours), nn.Parameter(value.clone(memory_format=torch.contiguous_format)))


class _FromTorch:
    """One call of `from_torch`, which remembers the parameters it has converted."""

    def __init__(self, generator: Generator | None) -> None:
        self.generator = generator
        self.converted: dict[int, Parameter] = {}

    def convert(self, module: nn.Module) -> Module:
        if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks:
            _refuse(module, ": it has hooks")
        if isinstance(module, nn.Sequential) and type(module).forward is nn.Sequential.forward:
            converted: Module = Sequential(*map(self.convert, module))
        elif type(module) is nn.Linear:
            converted = self._linear(module)
        elif type(module) is nn.Dropout:
            converted = Dropout(module.p, self.generator)
        elif type(module) in THEIR_ACTIVATIONS:
            converted = THEIR_ACTIVATIONS[type(module)]()
        else:
            _refuse(module, f"; Sequential, Linear, Dropout, {', '.join(a.__name__ for a in THEIR_ACTIVATIONS)} have")
        return converted.train(module.training)

    def _linear(self, theirs: nn.Linear) -> Linear:
        # The draws are replaced; a generator given here keeps the operating system's entropy out of it.
        layer = Linear(
            theirs.in_features,
            theirs.out_features,
            theirs.bias is not None,
            generator=Generator().manual_seed(0),
            dtype=theirs.weight.dtype,
        )
        layer.weight = self._parameter(theirs.weight, theirs.weight.detach().mT)
        if theirs.bias is not None:
            layer.bias = self._parameter(theirs.bias, theirs.bias.detach().unsqueeze(0))
        return layer

    def _parameter(self, theirs: Tensor, value: Tensor) -> Parameter:
        return self.converted.setdefault(id(theirs), Parameter(value.clone(memory_format=torch.contiguous_format)))
