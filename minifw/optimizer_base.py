"""What all update rules share: the flat buffers they update, and numbers that may differ from trial to trial.

An optimiser turns gradients into a step. All parameters lie in one flat buffer and all gradients in another, so a rule is
a handful of tensor operations, however many layers and trials there are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor

from minifw.flat import FlatParameters
from minifw.module import Parameter

Number = float | Tensor


class Optimizer(ABC):
    """Base of the update rules. A subclass sets its numbers and buffers and defines `update`.

    Every number may be a float or a tensor with one value per trial, (trials,). Both go through the same operations, so
    that a trial gets the same bits alone and beside trials with other settings.

    Args:
        parameters: what to train; they become views into two flat buffers.
        lr: learning rate, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient (L2 penalty), at least 0.

    Raises ValueError for a number out of its range, and for a tensor that does not have one value per trial.
    """

    flat: FlatParameters
    steps: int  # how many were made
    base_lr: Number  # as it was given
    lr: Tensor  # a scalar, or (elements,) when it differs from trial to trial; so are all numbers below
    weight_decay: Tensor
    decays: bool  # whether any trial has weight decay
    _trial: Tensor | None  # (elements,): the trial each element belongs to, once it is needed

    def __init__(self, parameters: Iterable[Parameter], lr: Number, weight_decay: Number) -> None:
        self.flat = FlatParameters(parameters)
        self._trial = None
        self.steps = 0
        self.set_lr(lr)
        self.weight_decay = self.hyperparameter("weight_decay", weight_decay)
        self.decays = bool(self.weight_decay.any())

    def set_lr(self, lr: Number) -> None:
        """Changes the learning rate from the next step on."""
        self.base_lr = lr
        self.lr = self.hyperparameter("lr", lr)

    def hyperparameter(self, name: str, value: Number, below: float = torch.inf) -> Tensor:
        """A setting, checked to lie in [0, below), in a form that multiplies the flat buffers."""
        exact = torch.as_tensor(value, dtype=torch.float64)
        if not bool(((exact >= 0) & (exact < below)).all()):
            bound = "finite" if below == torch.inf else f"below {below}"
            raise ValueError(f"{name} must be at least 0 and {bound}, not {value}")
        return self.per_element(exact)

    def per_element(self, exact: Tensor) -> Tensor:
        """A float64 number as it is, or one value per trial repeated for every element that belongs to the trial."""
        exact = exact.to(self.flat.value.device)
        if exact.dim() == 0:
            return exact.to(self.flat.value.dtype)
        if exact.dim() != 1:
            raise ValueError(f"one value per trial is a tensor (trials,), not {tuple(exact.shape)}")
        if self._trial is None:
            self._trial = self.flat.trial_of_each_element(len(exact))
        return exact.to(self.flat.value.dtype).index_select(0, self._trial)

    def buffer(self, fill: Number = 0.0) -> Tensor:
        """State with one element per parameter element."""
        return torch.zeros_like(self.flat.value) + fill

    def zero_grad(self) -> None:
        """Sets every gradient to zero."""
        self.flat.gather()
        self.flat.grad.zero_()

    def step(self) -> None:
        """One update from the accumulated gradients, which it leaves as they are."""
        self.flat.gather()
        self.steps += 1
        p, g = self.flat.value, self.flat.grad
        self.update(p, torch.addcmul(g, self.weight_decay, p) if self.decays else g)

    @abstractmethod
    def update(self, p: Tensor, g: Tensor) -> None:
        """Changes the flat parameters in place; must not change the flat gradients."""
