"""Checks that a model's first forward and backward pass fit together.

Some mistakes give no error and wrong gradients: a layer that runs twice, numbers that change in place after a layer has kept
them, a dL/dy of another shape. They are the same in every step, so it is enough to look at the first; afterwards training
costs what it costs without any check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from minifw.nesting import find_inside
from minifw.passes import pass_of

INSTALLED = ("forward", "backward")


@dataclass
class Visit:
    """What happened to one module since the model was called."""

    output_shape: tuple[int, ...] = ()
    kept: dict[str, Tensor] = field(default_factory=dict)  # what its last forward kept, by name
    versions: dict[str, int | None] = field(default_factory=dict)
    calls: int = 0
    used: list[int] | None = None  # ids of what its last backward used


def watch_first_pass(model: Any) -> None:
    """Puts checks around `forward` and `backward` of a module and all inside it, until its first backward pass is over.

    A model is watched from its first call in training mode on: one that only predicts should not pay for it.
    """
    visits: dict[int, Visit] = {}
    watched = list(model.named_modules())
    for name, module in watched:
        place = f"{type(module).__name__} {name}".strip()
        module.forward = _checked_forward(module, place, visits, begins=module is model)
        module.backward = _checked_backward(module, place, visits, [m for _, m in watched] if module is model else [])
        module.first_pass = False


def _checked_forward(module: Any, place: str, visits: dict[int, Visit], begins: bool) -> Callable[[Tensor], Tensor]:
    def forward(x: Tensor) -> Tensor:
        if begins:
            visits.clear()
        before = dict(_tensors(module))
        y = type(module).forward(module, x)
        if not isinstance(y, Tensor):
            raise TypeError(f"{place}: forward must return a tensor, not {type(y).__name__}")
        visit = visits.setdefault(id(module), Visit())
        visit.calls += 1
        visit.output_shape = tuple(y.shape)
        visit.kept = {name: tensor for name, tensor in _tensors(module) if before.get(name) is not tensor}
        visit.versions = {name: _version(tensor) for name, tensor in visit.kept.items()}
        return y

    return forward


def _checked_backward(module: Any, place: str, visits: dict[int, Visit], ends: list[Any]) -> Callable[[Tensor], Tensor]:
    def backward(dy: Tensor) -> Tensor:
        if ends:
            _check_trials(module, dy)
        if id(module) in visits:
            _check(module, place, visits[id(module)], dy)
        dx = type(module).backward(module, dy)
        for other in ends:
            for name in INSTALLED:
                vars(other).pop(name, None)
        return dx

    return backward


def _check_trials(model: Any, dy: Tensor) -> None:
    """A loss takes the first of three axes for trials, so that a single network's gradients would add up over it."""
    parameters = list(model.parameters())
    if pass_of(dy) is not None and dy.dim() > 2 and parameters and all(p.value.dim() == 2 for p in parameters):
        raise ValueError(
            f"a single network gave {tuple(dy.shape)}, of which a loss takes the first axis for trials; train it on inputs "
            "(batch, features) and targets alike: x.reshape(-1, x.shape[-1])"
        )


def _check(module: Any, place: str, visit: Visit, dy: Tensor) -> None:
    if tuple(dy.shape) != visit.output_shape:
        raise ValueError(
            f"{place}: backward needs dL/dy in the shape of its output {visit.output_shape}, not {tuple(dy.shape)}; "
            "for a model that is what loss.backward() returns, not the loss's value"
        )
    kept = dict(_tensors(module))
    for name, tensor in visit.kept.items():
        if kept.get(name) is tensor and _version(tensor) != visit.versions[name]:
            raise ValueError(
                f"{place}: what forward kept in {name} was changed in place before backward; change a copy: x = x.clone()"
            )
    used = [id(kept[name]) for name in visit.kept if name in kept]
    if visit.calls > 1 and used and used == visit.used:
        raise ValueError(
            f"{place}: ran {visit.calls} times in one forward pass, but keeps only what it saw last; build one module for "
            "each place and share the parameter: second.weight = first.weight"
        )
    visit.used = used


def _tensors(module: Any) -> Iterator[tuple[str, Tensor]]:
    for name, value in vars(module).items():
        yield from find_inside(name, value, (Tensor,))


def _version(tensor: Tensor) -> int | None:
    """How often a tensor was changed in place; torch does not count for those made in inference mode."""
    return None if tensor.is_inference() else tensor._version
