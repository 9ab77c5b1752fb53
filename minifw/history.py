"""What was measured while a network was trained.

A history is the table behind every learning curve: for each measured epoch the loss and the error of each data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Figures need tables and intervals that a framework does not. So the one who draws is asked for by name, when it is wanted.
FIGURES = "experiments.figures.training_history"


@dataclass
class History:
    """What was measured: for each split and measured epoch one value per trial, (trials,), or a scalar for one network.

    Epoch 0 is before training. `loss["train"][k]` and `error["train"][k]` belong to epoch `epochs[k]`; errors are
    fractions. From a trial's first non-finite loss on all its values are NaN.
    """

    epochs: list[int] = field(default_factory=list)
    loss: dict[str, list[Tensor]] = field(default_factory=dict)
    error: dict[str, list[Tensor]] = field(default_factory=dict)
    steps: list[Tensor] = field(default_factory=list)  # the loss of each batch before its update, when asked for

    def add(self, epoch: int, measured: Mapping[str, tuple[Tensor, Tensor]]) -> None:
        """Appends one epoch's loss and error of every split, emptied for the trials that have diverged."""
        diverged = torch.stack([~loss.isfinite() for loss, _ in measured.values()]).any(0)
        if self.epochs:
            diverged |= torch.stack([losses[-1].isnan() for losses in self.loss.values()]).any(0)
        self.epochs.append(epoch)
        for split, (loss, error) in measured.items():
            self.loss.setdefault(split, []).append(loss.masked_fill(diverged, torch.nan))
            self.error.setdefault(split, []).append(error.masked_fill(diverged, torch.nan))

    def frame(self) -> pd.DataFrame:
        """A pandas table with a row for each trial and epoch: trial, epoch, train_loss, train_error and so on for each split.

        A single network is trial 0. Raises ImportError when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("a table needs pandas: pip install pandas") from None
        columns = {"epoch": self._by_trial([torch.tensor(epoch).expand(self._trials()) for epoch in self.epochs])}
        for split in self.loss:
            columns[f"{split}_loss"] = self._by_trial(self.loss[split])
            columns[f"{split}_error"] = self._by_trial(self.error[split])
        trial = [trial for trial in range(self._trials()) for _ in self.epochs]
        return pd.DataFrame({"trial": trial, **columns})

    def plot(self) -> Figure:
        """A matplotlib figure in the look of the command line's: every trial's loss and the mean, and the mean errors.

        `figure.savefig("history.png")` writes it; a notebook shows it. Raises ImportError where the experiments that come
        with minifw, or matplotlib, are not installed, and ValueError when nothing was measured.
        """
        try:
            figures = import_module(FIGURES)
        except ImportError as error:
            raise ImportError(f"a figure needs the whole of minifw and matplotlib ({error}): pip install minifw") from None
        return figures.history_figure(self.frame())

    def _trials(self) -> int:
        return next((losses[0].numel() for losses in self.loss.values()), 1)

    def _by_trial(self, values: list[Tensor]) -> list[float]:
        """The values of all epochs, trial after trial."""
        return torch.stack(values).reshape(len(self.epochs), -1).T.flatten().tolist() if values else []
