"""What `minifw.fit` measured, in one figure: losses on the left, errors on the right. `minifw.History.plot` draws it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.curve import Curve, curve_of
from experiments.figures.loss_and_error import draw_errors, draw_loss
from experiments.figures.style import BAND, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES

TRAIN = "train"


def history_figure(table: pd.DataFrame) -> Figure:
    """Every trial's loss and the mean errors, from the table of `minifw.History.frame`.

    The losses are those of the training set, or of the first data set that was measured. Raises ValueError for a table
    without epochs.
    """
    if table.empty:
        raise ValueError("nothing was measured yet; call fit first")
    splits = [name.removesuffix("_loss") for name in table if name.endswith("_loss")]
    first = TRAIN if TRAIN in splits else splits[0]
    loss = _curve(table, f"{first}_loss")
    errors = {_words(split): _curve(table, f"{split}_error", 100) for split in splits}
    epochs = int(loss.epochs[-1])
    figure, grid = new_figure(9.6, 4.2, columns=2)
    said = draw_loss(grid[0, 0], loss, epochs, f"{_words(first)} loss", "trial")
    scale = draw_errors(grid[0, 1], errors, epochs)
    named = {name: f" {name}" if len(errors) > 1 else "" for name in errors}
    ends = " and ".join(f"{shown.mean[-1]:.2f} %{named[name]}" for name, shown in errors.items())
    title(figure, f"After {epochs} epochs the {_words(first)} loss is {loss.mean[-1]:.3g} on average and the mean error {ends}")
    caption(figure, f"Left: {said.lines}{said.scale} Right: the mean error.{scale} {_trials(loss)}")
    return figure


def _curve(table: pd.DataFrame, metric: str, factor: float = 1) -> Curve:
    wide = table.pivot(index="trial", columns="epoch", values=metric)
    return curve_of(wide.columns.to_numpy(), np.asarray(wide, dtype=float) * factor)


def _words(split: str) -> str:
    return SPLIT_NAMES.get(split, split)


def _trials(shown: Curve) -> str:
    count = len(shown.rounds)
    diverged = f" {shown.diverged} diverged and are left out from there." if shown.diverged else ""
    return f"{BAND} n = {count} trials.{diverged}" if count > 1 else f"One trial has no interval.{diverged}"
