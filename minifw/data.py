"""Data sets, and the batches that training takes from them.

A network learns from a few samples at a time, in a new order every epoch. Everything here works for one data set, inputs
(samples, features), and for one data set per trial, inputs (trials, samples, features).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from minifw.flat import ALIGNMENT_BYTES
from minifw.random import fresh_generator, generator_states, set_generator_states
from minifw.targets import Decision, find_targets


@dataclass
class Dataset:
    """The samples of one data set, or of one data set per trial.

    Args:
        inputs: (..., samples, features).
        labels: (..., samples).
        targets: (..., samples, outputs), or the name of an encoding of the labels: `pm1`, `binary`, `onehot`.

    Raises ValueError when a sample lacks its label or target.
    """

    inputs: Tensor  # (..., samples, features)
    labels: Tensor  # (..., samples), integers
    targets: Tensor  # (..., samples, outputs): the labels encoded, see `minifw.targets`

    def __post_init__(self) -> None:
        self.decide: Decision | None = None
        if isinstance(self.targets, str):
            encoding = find_targets(self.targets, max(2, int(self.labels.max()) + 1) if self.labels.numel() else 2)
            self.targets, self.decide = encoding.encode(self.labels).to(self.inputs.dtype), encoding.decide
        self.check()

    def check(self) -> None:
        """Raises ValueError unless every sample has its label and its target."""
        shape = self.labels.shape
        for name, values in (("inputs", self.inputs), ("targets", self.targets)):
            if values.shape[: len(shape)] != shape:
                raise ValueError(
                    f"labels {tuple(shape)} need {name} ({', '.join(map(str, shape))}, ...), not {tuple(values.shape)}"
                )

    @property
    def trials(self) -> int | None:
        """How many data sets there are, one for each trial; None for a single one."""
        return self.labels.shape[0] if self.labels.dim() > 1 else None

    def for_trials(self, trials: int) -> Dataset:
        """The single data set once for each trial, without copying it. Raises ValueError when trials have their own already."""
        if self.trials is not None:
            raise ValueError(f"there is one data set for each of {self.trials} trials already")
        expanded = Dataset(*(part.expand(trials, *part.shape) for part in (self.inputs, self.labels, self.targets)))
        expanded.decide = self.decide
        return expanded

    def to(self, dtype: torch.dtype, device: torch.device) -> Dataset:
        """With inputs and targets, unless those are class indices, of another type, and all on a device."""
        targets = self.targets.to(device, dtype if self.targets.is_floating_point() else None)
        moved = Dataset(self.inputs.to(device, dtype), self.labels.to(device), targets)
        moved.decide = self.decide
        return moved

    @property
    def samples(self) -> int:
        """How many samples each trial has."""
        return self.labels.shape[-1]


class DataLoader:
    """Yields batches: inputs (..., batch, features), labels (..., batch), targets (..., batch, outputs).

    The last batch of an epoch is smaller when the batch size does not divide the samples. Each batch starts on a 64-byte
    boundary, so that the bits of what is computed from it never depend on the number of trials beside it.

    Args:
        data: one data set, or one for each trial with a leading trial axis.
        batch_size: samples of each trial in a batch.
        shuffle: whether every epoch draws a new order; otherwise the order of the data set.
        generators: one source of orders per trial (one in all for a single data set); without them, fresh seeds from the
            operating system.
        trials: how many trials of a stack a single data set serves, each in its own order.

    Raises ValueError for a batch size outside 1 to the number of samples, or another number of generators than trials.
    """

    data: Dataset
    batch_size: int
    shuffle: bool
    trials: int  # 1 for a single data set
    generators: list[Generator]

    def __init__(
        self,
        data: Dataset,
        batch_size: int,
        shuffle: bool = True,
        generators: Sequence[Generator] | None = None,
        trials: int | None = None,
    ) -> None:
        data.check()
        if trials is not None and data.trials != trials:
            data = data.for_trials(trials)
        if not 1 <= batch_size <= data.samples:
            raise ValueError(f"batch_size must be 1 to {data.samples}, the number of samples, not {batch_size}")
        self.data = data
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.trials = data.trials or 1
        if generators is None:
            generators = [fresh_generator() for _ in range(self.trials)]
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

    def state_dict(self) -> dict[str, Tensor]:
        """Where the draws of orders are, between two epochs: the generators' states (trials, bytes)."""
        return {"generators": generator_states(self.generators)}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Goes on with the orders where another loader was. Raises ValueError for another number of trials."""
        set_generator_states(self.generators, state["generators"])

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
