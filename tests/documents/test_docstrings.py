"""Every public method says what it does, or inherits who says it; for modules, classes and functions ruff asks."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

import cli
import experiments
import minifw


def modules() -> Iterator[str]:
    """Every module of the three packages."""
    for package in (minifw, experiments, cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and "._native" not in module.name:
                yield module.name


@pytest.mark.parametrize("name", sorted(modules()))
def test_public_methods_say_what_they_do(name):
    module = import_module(name)
    silent = [
        f"{kind.__name__}.{method}"
        for kind in vars(module).values()
        if inspect.isclass(kind) and kind.__module__ == name and not kind.__name__.startswith("_")
        for method, value in vars(kind).items()
        if not method.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
        if not inspect.getdoc(getattr(kind, method))
    ]
    assert silent == []
