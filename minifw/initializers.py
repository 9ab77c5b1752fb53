"""How weights and biases are drawn before training.

If the weights are too large the signal explodes from layer to layer, if they are too small it dies out. The rules here
choose their size by how many inputs (fan-in) and outputs (fan-out) a layer has; they never see the trial axis of a stack.
Every draw is made in float64 on the CPU from a generator the caller gives, so that a seed means the same numbers whatever
the dtype or device they are cast to afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

Initializer = Callable[[tuple[int, int], int, int, Generator], Tensor]


def _uniform_within(bound: float, shape: tuple[int, int], generator: Generator) -> Tensor:
    return torch.rand(shape, dtype=torch.float64, generator=generator).mul_(2 * bound).sub_(bound)


def _normal_with(std: float, shape: tuple[int, int], generator: Generator) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=generator).mul_(std)


def uniform(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """U(-b, b) with b = 1/sqrt(fan_in): what torch.nn.Linear does (LeCun et al., Efficient BackProp, 1998)."""
    return _uniform_within(1 / math.sqrt(fan_in), shape, generator)


def normal(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """N(0, 1), whatever the fans."""
    return _normal_with(1.0, shape, generator)


def xavier_normal(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """N(0, s^2) with s = sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    return _normal_with(math.sqrt(2 / (fan_in + fan_out)), shape, generator)


def xavier_uniform(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """U(-b, b) with b = sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010, equation 16)."""
    return _uniform_within(math.sqrt(6 / (fan_in + fan_out)), shape, generator)


def he_normal(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """N(0, s^2) with s = sqrt(2 / fan_in) (He et al., 2015, equation 10)."""
    return _normal_with(math.sqrt(2 / fan_in), shape, generator)


def he_uniform(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """U(-b, b) with b = sqrt(6 / fan_in): the variance of `he_normal`."""
    return _uniform_within(math.sqrt(6 / fan_in), shape, generator)


def xavier_literal_variance(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """N(0, 2 / sqrt(fan_in + fan_out)), the second argument read as a variance, as one report prints it."""
    return _normal_with(math.sqrt(2 / math.sqrt(fan_in + fan_out)), shape, generator)


def xavier_literal_std(shape: tuple[int, int], fan_in: int, fan_out: int, generator: Generator) -> Tensor:
    """N(0, 2 / sqrt(fan_in + fan_out)), the second argument read as a standard deviation, as one report prints it."""
    return _normal_with(2 / math.sqrt(fan_in + fan_out), shape, generator)


INITIALIZERS: dict[str, Initializer] = {
    function.__name__: function
    for function in (
        uniform,
        normal,
        xavier_normal,
        xavier_uniform,
        he_normal,
        he_uniform,
        xavier_literal_variance,
        xavier_literal_std,
    )
}


def find_initializer(name: str) -> Initializer:
    """The initialiser of that name. Raises ValueError naming those there are."""
    try:
        return INITIALIZERS[name]
    except KeyError:
        raise ValueError(f"no initialiser is called {name!r}; there are {', '.join(INITIALIZERS)}") from None
