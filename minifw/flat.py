"""One flat buffer for all parameter values and one for all gradients.

With them an optimiser step or `zero_grad` is a handful of tensor operations however deep the network is, and however
many trials are stacked. The layout is parameter after parameter, each starting on a 64-byte boundary, so that the bits
of a product never depend on where its operands happen to lie.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from minifw.module import Parameter

ALIGNMENT_BYTES = 64


class FlatParameters:
    """Gathers parameters into `value` and `grad`, two 1-D buffers of which every parameter becomes a view.

    A tensor that is assigned to `parameter.value` or `.grad` later is copied in by the next `gather`.

    Args:
        parameters: in the order they are laid out.

    Raises ValueError when there are no parameters, or when their dtypes or devices differ.
    """

    parameters: list[Parameter]
    offsets: list[int]  # where each parameter starts in the buffers
    value: Tensor  # (elements,)
    grad: Tensor  # (elements,)

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            raise ValueError("there are no parameters to optimise")
        first = self.parameters[0].value
        if any(p.value.dtype != first.dtype or p.value.device != first.device for p in self.parameters):
            raise ValueError("all parameters of one optimiser must have the same dtype and device")
        step = ALIGNMENT_BYTES // first.element_size()
        self.offsets = []
        size = 0
        for parameter in self.parameters:
            self.offsets.append(size)
            size += -(-parameter.value.numel() // step) * step
        self.value = first.new_zeros(size)
        self.grad = first.new_zeros(size)
        self._values = [self.view(self.value, k) for k in range(len(self.parameters))]
        self._grads = [self.view(self.grad, k) for k in range(len(self.parameters))]
        self.gather()

    def view(self, buffer: Tensor, index: int) -> Tensor:
        """The part of a buffer laid out like these that belongs to parameter number `index`, in its shape."""
        shape = self.parameters[index].value.shape
        return buffer.narrow(0, self.offsets[index], shape.numel()).view(shape)

    def gather(self) -> None:
        """Copies in what was assigned to a parameter since the last time, and makes it a view again.

        Raises ValueError when it has another shape or dtype than when the buffers were made.
        """
        for parameter, value, grad in zip(self.parameters, self._values, self._grads, strict=True):
            if parameter.value is not value:
                if parameter.value.shape != value.shape or parameter.value.dtype != value.dtype:
                    raise ValueError(
                        f"a parameter is now {tuple(parameter.value.shape)} {parameter.value.dtype}, but was "
                        f"{tuple(value.shape)} {value.dtype} when the optimiser was made; make a new one"
                    )
                value.copy_(parameter.value)
                parameter.value = value
            if parameter.grad is not grad:
                grad.copy_(parameter.grad)
                parameter.grad = grad

    def trial_of_each_element(self, trials: int) -> Tensor:
        """For every element of the buffers, the trial it belongs to: (elements,), integers.

        Raises ValueError unless every parameter has a leading axis of that many trials.
        """
        trial = torch.zeros(len(self.value), dtype=torch.int64)
        for index, parameter in enumerate(self.parameters):
            shape = parameter.value.shape
            if len(shape) != 3 or shape[0] != trials:
                raise ValueError(f"a number for each of {trials} trials does not fit a parameter of shape {tuple(shape)}")
            self.view(trial, index).copy_(torch.arange(trials).view(-1, 1, 1).expand(shape))
        return trial.to(self.value.device)
