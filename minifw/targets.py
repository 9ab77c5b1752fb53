"""How a class label becomes the numbers a network is trained to give, and how its outputs become a label again.

A label is 0 or 1 (2, 3 ... where there are more classes), a network gives real numbers: someone has to say which numbers mean
which class. The reports choose three different ways, and each way comes with its own rule for reading the outputs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from torch import Tensor


class Targets(ABC):
    """How a class label becomes a network's target, and its outputs a label again."""

    outputs: int  # how many numbers the network gives for a sample

    @abstractmethod
    def encode(self, labels: Tensor) -> Tensor:
        """Targets (..., samples, outputs) in float64 for labels (..., samples) from 0 on."""

    @abstractmethod
    def decide(self, outputs: Tensor) -> Tensor:
        """Labels (..., samples) in int64 for network outputs (..., samples, outputs)."""


class PlusMinusOne(Targets):
    """(1, 1) for label 1 and (-1, -1) for label 0; the label is 1 when the two outputs sum to more than 0."""

    outputs = 2

    def encode(self, labels: Tensor) -> Tensor:
        return (2 * labels - 1).to(torch.float64).unsqueeze(-1).repeat_interleave(2, -1)

    def decide(self, outputs: Tensor) -> Tensor:
        return (outputs.sum(-1) > 0).to(torch.int64)


class Binary(Targets):
    """One output, the label itself; the label is 1 above 0.5."""

    outputs = 1

    def encode(self, labels: Tensor) -> Tensor:
        return labels.to(torch.float64).unsqueeze(-1)

    def decide(self, outputs: Tensor) -> Tensor:
        return (outputs.squeeze(-1) > 0.5).to(torch.int64)


class OneHot(Targets):
    """One output for each class, (1, 0) for label 0 of two and (0, 1) for label 1; the largest decides, the first of equals."""

    def __init__(self, classes: int = 2) -> None:
        self.outputs = classes

    def encode(self, labels: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(labels, self.outputs).to(torch.float64)

    def decide(self, outputs: Tensor) -> Tensor:
        return outputs.argmax(-1)


Decision = Callable[[Tensor], Tensor]  # outputs (..., samples, outputs) -> labels (..., samples)
TARGETS: dict[str, Targets] = {"pm1": PlusMinusOne(), "binary": Binary(), "onehot": OneHot()}


def find_targets(name: str, classes: int = 2) -> Targets:
    """The encoding of that name. Raises ValueError naming those there are, or for more classes than it can tell."""
    if name not in TARGETS:
        raise ValueError(f"no encoding of labels is called {name!r}; there are {', '.join(TARGETS)}")
    if classes > 2 and name != "onehot":
        raise ValueError(f"{name} is for two classes, not {classes}; use onehot")
    return TARGETS[name] if classes == 2 else OneHot(classes)
