"""Parameter and Module: the parts every network is made of.

A module maps inputs of shape (..., batch, features) to outputs and, given dL/doutput, returns dL/dinput: the chain rule,
one layer at a time. The same code serves one network and a stack of them, whose tensors carry a leading trial axis.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Self

import torch
from torch import Tensor


class Parameter:
    """A tensor that training changes, and the gradient of the loss with respect to it.

    `grad` starts at zero and accumulates in place until `zero_grad`. A parameter has the shape (rows, columns), so that a
    trial axis can go in front: a bias is (1, out), not (out,). An optimiser moves both tensors into buffers of its own.

    Args:
        value: where training starts, (rows, columns).
    """

    __slots__ = ("grad", "value")

    value: Tensor  # (rows, columns), in a stack (trials, rows, columns)
    grad: Tensor  # dL/dvalue, in the shape of value

    def __init__(self, value: Tensor) -> None:
        self.value = value.detach()
        self.grad = torch.zeros_like(self.value)

    def __repr__(self) -> str:
        return f"Parameter{tuple(self.value.shape)}"


class Module(ABC):
    """Base of every layer and model. A subclass defines `forward` and `backward`; nothing else is needed.

    Parameters and modules held in attributes, or in lists and tuples in attributes, are found by themselves, in the
    order of assignment. What `forward` keeps for `backward` belongs in `self.saved`: `stack` leaves that behind.
    `per_trial` names the attributes that `stack` gave a trial axis.
    """

    training: bool = True
    saved: Any = None
    per_trial: frozenset[str] = frozenset()

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Outputs (..., batch, out) for inputs (..., batch, in)."""

    @abstractmethod
    def backward(self, dy: Tensor) -> Tensor:
        """dL/dx for dL/dy of the last `forward`; adds dL/dparameter to each parameter's `grad`."""

    def __call__(self, x: Tensor) -> Tensor:
        return self.forward(x.detach() if x.requires_grad else x)

    def named_children(self) -> Iterator[tuple[str, Module | Parameter]]:
        """The parameters and modules directly inside this one, each with its name, e.g. `layers.0`."""
        for name, attribute in vars(self).items():
            if isinstance(attribute, (Module, Parameter)):
                yield name, attribute
            elif isinstance(attribute, (list, tuple)):
                for index, item in enumerate(attribute):
                    if isinstance(item, (Module, Parameter)):
                        yield f"{name}.{index}", item

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, with its dotted name; one that is shared appears under its first name."""
        seen: set[int] = set()
        for name, parameter in self._walk_parameters(""):
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield name, parameter

    def _walk_parameters(self, prefix: str) -> Iterator[tuple[str, Parameter]]:
        for name, child in self.named_children():
            if isinstance(child, Parameter):
                yield prefix + name, child
            else:
                yield from child._walk_parameters(f"{prefix}{name}.")

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter of this module and those inside it, once."""
        return (parameter for _, parameter in self.named_parameters())

    def modules(self) -> Iterator[Module]:
        """This module and all inside it."""
        yield self
        for _, child in self.named_children():
            if isinstance(child, Module):
                yield from child.modules()

    def zero_grad(self) -> None:
        """Sets every gradient to zero."""
        for parameter in self.parameters():
            parameter.grad.zero_()

    def train(self, mode: bool = True) -> Self:
        """Switches to training (dropout drops), or with `mode=False` to evaluation."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switches to evaluation: dropout is the identity."""
        return self.train(False)

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> Self:
        """Moves and casts every parameter, and starts its gradient again from zero."""
        for parameter in self.parameters():
            parameter.value = parameter.value.to(device=device, dtype=dtype)
            parameter.grad = torch.zeros_like(parameter.value)
        return self

    def state_dict(self) -> dict[str, Tensor]:
        """A copy of every parameter's value, by name."""
        return {name: parameter.value.clone() for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Copies values into the parameters of the same names. Raises ValueError on a missing, unknown or misshapen one."""
        parameters = dict(self.named_parameters())
        if missing := sorted(parameters.keys() - state.keys()):
            raise ValueError(f"the state lacks {', '.join(missing)}")
        if unknown := sorted(state.keys() - parameters.keys()):
            raise ValueError(f"the state has no place for {', '.join(unknown)}")
        for name, parameter in parameters.items():
            if state[name].shape != parameter.value.shape:
                raise ValueError(f"{name} has shape {tuple(parameter.value.shape)}, the state {tuple(state[name].shape)}")
        for name, parameter in parameters.items():
            parameter.value.copy_(state[name])

    def count_parameters(self) -> int:
        """How many numbers training changes, all trials together."""
        return sum(parameter.value.numel() for parameter in self.parameters())

    def describe(self) -> str:
        """What stands between the brackets when the module is printed."""
        return ""

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__}({self.describe()})"]
        for name, child in self.named_children():
            if isinstance(child, Parameter):
                lines[0] += f"  {name} {tuple(child.value.shape)}"
            else:
                lines += [f"  {line}" for line in f"{name}: {child!r}".splitlines()]
        if len(lines) > 1:
            lines.append(f"  {self.count_parameters():,} parameters")
        return "\n".join(lines)
