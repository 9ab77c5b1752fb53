"""Every module and loss of the framework, alone and in a stack, held against finite differences and autograd."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd
import torch
from torch import Generator, Tensor

from minifw import (
    CrossEntropyLoss,
    Dropout,
    Linear,
    Loss,
    Module,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    check_gradients,
    stack,
)
from minifw.losses import REDUCTIONS

TOLERANCE = 1e-6
TRIALS, BATCH, WIDTH = 3, 4, 5


def _generator(seed: int) -> Generator:
    return Generator().manual_seed(seed)


def _network(seed: int) -> Sequential:
    return Sequential(
        Linear(WIDTH, 4, generator=_generator(seed)),
        Tanh(),
        Dropout(0.3, _generator(seed + 9)),
        Linear(4, 2, generator=_generator(seed)),
    )


MODULES: dict[str, Callable[[int], Module]] = {
    "Linear": lambda seed: Linear(WIDTH, 3, generator=_generator(seed)),
    "Linear without bias": lambda seed: Linear(WIDTH, 3, bias=False, generator=_generator(seed)),
    "ReLU": lambda seed: ReLU(),
    "Tanh": lambda seed: Tanh(),
    "Sigmoid": lambda seed: Sigmoid(),
    "Dropout": lambda seed: Dropout(0.3, _generator(seed)),
    "Sequential": _network,
}
LOSSES: tuple[type[Loss], ...] = (MSELoss, CrossEntropyLoss)


def _inputs(*shape: int) -> Tensor:
    """Points that keep away from 0, where ReLU has no derivative."""
    drawn = torch.randn(shape, dtype=torch.float64, generator=_generator(1))
    return drawn + 0.1 * drawn.sign()


def _cases() -> Iterator[tuple[str, list[tuple[Module | Loss, Tensor, Tensor | None]]]]:
    for name, build in MODULES.items():
        stacked = stack([build(seed) for seed in range(TRIALS)])
        yield name, [(build(0), _inputs(BATCH, WIDTH), None), (stacked, _inputs(TRIALS, BATCH, WIDTH), None)]
    for kind in LOSSES:
        for reduction in REDUCTIONS:
            cases: list[tuple[Module | Loss, Tensor, Tensor | None]] = []
            for shape in ((BATCH, WIDTH), (TRIALS, BATCH, WIDTH)):
                targets = torch.nn.functional.one_hot(torch.arange(BATCH) % WIDTH, WIDTH).double().expand(shape)
                cases.append((kind(reduction), _inputs(*shape), targets))
            yield f"{kind.__name__}, {reduction}", cases


def check_everything() -> pd.DataFrame:
    """One row per module or loss: name, largest errors against both, and whether they are within 1e-6."""
    rows = []
    for name, cases in _cases():
        checks = [check for case in cases for check in check_gradients(*case, tolerance=float("inf"))]
        rows.append(
            {
                "name": name,
                "difference_error": _largest(check.difference_error for check in checks),
                "autograd_error": _largest(
                    math.nan if check.autograd_error is None else check.autograd_error for check in checks
                ),
                "agrees": all(check.agrees(TOLERANCE) for check in checks),
            }
        )
    return pd.DataFrame(rows)


def _largest(errors: Iterable[float]) -> float:
    """The largest, NaN when one of them is: `max` would pass over it."""
    return float(np.max(list(errors)))
