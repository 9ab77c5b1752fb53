"""What data sets are drawn with: numbers that have the same bits on every machine.

Uniform draws of torch's Mersenne twister have, and so has what +, -, *, / and square roots make of them; logarithms, sines and
torch.randn's normal draws have not, for each library rounds them in its own way.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import torch
from torch import Generator, Tensor


def uniform(shape: Sequence[int], generator: Generator) -> Tensor:
    """Uniform in [0, 1), in float64."""
    return torch.rand(*shape, dtype=torch.float64, generator=generator)


def bell(shape: Sequence[int], generator: Generator) -> Tensor:
    """Nearly normal, mean 0 and deviation 1: the sum of twelve uniform draws, minus 6 (Irwin and Hall). Never beyond 6."""
    total = uniform(shape, generator)
    for _ in range(11):
        total = total + uniform(shape, generator)
    return total - 6


def on_circle(samples: int, generator: Generator) -> Tensor:
    """Points (samples, 2) uniform on the unit circle.

    ((u^2 - v^2) / s, 2uv / s) with s = u^2 + v^2, for (u, v) uniform in the unit disc (von Neumann 1951), which are those of
    the square in which s is below 1.
    """
    kept = torch.empty(0, 2, dtype=torch.float64)
    while len(kept) < samples:
        pairs = 2 * uniform((samples, 2), generator) - 1
        squares = pairs[:, 0] * pairs[:, 0] + pairs[:, 1] * pairs[:, 1]
        kept = torch.cat([kept, pairs[(squares < 1) & (squares > 1e-3)]])
    u, v = kept[:samples].unbind(-1)
    squares = u * u + v * v
    return torch.stack([(u * u - v * v) / squares, 2 * u * v / squares], -1)


def turn(turns: Tensor) -> Tensor:
    """(cos, sin) of so many whole turns, (..., 2), from the Taylor series of the angle to the nearest quarter turn."""
    quarters = (4 * turns).round()
    angle = 2 * math.pi * (turns - quarters / 4)
    square = angle * angle
    cosine, sine = torch.ones_like(angle), torch.ones_like(angle)
    for k in range(9, 0, -1):
        cosine = 1 - cosine * square / ((2 * k - 1) * 2 * k)
        sine = 1 - sine * square / (2 * k * (2 * k + 1))
    sine = sine * angle
    which = quarters.long() % 4
    first = torch.stack([cosine, -sine, -cosine, sine], -1).gather(-1, which.unsqueeze(-1))
    second = torch.stack([sine, cosine, -sine, -cosine], -1).gather(-1, which.unsqueeze(-1))
    return torch.cat([first, second], -1)


def from_scikit_learn(load: str, digest: str) -> tuple[Tensor, Tensor]:
    """Inputs (samples, features) and labels (samples,) of one of scikit-learn's tables, by its function's name.

    Raises ValueError for a table of another digest, which another version of scikit-learn might have.
    """
    from sklearn import datasets

    inputs, labels = getattr(datasets, load)(return_X_y=True)
    inputs, labels = torch.as_tensor(inputs, dtype=torch.float64), torch.as_tensor(labels, dtype=torch.int64)
    found = hashlib.sha256(inputs.numpy().astype("<f8").tobytes() + labels.numpy().astype("<i8").tobytes()).hexdigest()
    if found[:32] != digest:
        raise ValueError(f"this scikit-learn's {load} gives another table, with the digest {found[:32]} and not {digest}")
    return inputs, labels
