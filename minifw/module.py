"""Module: what every layer and every network is.

A module maps inputs of shape (..., batch, features) to outputs and, given dL/doutput, returns dL/dinput: the chain rule,
one layer at a time. The same code serves one network and a stack of them, whose tensors carry a leading trial axis.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Self

import torch
from torch import Tensor

from minifw.first_pass import INSTALLED, watch_first_pass
from minifw.nesting import find_inside
from minifw.parameter import Parameter
from minifw.passes import Pass, mark

# Attributes that belong to a pass in progress; copies, pickles and stacks leave them behind.
TRANSIENT = frozenset({"saved", "last_pass", "first_pass", *INSTALLED})


class Module(ABC):
    """Base of every layer and model. A subclass defines `forward` and `backward`; nothing else is needed.

    Parameters and modules held in attributes, or in lists, tuples, dicts and dataclasses in attributes, are found by
    themselves, in the order of assignment. What `forward` keeps for `backward` belongs in `self.saved`. A tensor that is
    part of the state but not trained, such as a running mean, is given with `register_buffer`.
    """

    training: bool = True
    saved: Any = None
    buffer_names: tuple[str, ...] = ()  # attributes that are saved with the parameters
    per_trial: Mapping[str, int] = {}  # attributes that `stack` gave a trial axis: how many axes they had, -1 for a number
    exact: frozenset[str] = frozenset()  # attributes that stay in float64 on the CPU
    last_pass: Pass | None = None
    first_pass: bool = True  # whether it is still to come

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Outputs (..., batch, out) for inputs (..., batch, in)."""

    @abstractmethod
    def backward(self, dy: Tensor) -> Tensor:
        """dL/dx for dL/dy of the last `forward`; adds dL/dparameter to each parameter's `grad`."""

    def __call__(self, x: Tensor) -> Tensor:
        if self.first_pass and self.training:
            watch_first_pass(self)
        if self.last_pass is not None:
            self.last_pass.superseded = True
        self.last_pass = this_pass = Pass()
        y = self.forward(x.detach() if x.requires_grad else x)
        if self.last_pass is not this_pass:
            raise ValueError("two threads called one model at once; give each thread a copy.deepcopy(model)")
        mark(y, this_pass)
        return y

    def register_buffer(self, name: str, tensor: Tensor) -> None:
        """Keeps a tensor as the attribute `name`, as part of the state that is not trained.

        It is in `state_dict`, moved by `to`, and gets the trial axis in `stack`. Shape (1, features), like a bias; change it in
        place or assign another of its shape.
        """
        setattr(self, name, tensor)
        self.buffer_names = (*self.buffer_names, name)

    def named_children(self) -> Iterator[tuple[str, Module | Parameter]]:
        """The parameters and modules directly inside this one, each with its name, e.g. `layers.0`."""
        for name, attribute in vars(self).items():
            if name not in TRANSIENT:
                yield from find_inside(name, attribute, (Module, Parameter))

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, whose name is empty, and all inside it, each once."""
        return self._walk_modules("", set())

    def _walk_modules(self, name: str, seen: set[int]) -> Iterator[tuple[str, Module]]:
        if id(self) in seen:
            return
        seen.add(id(self))
        yield name, self
        for child_name, child in self.named_children():
            if isinstance(child, Module):
                yield from child._walk_modules(f"{name}.{child_name}" if name else child_name, seen)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, with its dotted name; one that is shared appears under its first name."""
        return self._walk_parameters("", set())

    def _walk_parameters(self, prefix: str, seen: set[int]) -> Iterator[tuple[str, Parameter]]:
        for name, child in self.named_children():
            if id(child) in seen:
                continue
            seen.add(id(child))
            if isinstance(child, Parameter):
                yield prefix + name, child
            else:
                yield from child._walk_parameters(f"{prefix}{name}.", seen)

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter of this module and those inside it, once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Every buffer of this module and those inside it, with its dotted name."""
        for prefix, module in self.named_modules():
            for name in module.buffer_names:
                yield f"{prefix}.{name}" if prefix else name, getattr(module, name)

    def zero_grad(self) -> None:
        """Sets every gradient to zero."""
        parameters = list(self.parameters())
        for parameter in parameters:
            parameter.grad.zero_()
        for flat in {parameter.flat for parameter in parameters if parameter.flat is not None}:
            if (buffers := flat()) is not None:
                buffers.note_zeroed(parameters)

    def train(self, mode: bool = True) -> Self:
        """Switches to training (dropout drops), or with `mode=False` to evaluation."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switches to evaluation: dropout is the identity."""
        return self.train(False)

    def to(self, device: torch.device | torch.dtype | str | None = None, dtype: torch.dtype | None = None) -> Self:
        """Moves and casts every parameter and buffer, and starts the gradients again from zero.

        Do it before the optimiser is made: an optimiser keeps the device and dtype it finds.
        """
        if isinstance(device, torch.dtype):
            device, dtype = None, device
        for parameter in self.parameters():
            parameter.value = parameter.value.to(device=device, dtype=dtype)
            parameter.grad = torch.zeros_like(parameter.value)
        for module in self.modules():
            for name, value in vars(module).items():
                if isinstance(value, Tensor) and name not in TRANSIENT | module.exact:
                    setattr(module, name, value.to(device=device, dtype=dtype if value.is_floating_point() else None))
        return self

    def double(self) -> Self:
        """Casts to float64."""
        return self.to(dtype=torch.float64)

    def float(self) -> Self:
        """Casts to float32."""
        return self.to(dtype=torch.float32)

    def cuda(self) -> Self:
        """Moves to the GPU."""
        return self.to(device="cuda")

    def cpu(self) -> Self:
        """Moves to the CPU."""
        return self.to(device="cpu")

    def state_dict(self) -> dict[str, Tensor]:
        """A copy of every parameter's value and of every buffer, by name."""
        return {name: tensor.clone() for name, tensor in self._state()}

    def _state(self) -> Iterator[tuple[str, Tensor]]:
        yield from ((name, parameter.value) for name, parameter in self.named_parameters())
        yield from self.named_buffers()

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Copies values into the parameters and buffers of the same names.

        Raises ValueError on a missing, unknown or misshapen one, and then loads nothing.
        """
        own = dict(self._state())
        if missing := sorted(own.keys() - state.keys()):
            raise ValueError(f"the state lacks {', '.join(missing)}")
        if unknown := sorted(state.keys() - own.keys()):
            raise ValueError(f"the state has no place for {', '.join(unknown)}")
        for name, tensor in own.items():
            if (shape := state[name].shape) != tensor.shape:
                hint = "; torch keeps weights as (out, in); use from_torch" if shape[::-1] == tensor.shape else ""
                raise ValueError(f"{name} has shape {tuple(tensor.shape)}, the state {tuple(shape)}{hint}")
        for name, tensor in own.items():
            tensor.copy_(state[name])

    def count_parameters(self) -> int:
        """How many numbers training changes, all trials together."""
        return sum(parameter.value.numel() for parameter in self.parameters())

    def describe(self) -> str:
        """What stands between the brackets when the module is printed."""
        return ""

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in TRANSIENT}

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


def with_trial_axis(x: Tensor, trials: int) -> Tensor:
    """Inputs of a stack: (trials, batch, features), or (batch, features) that every trial sees.

    Raises ValueError for other shapes: more axes would let trials see each other's data.
    """
    if x.dim() < 3:
        return x.reshape(-1, x.shape[-1]).expand(trials, -1, -1)
    if x.dim() > 3 or len(x) != trials:
        raise ValueError(
            f"a stack of {trials} takes inputs (batch, features) or ({trials}, batch, features), not {tuple(x.shape)}"
        )
    return x
