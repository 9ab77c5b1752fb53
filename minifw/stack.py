"""From many networks of one shape to one network with a trial axis, and back.

The networks here are small, so a training step costs what it takes to call its operations, not to compute them. A stack pays
that cost once for all its networks. `stack` is the one place that knows how a module grows a trial axis, `unstack` how it
loses it again.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from minifw.interop import from_torch
from minifw.module import TRANSIENT, Module
from minifw.nesting import is_container, items_of, with_items
from minifw.parameter import Parameter
from minifw.random import UniformStream

NUMBER = -1  # in `per_trial`: a plain number, without axes


def stack(models: Sequence[Module | nn.Module]) -> Module:
    """One model whose parameters carry a leading trial axis: (rows, columns) -> (trials, rows, columns).

    So do tensors in attributes, in front of (batch, features), and numbers that differ, so that a dropout rate may differ
    from trial to trial. Everything else must be equal and is shared. The models are copied, not tied.

    Args:
        models: networks of one shape; torch.nn modules go through `from_torch`.

    Raises ValueError, naming the place, when the models differ in anything else, or hold a parameter without two axes.
    """
    if not models:
        raise ValueError("there is no model to stack")
    converted = [from_torch(model) if isinstance(model, nn.Module) else model for model in models]
    example = next((parameter.value for parameter in converted[0].parameters()), torch.empty(0))
    return _Stacking(example).stack("model", copy.deepcopy(converted))


def unstack(ensemble: Module) -> list[Module]:
    """The single networks of a stack, each a copy. Raises ValueError when the parameters have no common trial axis."""
    trials = count_trials(ensemble)
    if trials is None:
        shapes = {name: tuple(parameter.value.shape) for name, parameter in ensemble.named_parameters()}
        raise ValueError(f"the parameters have no common trial axis: {shapes}")
    return [_pick(ensemble, trial, {}) for trial in range(trials)]


def count_trials(model: Module) -> int | None:
    """How many networks a stack holds; None for a single network."""
    shapes = [parameter.value.shape for parameter in model.parameters()]
    trials = {shape[0] if len(shape) == 3 else None for shape in shapes}
    return trials.pop() if len(trials) == 1 else None


@dataclass
class _Stacking:
    """One call of `stack`."""

    example: Tensor  # numbers get its dtype and device
    tied: dict[int, Parameter] = field(default_factory=dict)  # the stacked parameter of each that was met, by its id

    def stack(self, place: str, values: list[Any]) -> Any:
        """What the values of all models become in the stack."""
        first = values[0]
        if any(type(value) is not type(first) for value in values):
            raise ValueError(f"{place} differs in type: {', '.join(sorted({type(value).__name__ for value in values}))}")
        if isinstance(first, Module):
            return self._stack_modules(place, values)
        if isinstance(first, Parameter):
            return self._stack_tied_parameters(place, values)
        if isinstance(first, UniformStream):
            return UniformStream.stack(values)
        if is_container(first):
            return self._stack_containers(place, values)
        if _all_equal(values):
            return first
        raise ValueError(f"{place} differs and cannot be stacked: {first!r} against others")

    def _stack_containers(self, place: str, containers: list[Any]) -> Any:
        columns = [items_of(container) for container in containers]
        if len({tuple(column) for column in columns}) > 1:
            raise ValueError(f"{place} differs in length or keys")
        items = [self.stack(f"{place}.{name}", [column[name] for column in columns]) for name in columns[0]]
        return with_items(containers[0], items)

    def _stack_modules(self, place: str, modules: list[Module]) -> Module:
        names = vars(modules[0]).keys() - TRANSIENT
        if any(vars(module).keys() - TRANSIENT != names for module in modules):
            raise ValueError(f"{place} differs in its attributes")
        stacked = copy.copy(modules[0])
        if stacked.per_trial:
            raise ValueError(f"{place} is a stack already; stack single networks, such as unstack returns")
        per_trial = {}
        for name in (name for name in vars(modules[0]) if name in names):
            values = [getattr(module, name) for module in modules]
            if (axes := _axes_alone(values)) is None:
                setattr(stacked, name, self.stack(f"{place}.{name}", values))
            else:
                setattr(stacked, name, self._stack_numbers(f"{place}.{name}", values, name in stacked.exact))
                per_trial[name] = axes
        if per_trial:
            stacked.per_trial = per_trial
        return stacked

    def _stack_numbers(self, place: str, values: list[Any], exact: bool) -> Tensor:
        """Tensors or numbers with a trial axis in front of two others. Whole numbers stay whole: x ** 2 is not x ** 2.0."""
        if not isinstance(values[0], Tensor):
            whole = all(isinstance(value, int) for value in values)
            numbers = torch.tensor(values, dtype=torch.int64 if whole else torch.float64)
            return (numbers if exact or whole else numbers.to(self.example)).view(-1, 1, 1)
        if len({(tensor.shape, tensor.dtype) for tensor in values}) > 1:
            raise ValueError(f"{place} differs in shape or dtype")
        return torch.stack([tensor.reshape((1,) * (2 - tensor.dim()) + tensor.shape) for tensor in values])

    def _stack_tied_parameters(self, place: str, parameters: list[Parameter]) -> Parameter:
        """Stacks a parameter where it is met first; at every later place in the models it is the same stacked one."""
        met = [self.tied.get(id(parameter)) for parameter in parameters]
        if any(stacked is not met[0] for stacked in met):
            raise ValueError(f"{place} is tied to another place in some of the models only")
        stacked = met[0] or _stack_parameters(place, parameters)
        self.tied.update((id(parameter), stacked) for parameter in parameters)
        return stacked


def _axes_alone(values: list[Any]) -> int | None:
    """How many axes these tensors have, or NUMBER for numbers that differ; None for what gets no trial axis."""
    if all(isinstance(value, Tensor) for value in values):
        return values[0].dim()
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return NUMBER if numbers and not _all_equal(values) else None


def _all_equal(values: list[Any]) -> bool:
    first = values[0]
    if isinstance(first, Tensor):
        return all(value.shape == first.shape and torch.equal(value, first) for value in values)
    return all(value == first for value in values)


def _stack_parameters(place: str, parameters: list[Parameter]) -> Parameter:
    shapes = {tuple(parameter.value.shape) for parameter in parameters}
    if len(shapes) > 1:
        raise ValueError(f"{place} differs in shape: {', '.join(map(str, sorted(shapes)))}")
    if len(shape := shapes.pop()) != 2:
        raise ValueError(f"{place} has shape {shape}; a parameter that is to be stacked needs two axes, such as (1, features)")
    stacked = Parameter(torch.stack([parameter.value for parameter in parameters]))
    stacked.grad = torch.stack([parameter.grad for parameter in parameters])
    return stacked


def _pick(value: Any, trial: int, memo: dict[int, Any]) -> Any:
    """What a value in a stack is for one trial, copied."""
    if isinstance(value, Module):
        return _pick_module(value, trial, memo)
    if isinstance(value, Parameter):
        if id(value) not in memo:
            memo[id(value)] = Parameter(value.value[trial].clone())
            memo[id(value)].grad = value.grad[trial].clone()
        return memo[id(value)]
    if isinstance(value, UniformStream):
        return copy.deepcopy(value.pick(trial), memo)
    if is_container(value):
        return with_items(value, [_pick(item, trial, memo) for item in items_of(value).values()])
    return value.clone() if isinstance(value, Tensor) else value


def _pick_module(module: Module, trial: int, memo: dict[int, Any]) -> Module:
    picked = copy.copy(module)
    vars(picked).pop("per_trial", None)
    for name, attribute in vars(picked).items():
        axes = module.per_trial.get(name)
        setattr(picked, name, _pick(attribute, trial, memo) if axes is None else _alone(attribute[trial], axes))
    return picked


def _alone(own: Tensor, axes: int) -> Tensor | float:
    """One trial's part of a per-trial tensor, with the axes it had before it was stacked."""
    return own.item() if axes == NUMBER else own.reshape(own.shape[own.dim() - axes :]).clone()
