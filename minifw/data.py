"""Points in the unit square, how their classes become targets, and batches of them.

Everything works for one data set, points (samples, 2), and for one a trial, points (trials, samples, 2).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from minifw.flat import ALIGNMENT_BYTES

DISC_CENTRE = (0.5, 0.5)
DISC_RADIUS = 1 / math.sqrt(2 * math.pi)


def disc(samples: int, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
    """Points uniform in [0, 1]^2, labelled 1 inside the circle of half the square's area and 0 outside.

    The circle has centre (0.5, 0.5) and radius 1/sqrt(2 pi). Returns points (samples, 2) in float64 and labels (samples,)
    in int64. Raises ValueError for a negative number of samples.
    """
    if samples < 0:
        raise ValueError(f"the number of samples must not be negative, not {samples}")
    if generator is None:
        generator = torch.Generator()
        generator.seed()
    points = torch.rand(samples, 2, dtype=torch.float64, generator=generator)
    offset = points - torch.tensor(DISC_CENTRE, dtype=torch.float64)
    labels = (offset.square().sum(-1) < DISC_RADIUS**2).to(torch.int64)
    return points, labels


class Targets(ABC):
    """How a class label becomes a network's target, and its outputs a label again."""

    outputs: int

    @abstractmethod
    def encode(self, labels: Tensor) -> Tensor:
        """Targets (..., samples, outputs) in float64 for labels (..., samples) of 0 and 1."""

    @abstractmethod
    def decide(self, outputs: Tensor) -> Tensor:
        """Labels (..., samples) in int64 for network outputs (..., samples, outputs)."""


class PlusMinusOne(Targets):
    """(1, 1) inside and (-1, -1) outside; inside when the two outputs sum to more than 0."""

    outputs = 2

    def encode(self, labels: Tensor) -> Tensor:
        return (2 * labels - 1).to(torch.float64).unsqueeze(-1).repeat_interleave(2, -1)

    def decide(self, outputs: Tensor) -> Tensor:
        return (outputs.sum(-1) > 0).to(torch.int64)


class Binary(Targets):
    """One output, 1 inside and 0 outside; inside above 0.5."""

    outputs = 1

    def encode(self, labels: Tensor) -> Tensor:
        return labels.to(torch.float64).unsqueeze(-1)

    def decide(self, outputs: Tensor) -> Tensor:
        return (outputs.squeeze(-1) > 0.5).to(torch.int64)


class OneHot(Targets):
    """Two outputs, (0, 1) inside and (1, 0) outside; the larger one decides, the first of equals."""

    outputs = 2

    def encode(self, labels: Tensor) -> Tensor:
        return torch.nn.functional.one_hot(labels, 2).to(torch.float64)

    def decide(self, outputs: Tensor) -> Tensor:
        return outputs.argmax(-1)


TARGETS: dict[str, Targets] = {"pm1": PlusMinusOne(), "binary": Binary(), "onehot": OneHot()}


class Scaler:
    """x -> (x - shift) / divisor, feature by feature, with numbers taken from the training points of each trial.

    `none` leaves points as they are, `center` subtracts their mean, `standardize` also divides by their standard
    deviation (n - 1 in the denominator); `symmetric` is 2x - 1 whatever the points. Raises ValueError for another name.
    """

    KINDS = ("none", "center", "standardize", "symmetric")

    def __init__(self, kind: str, training_points: Tensor) -> None:
        if kind not in self.KINDS:
            raise ValueError(f"scale is one of {', '.join(self.KINDS)}, not {kind!r}")
        self.kind = kind
        self.shift = training_points.mean(-2, keepdim=True)
        self.divisor = torch.ones_like(self.shift)
        if kind == "standardize":
            self.divisor = training_points.std(-2, keepdim=True)
        elif kind == "symmetric":
            self.shift, self.divisor = 0.5 * self.divisor, 0.5 * self.divisor

    def __call__(self, points: Tensor) -> Tensor:
        return points if self.kind == "none" else (points - self.shift) / self.divisor


@dataclass
class Dataset:
    """Inputs (..., samples, features), class labels (..., samples) and encoded targets (..., samples, outputs)."""

    inputs: Tensor
    labels: Tensor
    targets: Tensor

    @property
    def samples(self) -> int:
        """How many samples each trial has."""
        return self.labels.shape[-1]


class DataLoader:
    """Yields batches: inputs (..., batch, features), labels (..., batch), targets (..., batch, outputs).

    The last batch of an epoch is smaller when the batch size does not divide the samples. Each batch starts on a 64-byte
    boundary, so that the bits of what is computed from it never depend on the number of trials beside it.

    Args:
        data: one data set, or one a trial with a leading trial axis.
        batch_size: samples of each trial in a batch.
        shuffle: whether every epoch draws a new order; otherwise the order of the data set.
        generators: one source of orders per trial (one in all for a single data set); without them, fresh seeds from the
            operating system.

    Raises ValueError for a batch size outside 1 to the number of samples, or another number of generators than trials.
    """

    def __init__(
        self,
        data: Dataset,
        batch_size: int,
        shuffle: bool = True,
        generators: Sequence[Generator] | None = None,
    ) -> None:
        if not 1 <= batch_size <= data.samples:
            raise ValueError(f"batch_size must be 1 to {data.samples}, the number of samples, not {batch_size}")
        self.data = data
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.trials = data.labels.shape[0] if data.labels.dim() > 1 else 1
        if generators is None:
            generators = [torch.Generator() for _ in range(self.trials)]
            for generator in generators:
                generator.seed()
        if len(generators) != self.trials:
            raise ValueError(f"{self.trials} trials need {self.trials} generators, not {len(generators)}")
        self.generators = list(generators)

    def __len__(self) -> int:
        """Batches in an epoch, the smaller last one included."""
        return -(-self.data.samples // self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        order = self._draw_order() + self.data.samples * torch.arange(self.trials).unsqueeze(1)
        whole = self.data.samples // self.batch_size * self.batch_size
        yield from self._batches(order[:, :whole], self.batch_size)
        if whole < self.data.samples:
            yield from self._batches(order[:, whole:], self.data.samples - whole)

    def _draw_order(self) -> Tensor:
        """For each trial the order of its samples in this epoch: (trials, samples)."""
        samples = self.data.samples
        if not self.shuffle:
            return torch.arange(samples).expand(self.trials, samples)
        return torch.stack([torch.randperm(samples, generator=generator) for generator in self.generators])

    def _batches(self, order: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Batches of one size from rows of all trials' samples laid end to end: order (trials, batches x size)."""
        rows = order.view(self.trials, -1, size).transpose(0, 1).reshape(-1, self.trials * size)
        parts = (self.data.inputs, self.data.labels, self.data.targets)
        padding = -rows.shape[1] % (ALIGNMENT_BYTES // min(values.element_size() for values in parts))
        rows = torch.nn.functional.pad(rows, (0, padding)).to(self.data.inputs.device)
        return zip(*(self._pick(values, rows, size) for values in parts), strict=True)

    def _pick(self, values: Tensor, rows: Tensor, size: int) -> Iterator[Tensor]:
        leading = self.data.labels.dim()
        features = values.shape[leading:]
        picked = values.reshape(-1, *features).index_select(0, rows.flatten()).view(*rows.shape, *features)
        shape = (*self.data.labels.shape[:-1], size, *features)
        return (batch[: self.trials * size].view(shape) for batch in picked.unbind(0))
