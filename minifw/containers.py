"""Modules that hold other modules.

A network is layers one after another: its forward pass applies them in order, its backward pass sends dL/dy through them
in reverse.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from minifw.module import Module


class Sequential(Module):
    """Modules one after another: y = f_n(... f_1(x)). Raises ValueError if one module stands in it twice.

    A module keeps what its last `forward` saw, so one that ran twice would have lost its first input before `backward`.

    Args:
        layers: the modules, first to last.
    """

    layers: list[Module]

    def __init__(self, *layers: Module) -> None:
        if len({id(layer) for layer in layers}) < len(layers):
            raise ValueError("a module stands twice in Sequential; build a second one and share its Parameter instead")
        self.layers = list(layers)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy: Tensor) -> Tensor:
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    def __getitem__(self, index: int) -> Module:
        return self.layers[index]
