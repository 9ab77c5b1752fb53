"""What all update rules share: the flat buffers they update, and numbers that may differ from trial to trial.

An optimiser turns gradients into a step. All parameters lie in one flat buffer and all gradients in another, so a rule is
a handful of tensor operations, however many layers and trials there are.
"""

from __future__ import annotations

import functools
import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from minifw.flat import FlatParameters
from minifw.parameter import Parameter

Number = float | Tensor


@functools.cache
def _settings_of(rule: type) -> frozenset[str]:
    return frozenset(inspect.signature(rule).parameters) | {"base_lr"}


class Optimizer(ABC):
    """Base of the update rules. A subclass sets its numbers and buffers, names the latter in `STATE`, and defines `update`.

    Every number may be a float or a tensor with one value per trial, (trials,). Both go through the same operations, so
    that a trial gets the same bits alone and beside trials with other settings.

    Args:
        parameters: what to train; they become views into two flat buffers.
        lr: learning rate, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient (L2 penalty), at least 0.

    Raises ValueError for a number out of its range, and for a tensor that does not have one value per trial; TypeError for
    what is no parameter, such as torch's parameter groups.
    """

    STATE: tuple[str, ...] = ()  # attributes that a step changes: tensors, lists of tensors, or None

    flat: FlatParameters
    steps: int  # how many were made
    base_lr: Number  # as it was given
    lr: Tensor  # a scalar, or (elements,) when it differs from trial to trial; so are all numbers below
    weight_decay: Tensor
    decays: bool  # whether any trial has weight decay
    _trial: Tensor | None  # (elements,): the trial each element belongs to, once it is needed

    def __init__(self, parameters: Iterable[Parameter], lr: Number, weight_decay: Number) -> None:
        self.flat = FlatParameters(_parameters_only(parameters))
        self._trial = None
        self.steps = 0
        self.set_lr(lr)
        self.weight_decay = self.hyperparameter("weight_decay", weight_decay)
        self.decays = bool(self.weight_decay.any())

    def set_lr(self, lr: Number) -> None:
        """Changes the learning rate from the next step on. `optimizer.lr = 0.01` does the same."""
        vars(self).update(base_lr=lr, lr=self.hyperparameter("lr", lr))

    def decay_lr(self, factor: Number) -> None:
        """Multiplies the learning rate by a factor, or each trial's by its own.

        A running product: torch.pow would give a trial other bits at another place among the trials.
        """
        factor = torch.as_tensor(factor, dtype=torch.float64)
        if bool((factor != 1).any()):
            self.set_lr(torch.as_tensor(self.base_lr, dtype=torch.float64) * factor)

    def __setattr__(self, name: str, value: Any) -> None:
        """Raises AttributeError for a setting that is assigned again: it would change nothing, or half of a rule."""
        if name in vars(self) and name in _settings_of(type(self)):
            if name != "lr":
                instead = "set_lr(...)" if name == "base_lr" else f"{type(self).__name__}(model.parameters(), {name}=...)"
                raise AttributeError(f"{name} is fixed when the optimiser is made; write {instead}")
            self.set_lr(value)
        else:
            super().__setattr__(name, value)

    def hyperparameter(self, name: str, value: Number, below: float = torch.inf) -> Tensor:
        """A setting, checked to lie in [0, below), in a form that multiplies the flat buffers."""
        return self.per_element(_checked(name, value, below))

    def one_minus(self, name: str, value: Number, below: float = torch.inf) -> Tensor:
        """1 - a setting, likewise. Taken in float64: in float32, 1 - 0.999 is off by a ten-thousandth of its value."""
        return self.per_element(1 - _checked(name, value, below))

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
        self.flat.zero_grad()

    def step(self) -> None:
        """One update from the accumulated gradients, which it leaves as they are.

        Raises ValueError when no backward pass has added anything to them since they were zero.
        """
        self.flat.gather()
        self.flat.check_backward()
        vars(self)["steps"] += 1  # past __setattr__, which costs as much as a check
        p, g = self.flat.value, self.flat.grad
        self.update(p, torch.addcmul(g, self.weight_decay, p) if self.decays else g)

    @abstractmethod
    def update(self, p: Tensor, g: Tensor) -> None:
        """Changes the flat parameters in place; must not change the flat gradients."""

    def state_dict(self) -> dict[str, Any]:
        """A copy of what later steps depend on besides parameters and settings: steps, learning rate and buffers."""
        shapes = [list(parameter.value.shape) for parameter in self.flat.parameters]
        state = {name: _copied(getattr(self, name)) for name in self.STATE}
        return {"shapes": shapes, "steps": self.steps, "base_lr": _copied(self.base_lr), **state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on where another optimiser of the same rule was. Raises ValueError when the state does not fit."""
        own = self.state_dict()
        if own.keys() != state.keys() or own["shapes"] != state["shapes"]:
            raise ValueError("the state belongs to another rule or to parameters of other shapes")
        if any((own[name] is None) != (state[name] is None) for name in self.STATE):
            raise ValueError("the state belongs to an optimiser with other settings, such as no momentum")
        self.steps = state["steps"]
        self.set_lr(_copied(state["base_lr"]))
        for name in self.STATE:
            setattr(self, name, _copied(state[name]))


def _parameters_only(parameters: Iterable[Parameter]) -> list[Parameter]:
    given = list(parameters)
    if wrong := next((item for item in given if not isinstance(item, Parameter)), None):
        hint = ": there are no parameter groups, make one optimiser for each part" if isinstance(wrong, dict) else ""
        raise TypeError(f"an optimiser takes model.parameters(), not {type(wrong).__name__}{hint}")
    return given


def _checked(name: str, value: Number, below: float) -> Tensor:
    exact = torch.as_tensor(value, dtype=torch.float64)
    if not bool(((exact >= 0) & (exact < below)).all()):
        bound = "finite" if below == torch.inf else f"below {below}"
        raise ValueError(f"{name} must be at least 0 and {bound}, not {value}")
    return exact


def _copied(state: Any) -> Any:
    if isinstance(state, list):
        return [_copied(item) for item in state]
    return state.clone() if isinstance(state, Tensor) else state
