"""Loss and error over epochs: every round of one arm and its mean; several arms are left to `experiments.figures.arms`."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.tables import final_values, present_metrics
from experiments.config.study import Study
from experiments.figures.arms import MAX_LINES, arms_figure
from experiments.figures.curve import (
    LOSS_NAMES,
    Curve,
    band_text,
    curve,
    finish,
    label_ends,
    rounds_text,
    scale_values,
)
from experiments.figures.gutter import Star, draw_gutter, find_stars
from experiments.figures.many_arms import many_arms_figure
from experiments.figures.style import COLOURS, GREY, LINE_STYLES, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.statistics.bootstrap import summarise

MAX_ROUNDS_DRAWN, SAMPLE = 50, 5
# Quantiles and the grey between them, the widest first.
FAN = ((0.05, 0.95, "#E4E4E4"), (0.25, 0.75, "#CACACA"))


def loss_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Training loss by epoch: every round and the mean for one arm, otherwise the arms' means and those of a second split."""
    if len(study.arms) == 1:
        return _one_arm_loss(study, table)
    return _several_arms(study, table, "loss")


def error_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Errors by epoch: training and test in one panel for one arm, otherwise a panel each with all arms."""
    if len(study.arms) == 1:
        return _one_arm_error(study, table)
    return _several_arms(study, table, "error")


def _several_arms(study: Study, table: pd.DataFrame, quantity: str) -> Figure:
    return (arms_figure if len(study.arms) <= MAX_LINES else many_arms_figure)(study, table, quantity)


def _one_arm_loss(study: Study, table: pd.DataFrame) -> Figure:
    arm = study.arms[0]
    shown = curve(study, table, arm.name, "train_loss")
    figure, grid = new_figure()
    axes = grid[0, 0]
    seen, said = _draw_rounds(axes, shown)
    axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[1], alpha=0.25, linewidth=0)
    axes.plot(shown.epochs, shown.mean, color=COLOURS[1])
    finish(axes, arm.config.epochs, f"training loss ({LOSS_NAMES[arm.config.loss]})")
    added = scale_values([axes], [shown], [], seen[np.isfinite(seen)])
    label_ends(axes, arm.config.epochs, [(shown.mean[-1], "mean", COLOURS[1])])
    final = summarise(final_values(table, arm.name, "train_loss").to_numpy())
    title(
        figure,
        f"After {arm.config.epochs} epochs the training loss is {final.mean:.3g} on average"
        + (f", from {final.minimum:.3g} to {final.maximum:.3g} over {final.n} rounds" if final.n > 1 else ""),
    )
    caption(figure, f"{said}; orange: the mean. {band_text(study)}{added} {rounds_text(study, shown.diverged)}")
    return figure


def _draw_rounds(axes: Axes, shown: Curve) -> tuple[np.ndarray, str]:
    """Draws every round, or where they are many their quantiles and the first few; returns what is drawn and its words."""
    if len(shown.rounds) <= MAX_ROUNDS_DRAWN:
        axes.plot(shown.epochs, shown.rounds.T, color=GREY, linewidth=0.6, alpha=max(0.2, min(0.8, 12 / len(shown.rounds))))
        return shown.rounds, "Grey: each round"
    for low, high, shade in FAN:
        axes.fill_between(shown.epochs, *shown.quantiles([low, high]), color=shade, linewidth=0)
    sample = shown.rounds[:SAMPLE]
    axes.plot(shown.epochs, sample.T, color=GREY, linewidth=0.7)
    drawn = np.concatenate([sample, shown.quantiles([FAN[0][0], FAN[0][1]])])
    return drawn, f"Light grey: the middle 90 % of rounds, darker: their middle half, thin: the first {SAMPLE} seeds"


def _one_arm_error(study: Study, table: pd.DataFrame) -> Figure:
    arm = study.arms[0]
    figure, grid = new_figure()
    axes = grid[0, 0]
    every, ends = [], []
    stars: list[Star] = []
    for index, metric in enumerate(m for m in present_metrics(table) if m.endswith("error")):
        shown = curve(study, table, arm.name, metric)
        axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[index], alpha=0.2, linewidth=0)
        axes.plot(shown.epochs, shown.mean, LINE_STYLES[index], color=COLOURS[index])
        split = SPLIT_NAMES[metric.removesuffix("_error")]
        stars += find_stars(study, arm, metric, split, COLOURS[index])
        every.append(shown)
        ends.append((float(shown.mean[-1]), split, COLOURS[index]))
    finish(axes, arm.config.epochs, "error (% of points)")
    added = scale_values([axes], every, stars)
    draw_gutter(axes, stars)
    label_ends(axes, arm.config.epochs, ends, stars)
    finals = " and ".join(f"{mean:.2f} % {name}" for mean, name, _ in ends)
    title(figure, f"After {arm.config.epochs} epochs the mean error is {finals}")
    notes = f"{added} {rounds_text(study, every[0].diverged)}"
    caption(figure, f"Lines: mean over rounds. {band_text(study)}{notes}")
    return figure
