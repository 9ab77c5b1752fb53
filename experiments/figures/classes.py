"""Errors class by class, and which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from experiments.analysis.class_errors import class_errors, confusions, row_shares, split_shown
from experiments.analysis.tables import groups_of
from experiments.config.comparison import compares_engines, ours_and_torch
from experiments.config.study import Study
from experiments.figures.arms import arm_colour
from experiments.figures.curve import band_text, rounds_text
from experiments.figures.style import COLOURS, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.statistics.bootstrap import summarise
from experiments.store.reader import TrialReader
from experiments.training.data import classes_of

MAX_ARMS = 6
MAX_NUMBERED = 16
MAX_LETTERS = 18
WHITE_TO_BLUE = LinearSegmentedColormap.from_list("white to blue", ["#FFFFFF", COLOURS[0]])
# From this share on a cell is so dark that its number is white.
DARK = 0.55


def classes_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """Of each class's points, the share that networks misclassify: the mean of the rounds with its interval, by arm."""
    study = ours_and_torch(study) if compares_engines(study) else study
    arms, names = study.arms[:MAX_ARMS], classes_of(study.arms[0].config)
    split = split_shown(arms[0].config)
    figure, grid = new_figure(6.4, 1.6 + max(0.3, 0.13 * len(arms) + 0.1) * len(names))
    axes = grid[0, 0]
    means: dict[str, np.ndarray] = {}
    for place, arm in enumerate(arms):
        seeds, counts = confusions(arm, table, trials, split)
        if not seeds:
            continue
        found = [summarise(column, groups_of(study, seeds)) for column in 100 * class_errors(counts).T]
        heights = np.arange(len(names)) + (place - (len(arms) - 1) / 2) * 0.7 / len(arms)
        colour = arm_colour(study, arm.name)
        axes.hlines(heights, [one.low for one in found], [one.high for one in found], color=colour, linewidth=3, alpha=0.5)
        means[arm.name] = np.array([one.mean for one in found])
        axes.plot(means[arm.name], heights, "o", color=colour, markersize=5, label=arm.name, clip_on=False, zorder=3)
    axes.set_yticks(range(len(names)), [shortened(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"misclassified after the last epoch (% of the class's {SPLIT_NAMES[split]} points)")
    if len(means) > 1:
        axes.legend(fontsize=8, frameon=False)
    title(figure, _finding(names, means, SPLIT_NAMES[split]))
    dots = f"Dot: the mean of the rounds. {band_text(study).replace('The band', 'The line')}"
    more = f" The first {len(arms)} of {len(study.arms)} arms." if len(arms) < len(study.arms) else ""
    caption(figure, f"{dots if study.rounds > 1 else 'Dot: the one round.'}{more} {rounds_text(study)}")
    return figure


def _finding(names: Sequence[str], means: dict[str, np.ndarray], split: str) -> str:
    """The title: which class is the hardest, in the arm with the largest mean."""
    if not means:
        return "Every trial diverged"
    arm = max(means, key=lambda name: float(np.nanmax(means[name])))
    errors = means[arm]
    if not np.nanmax(errors):
        return f"Every {split} point is classified correctly"
    worst, best = int(np.nanargmax(errors)), int(np.nanargmin(errors))
    where = f" ({arm})" if len(means) > 1 else ""
    return (
        f"Class {shortened(names[worst])} is misclassified most, {errors[worst]:.1f} % of its {split} points; "
        f"{shortened(names[best])} least, {errors[best]:.1f} %{where}"
    )


def confusion_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """The confusion matrix of the first arm: of each class's points the share that got each label, the mean of the rounds."""
    arm = study.arms[0]
    names, split = classes_of(arm.config), split_shown(arm.config)
    seeds, counts = confusions(arm, table, trials, split)
    size = max(3.2, min(0.55 * len(names), 7.5))
    figure, grid = new_figure(size + 2.0, size + 1.6)
    if not seeds:
        title(figure, "Every trial diverged")
        grid[0, 0].set_visible(False)
        return figure
    shares = row_shares(counts.sum(0)) if study.rounds == 1 else _mean_of_rows(counts)
    _draw_matrix(grid[0, 0], names, shares)
    title(figure, _worst_pair(names, shares, SPLIT_NAMES[split]))
    points = int(counts[0].sum())
    left_out = f" {study.rounds - len(seeds)} diverged and are left out." if len(seeds) < study.rounds else ""
    caption(
        figure,
        f"Rows add up to 100 %: of a class's {SPLIT_NAMES[split]} points, how many are given each label; the mean over rounds. "
        f"{points} points a round. {rounds_text(study)}{left_out}",
    )
    return figure


def _mean_of_rows(counts: np.ndarray) -> np.ndarray:
    """Row shares (K, K), the mean of the rounds in which the class has points."""
    shares = row_shares(counts)
    present = np.isfinite(shares).sum(0)
    return np.where(present > 0, np.nansum(shares, 0) / np.maximum(present, 1), np.nan)


def _draw_matrix(axes: Axes, names: Sequence[str], shares: np.ndarray) -> None:
    axes.imshow(shares, cmap=WHITE_TO_BLUE, vmin=0, vmax=1)
    short = [shortened(name) for name in names]
    axes.set_xticks(range(len(names)), short, rotation=0 if max(map(len, short)) * len(names) < 40 else 90)
    axes.set_yticks(range(len(names)), short)
    axes.set(xlabel="label given", ylabel="true class")
    axes.grid(False)
    if len(names) <= MAX_NUMBERED:
        for (row, column), share in np.ndenumerate(shares):
            if share > 0:
                text = f"{100 * share:.1f}" if share < 0.9995 else "100"
                axes.text(column, row, text, ha="center", va="center", fontsize=8, color="white" if share > DARK else "black")


def _worst_pair(names: Sequence[str], shares: np.ndarray, split: str) -> str:
    apart = np.where(np.eye(len(names), dtype=bool), 0, np.nan_to_num(shares))
    if not apart.max():
        return f"Every {split} point is classified correctly"
    row, column = divmod(int(apart.argmax()), len(names))
    pair = f"class {shortened(names[row])} is taken for {shortened(names[column])}"
    return f"Most often {pair}: {100 * apart[row, column]:.1f} % of its {split} points"


def shortened(name: str) -> str:
    """The name with its middle left out where it is long."""
    return name if len(name) <= MAX_LETTERS else f"{name[: MAX_LETTERS - 7]}...{name[-4:]}"
