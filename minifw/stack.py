"""From many networks of one shape to one network with a trial axis, and back.

The networks here are small, so a training step costs what it takes to call its operations, not to compute them. A stack
pays that cost once for all its networks. `stack` is the one place that knows how a module grows a trial axis, `unstack` how
it loses it again.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from minifw.module import Module, Parameter
from minifw.random import UniformStream


def stack(models: Sequence[Module]) -> Module:
    """One model whose parameters carry a leading trial axis: (rows, columns) -> (trials, rows, columns).

    Attributes that are equal in all models are shared. Numbers and tensors that differ get the trial axis too, in front of
    (batch, features), so that a dropout rate may differ from trial to trial. The models are copied, not tied.

    Raises ValueError, naming the place, when the models differ in anything else, or hold a parameter without two axes.
    """
    if not models:
        raise ValueError("there is no model to stack")
    return _stack_values("model", copy.deepcopy(list(models)), {})


def unstack(ensemble: Module) -> list[Module]:
    """The single networks of a stack, each a copy. Raises ValueError when the parameters have no common trial axis."""
    shapes = {name: tuple(parameter.value.shape) for name, parameter in ensemble.named_parameters()}
    trials = {shape[0] if len(shape) == 3 else 0 for shape in shapes.values()}
    if len(trials) != 1 or trials == {0}:
        raise ValueError(f"the parameters have no common trial axis: {shapes}")
    return [_pick(ensemble, trial, {}) for trial in range(trials.pop())]


def _stack_values(place: str, values: list[Any], memo: dict[int, Parameter]) -> Any:
    first = values[0]
    if any(type(value) is not type(first) for value in values):
        raise ValueError(f"{place} differs in type: {', '.join(sorted({type(value).__name__ for value in values}))}")
    if isinstance(first, Module):
        return _stack_modules(place, values, memo)
    if isinstance(first, Parameter):
        return _stack_tied_parameters(place, values, memo)
    if isinstance(first, UniformStream):
        return UniformStream.stack(values)
    if isinstance(first, (list, tuple)):
        if len({len(value) for value in values}) > 1:
            raise ValueError(f"{place} differs in length")
        columns = enumerate(zip(*values, strict=True))
        return type(first)(_stack_values(f"{place}.{k}", list(column), memo) for k, column in columns)
    if _all_equal(values):
        return first
    raise ValueError(f"{place} differs and cannot be stacked: {first!r} against others")


def _all_equal(values: list[Any]) -> bool:
    first = values[0]
    if isinstance(first, Tensor):
        return all(value.shape == first.shape and torch.equal(value, first) for value in values)
    return all(value == first for value in values)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Tensor)) and not isinstance(value, bool)


def _stack_modules(place: str, modules: list[Module], memo: dict[int, Parameter]) -> Module:
    names = vars(modules[0]).keys() - {"saved"}
    if any(vars(module).keys() - {"saved"} != names for module in modules):
        raise ValueError(f"{place} differs in its attributes")
    stacked = copy.copy(modules[0])
    stacked.saved = None
    for name in vars(modules[0]):
        if name == "saved":
            continue
        values = [getattr(module, name) for module in modules]
        if all(map(_is_number, values)) and not _all_equal(values):
            setattr(stacked, name, _stack_numbers(f"{place}.{name}", values))
            stacked.per_trial = stacked.per_trial | {name}
        else:
            setattr(stacked, name, _stack_values(f"{place}.{name}", values, memo))
    return stacked


def _stack_numbers(place: str, values: list[float | Tensor]) -> Tensor:
    tensors = [value if isinstance(value, Tensor) else torch.tensor(value, dtype=torch.float64) for value in values]
    if len({(tensor.shape, tensor.dtype) for tensor in tensors}) > 1:
        raise ValueError(f"{place} differs in shape or dtype")
    return torch.stack([tensor.reshape((1,) * (2 - tensor.dim()) + tensor.shape) for tensor in tensors])


def _stack_tied_parameters(place: str, parameters: list[Parameter], memo: dict[int, Parameter]) -> Parameter:
    """Stacks a parameter where it is met first; at every later place in the models it is the same stacked one."""
    met = [memo.get(id(parameter)) for parameter in parameters]
    if any(stacked is not met[0] for stacked in met):
        raise ValueError(f"{place} is tied to another place in some of the models only")
    stacked = met[0] or _stack_parameters(place, parameters)
    memo.update((id(parameter), stacked) for parameter in parameters)
    return stacked


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
    if isinstance(value, Module):
        picked = copy.copy(value)
        picked.saved = None
        for name, attribute in vars(value).items():
            if name in value.per_trial:
                own = attribute[trial]
                setattr(picked, name, own.item() if own.numel() == 1 else own.clone())
            elif name not in ("saved", "per_trial"):
                setattr(picked, name, _pick(attribute, trial, memo))
        picked.per_trial = frozenset()
        return picked
    if isinstance(value, Parameter):
        if id(value) not in memo:
            memo[id(value)] = Parameter(value.value[trial].clone())
            memo[id(value)].grad = value.grad[trial].clone()
        return memo[id(value)]
    if isinstance(value, UniformStream):
        return copy.deepcopy(value.pick(trial), memo)
    if isinstance(value, (list, tuple)):
        return type(value)(_pick(item, trial, memo) for item in value)
    return value.clone() if isinstance(value, Tensor) else value
