"""A parameter: a number table that training changes, with the gradient that says how.

Everything a network learns lies in its parameters. The rest of the framework exists to compute their gradients and to step
against them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class Parameter:
    """A tensor that training changes, and the gradient of the loss with respect to it.

    `grad` starts at zero and accumulates in place until `zero_grad`. A parameter has the shape (rows, columns), so that a
    trial axis can go in front: a bias is (1, out), not (out,). An optimiser moves both tensors into buffers of its own.
    To use one parameter at two places, assign the Parameter itself: `second.weight = first.weight`.

    Args:
        value: where training starts, (rows, columns), of a floating type.

    Raises ValueError for integers, which no small step could change.
    """

    __slots__ = ("flat", "grad", "value")

    value: Tensor  # (rows, columns), in a stack (trials, rows, columns)
    grad: Tensor  # dL/dvalue, in the shape of value
    flat: Any  # a weak reference to the buffers of the optimiser that holds it, or None

    def __init__(self, value: Tensor) -> None:
        if not value.is_floating_point():
            raise ValueError(f"a parameter holds real numbers, not {value.dtype}; write Parameter(value.float())")
        self.value = value.detach()
        self.grad = torch.zeros_like(self.value)
        self.flat = None

    def __getstate__(self) -> tuple[Tensor, Tensor]:
        """Copies: a pickled view would bring the whole buffer it looks into."""
        return self.value.clone(), self.grad.clone()

    def __setstate__(self, state: tuple[Tensor, Tensor]) -> None:
        self.value, self.grad = state
        self.flat = None

    def __repr__(self) -> str:
        return f"Parameter{tuple(self.value.shape)}"
