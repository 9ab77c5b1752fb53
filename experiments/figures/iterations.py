"""The loss of every batch of one round, with its mean over each epoch."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.config.study import Study
from experiments.figures.curve import loss_name
from experiments.figures.points import typical_seed
from experiments.figures.style import COLOURS, GREY, caption, label_lines, new_figure, title
from experiments.store.reader import TrialReader


def steps_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """Loss by iteration of the round nearest the median error: the whole training, and its first two epochs closer."""
    arm = study.arms[0]
    seed = typical_seed(table, arm.name)
    figure, grid = new_figure(8.4, 3.9, 1, 2)
    if seed is None:
        title(figure, "Every trial diverged")
        return figure
    ((_, steps),) = trials.steps(arm.config, [seed])
    per_epoch = arm.config.steps_per_epoch
    by_epoch = steps.reshape(-1, per_epoch)
    rises = float((np.diff(by_epoch, axis=1) > 0).mean()) if per_epoch > 1 else 0.0
    whole, close = grid[0]
    ceiling = 1.3 * float(steps[per_epoch:].max()) if len(by_epoch) > 1 else float(steps.max())
    whole.plot(np.arange(1, len(steps) + 1), steps, color=GREY, linewidth=0.4)
    middle = (np.arange(len(by_epoch)) + 0.5) * per_epoch
    whole.plot(middle, by_epoch.mean(1), color=COLOURS[1])
    first = steps[: 2 * per_epoch]
    close.plot(np.arange(1, len(first) + 1), first, color=COLOURS[0], linewidth=1, marker=".", markersize=3)
    close.axvline(per_epoch + 0.5, color="black", linewidth=0.8, linestyle=":")
    close.set_title("the first two epochs", fontsize=9)
    for axes in (whole, close):
        axes.set(xlabel="iteration (batches seen)", ylabel=f"loss of the batch ({loss_name(arm.config)})")
        axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
    whole.set_ylim(0, ceiling)
    whole.set_xlim(0, len(steps))
    above = "; the first iterations lie above" if float(steps[:per_epoch].max()) > ceiling else ""
    whole.set_title(f"the whole training{above}", fontsize=9)
    label_lines(whole, len(steps), [(float(by_epoch[-1].mean()), "epoch mean", COLOURS[1])])
    title(figure, f"Within an epoch the loss is irregular: it rises at {100 * rises:.0f} % of the iterations")
    caption(
        figure,
        f"Grey and blue: the loss of each batch of {arm.config.batch_size} before its update; orange: the mean of an epoch; "
        f"dotted: where the second epoch begins. n = 1 round, that nearest the median error of {study.rounds} (seed {seed}).",
    )
    return figure
