"""What lies inside lists, tuples, dicts and dataclasses, at any depth.

People keep layers where it suits them: in a list of blocks, in a dict by name. Whoever asks a module for its parameters, or
stacks it, must find them there all the same.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any


def is_container(value: Any) -> bool:
    """Whether it is a list, a tuple, a dict or a dataclass; a set has no order in which to name what is in it."""
    return isinstance(value, (list, tuple, dict)) or (dataclasses.is_dataclass(value) and not isinstance(value, type))


def items_of(container: Any) -> dict[str, Any]:
    """What is directly in a container, by index, key or field."""
    if isinstance(container, dict):
        return {str(key): value for key, value in container.items()}
    if isinstance(container, (list, tuple)):
        return {str(index): value for index, value in enumerate(container)}
    return {field.name: getattr(container, field.name) for field in dataclasses.fields(container)}


def with_items(container: Any, items: list[Any]) -> Any:
    """A container of the same kind with other items, in the order of `items_of`."""
    if isinstance(container, tuple):
        return type(container)(*items) if hasattr(container, "_fields") else type(container)(items)
    filled = copy.copy(container)
    if isinstance(container, list):
        filled[:] = items
    elif isinstance(container, dict):
        filled.update(zip(container, items, strict=True))
    else:
        for field, item in zip(dataclasses.fields(container), items, strict=True):
            object.__setattr__(filled, field.name, item)
    return filled


def find_inside(name: str, value: Any, kinds: tuple[type, ...]) -> Iterator[tuple[str, Any]]:
    """Everything of these kinds in a value, with its dotted name, e.g. `branch.0`.

    Raises TypeError for a set that holds one of them.
    """
    if isinstance(value, kinds):
        yield name, value
    elif is_container(value):
        for key, item in items_of(value).items():
            yield from find_inside(f"{name}.{key}", item, kinds)
    elif isinstance(value, (set, frozenset)) and any(isinstance(item, kinds) for item in value):
        raise TypeError(f"{name} is a set, which has no order; keep modules and parameters in a list")
