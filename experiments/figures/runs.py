"""What single runs show of a claim that a mean cannot: how often the test error is the higher one, how often a loss rises."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.tables import curves, final_values
from experiments.config.study import Arm, Study
from experiments.figures.curve import rounds_text
from experiments.figures.gutter import short_place
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.formatting import listed
from experiments.reports.published import Published, published_of
from experiments.statistics.significance import better_share

MAX_BARS = 40
# Differences of shares of points must tie.
ROUNDED = 12


def gap_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Test error minus training error after the last epoch, in points: a histogram of the first arm's runs."""
    arm = study.arms[0]
    gaps = 100 * (final_values(table, arm.name, "test_error") - final_values(table, arm.name, "train_error"))
    kept = gaps.dropna().round(ROUNDED).to_numpy()
    printed = published_gaps(study, arm)
    figure, axes = _histogram("test error minus training error (points)", kept, float(np.mean(kept)) if len(kept) else 0.0)
    axes.axvline(0, color="black", linewidth=0.8)
    for gap in printed:
        _draw_star(axes, gap.value)
    if len(kept):
        more = _percent(better_share(kept))
        title(figure, f"The test error is above the training error in {more} of runs, by {kept.mean():.2f} points on average")
    places = listed([f"{gap.value:.2f} in {short_place(gap.place)}" for gap in printed])
    stars = f" Star: the difference of the published errors, {places}." if printed else ""
    ties = " Equal errors count half." if (kept == 0).any() else ""
    caption(figure, f"Grey: runs; blue: their mean.{stars}{ties} {rounds_text(study, len(gaps) - len(kept))}")
    return figure


def rises_figure(study: Study, table: pd.DataFrame) -> Figure:
    """At how many measured epochs the training loss is above the one before: a histogram of the first arm's runs."""
    _, _, losses = curves(table, study.arms[0].name, "train_loss")
    kept = losses[np.isfinite(losses).all(1)]
    # As the claim has it: a loss that stays where it is has not fallen.
    rises = (np.diff(kept, axis=1) >= 0).sum(1)
    epochs = losses.shape[1] - 1
    middle = float(np.median(rises)) if len(rises) else 0.0
    figure, axes = _histogram(f"epochs, of {epochs}, at which the training loss does not fall", rises, middle)
    axes.set_xlim(left=-0.5)
    if len(rises):
        never = _percent(float((rises == 0).mean()))
        often = f"half of them have {math.ceil(middle)} or more epochs where it does not"
        title(figure, f"The training loss falls at every epoch in {never} of runs; {often}")
    caption(figure, f"Grey: runs; blue: their median. {rounds_text(study, len(losses) - len(kept))}")
    return figure


def published_gaps(study: Study, arm: Arm) -> list[Published]:
    """Published test error minus published training error, of each place that prints both."""
    train = {printed.place: printed.value for printed in published_of(study.name, arm, "train_error")}
    test = published_of(study.name, arm, "test_error")
    return [Published(printed.value - train[printed.place], printed.place) for printed in test if printed.place in train]


def _histogram(xlabel: str, values: np.ndarray, middle: float) -> tuple[Figure, Axes]:
    """How many runs have which value, their middle marked. Bars are as wide as some steps in which the values come."""
    figure, grid = new_figure(6.4, 3.6)
    axes = grid[0, 0]
    axes.set(xlabel=xlabel, ylabel="runs")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    if len(values):
        counts, edges = np.histogram(values, bar_edges(values))
        axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=GREY, alpha=0.6, edgecolor="white", linewidth=0.4)
        axes.axvline(middle, color=COLOURS[0], linewidth=2)
    else:
        title(figure, "Every run diverged")
    return figure, axes


def bar_edges(values: np.ndarray) -> np.ndarray:
    """Edges halfway between possible values, with as many of them in each bar as in any other: else a comb is drawn."""
    distinct = np.unique(values)
    step = float(np.diff(distinct).min()) if len(distinct) > 1 else 1.0
    width = step * max(1, math.ceil((distinct[-1] - distinct[0]) / step / MAX_BARS))
    return np.arange(distinct[0] - step / 2, distinct[-1] + width, width)


def _draw_star(axes: Axes, value: float) -> None:
    height = 0.5 * axes.get_ylim()[1]
    axes.plot([value], [height], "*", color=COLOURS[1], markersize=12, markeredgecolor="black", linestyle="none")


def _percent(share: float) -> str:
    """`69 %`, `0.4 %`: one digit more where less than a hundredth is left on either side."""
    percent = 100 * share
    return f"{percent:.1f} %" if 0 < min(percent, 100 - percent) < 1 else f"{percent:.0f} %"
