"""Modules that hold other modules.

A network is layers one after another: its forward pass applies them in order, its backward pass sends dL/dy through them
in reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn, overload

from torch import Tensor

from minifw.module import Module
from minifw.passes import check_is_last, pass_of


class Sequential(Module):
    """Modules one after another: y = f_n(... f_1(x)). `model[k]` is a module, `model[1:3]` a Sequential of the same modules.

    A module keeps what its last `forward` saw, so one that ran twice would have lost its first input before `backward`.

    Args:
        layers: the modules, first to last.

    Raises ValueError if one module stands in it twice, be it inside another.
    """

    layers: list[Module]

    def __init__(self, *layers: Module) -> None:
        self.layers = []
        for layer in layers:
            self.append(layer)

    def append(self, layer: Module) -> Sequential:
        """Puts a module at the end. Raises TypeError for what is no module, such as a list."""
        if not isinstance(layer, Module):
            hint = "; write Sequential(*layers)" if isinstance(layer, Iterable) else ""
            raise TypeError(f"Sequential takes modules, not {type(layer).__name__}{hint}")
        present = {id(module) for module in self.modules()}
        if any(id(module) in present for module in layer.modules()):
            raise ValueError("a module stands twice in Sequential; build a second one and share its Parameter instead")
        self.layers.append(layer)
        return self

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy: Tensor) -> Tensor:
        belongs_to = pass_of(dy)
        check_is_last(belongs_to)
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        check_is_last(belongs_to)
        return dy

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: int | slice) -> Module:
        return Sequential(*self.layers[index]) if isinstance(index, slice) else self.layers[index]


class _Holder(Module):
    """Modules that a user's own `forward` calls. A plain list or dict in an attribute does as well."""

    def forward(self, x: Tensor) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds modules and does not run them; call them in your module's forward")

    def backward(self, dy: Tensor) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds modules and does not run them; call them in your module's backward")


class ModuleList(_Holder):
    """A list of modules.

    Args:
        modules: what it holds at first.
    """

    items: list[Module]

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.items = list(modules)

    def append(self, module: Module) -> ModuleList:
        """Puts a module at the end."""
        self.items.append(module)
        return self

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Puts modules at the end."""
        self.items.extend(modules)
        return self

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.items)

    def __getitem__(self, index: int) -> Module:
        return self.items[index]


class ModuleDict(_Holder):
    """Modules by name.

    Args:
        modules: what it holds at first.
    """

    items_by_name: dict[str, Module]

    def __init__(self, modules: Mapping[str, Module] | None = None) -> None:
        self.items_by_name = dict(modules or {})

    def __len__(self) -> int:
        return len(self.items_by_name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_by_name)

    def __getitem__(self, name: str) -> Module:
        return self.items_by_name[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.items_by_name[name] = module

    def keys(self) -> Iterable[str]:
        """The names."""
        return self.items_by_name.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self.items_by_name.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """The modules with their names."""
        return self.items_by_name.items()
