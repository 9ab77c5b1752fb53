"""One flat buffer for all parameter values and one for all gradients.

With them an optimiser step or `zero_grad` is a handful of tensor operations however deep the network is, and however
many trials are stacked. The layout is parameter after parameter, each starting on a 64-byte boundary, so that the bits
of a product never depend on where its operands happen to lie.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable

import torch
from torch import Tensor

from minifw.parameter import Parameter

ALIGNMENT_BYTES = 64


class FlatParameters:
    """Gathers parameters into `value` and `grad`, two 1-D buffers of which every parameter becomes a view.

    A tensor that is assigned to `parameter.value` or `.grad` later is copied in by the next `gather`.

    Args:
        parameters: in the order they are laid out.

    Raises ValueError when there are no parameters, when their dtypes or devices differ, or when two share their memory.
    """

    parameters: list[Parameter]
    offsets: list[int]  # where each parameter starts in the buffers
    value: Tensor  # (elements,)
    grad: Tensor  # (elements,)
    counts_changes: bool  # whether torch counts changes of `grad`; it does not for what is made in inference mode
    zeroed_at: int | None  # torch's count of changes of `grad` when it was last zero; None when that is not known

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self.parameters = list(parameters)
        self._check()
        first = self.parameters[0].value
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
        for parameter in self.parameters:
            parameter.flat = weakref.ref(self)
        self.counts_changes = not self.grad.is_inference()
        self.zeroed_at = self.grad._version if self.counts_changes and not bool(self.grad.any()) else None

    def _check(self) -> None:
        if not self.parameters:
            raise ValueError("there are no parameters to optimise")
        values = [parameter.value for parameter in self.parameters]
        if len({(value.dtype, value.device) for value in values}) > 1:
            raise ValueError("all parameters of one optimiser must have the same dtype and device")
        if len({id(parameter) for parameter in self.parameters}) < len(self.parameters):
            raise ValueError("a parameter is given twice; give model.parameters(), which names each once")
        places = {value.data_ptr() for value in values if value.numel() and value.device.type != "meta"}
        if len(places) < sum(1 for value in values if value.numel() and value.device.type != "meta"):
            raise ValueError(
                "two parameters hold the same tensor; to share a parameter write second.weight = first.weight, "
                "to start from the same values second.weight.value = first.weight.value.clone()"
            )

    def view(self, buffer: Tensor, index: int) -> Tensor:
        """The part of a buffer laid out like these that belongs to parameter number `index`, in its shape."""
        shape = self.parameters[index].value.shape
        return buffer.narrow(0, self.offsets[index], shape.numel()).view(shape)

    def gather(self) -> None:
        """Copies in what was assigned to a parameter since the last time, and makes it a view again.

        Raises ValueError when it has another shape, dtype or device than when the buffers were made, or is another
        parameter's.
        """
        for parameter, value, grad in zip(self.parameters, self._values, self._grads, strict=True):
            if parameter.value is not value:
                self._check_assigned("value", parameter.value, value)
                value.copy_(parameter.value)
                parameter.value = value
            if parameter.grad is not grad:
                self._check_assigned("gradient", parameter.grad, grad)
                grad.copy_(parameter.grad)
                parameter.grad = grad

    def _check_assigned(self, what: str, assigned: Tensor, own: Tensor) -> None:
        if (assigned.shape, assigned.dtype, assigned.device) != (own.shape, own.dtype, own.device):
            raise ValueError(
                f"a parameter's {what} is now {tuple(assigned.shape)} {assigned.dtype} on {assigned.device}, but was "
                f"{tuple(own.shape)} {own.dtype} on {own.device} when the optimiser was made; change models before "
                "their optimiser is made, or make a new one"
            )
        if what == "value" and assigned.untyped_storage().data_ptr() == self.value.untyped_storage().data_ptr():
            raise ValueError(
                "a parameter was assigned another's value; to share a parameter write second.weight = first.weight "
                "before the optimiser is made, to copy its values second.weight.value.copy_(first.weight.value)"
            )

    def zero_grad(self) -> None:
        """Sets every gradient to zero."""
        self.gather()
        self.grad.zero_()
        self.zeroed_at = self.grad._version if self.counts_changes else None

    def note_zeroed(self, parameters: Iterable[Parameter]) -> None:
        """Remembers that the gradients of these were set to zero; it counts when they are all there are."""
        if {id(parameter) for parameter in self.parameters} <= {id(parameter) for parameter in parameters}:
            self.zeroed_at = self.grad._version if self.counts_changes else None

    def check_backward(self) -> None:
        """Raises ValueError when nothing was added to the gradients since they were zero."""
        if self.zeroed_at is not None and self.grad._version == self.zeroed_at:
            raise ValueError(
                "no backward pass has reached these parameters since zero_grad(): call model.backward(loss.backward()) before "
                "optimizer.step(), and make the optimiser from the model that is trained, after stack()"
            )

    def __getstate__(self) -> list[Parameter]:
        return self.parameters

    def __setstate__(self, parameters: list[Parameter]) -> None:
        """Lays out the parameters anew; a pickled or copied view would be a view no longer."""
        self.__init__(parameters)  # type: ignore[misc]
        self.zeroed_at = None

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
