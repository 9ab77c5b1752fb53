"""Loss and error over epochs: every round of one arm and its mean; several arms are left to `experiments.figures.arms`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.tables import final_values, present_metrics
from experiments.config.study import Study
from experiments.figures.arms import MAX_LINES, arms_figure
from experiments.figures.curve import (
    Curve,
    band_text,
    curve,
    finish,
    label_ends,
    loss_name,
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
    said = draw_loss(grid[0, 0], shown, arm.config.epochs, f"training loss ({loss_name(arm.config)})")
    final = summarise(final_values(table, arm.name, "train_loss").to_numpy())
    title(
        figure,
        f"After {arm.config.epochs} epochs the training loss is {final.mean:.3g} on average"
        + (f", from {final.minimum:.3g} to {final.maximum:.3g} over {final.n} rounds" if final.n > 1 else ""),
    )
    caption(figure, f"{said.lines} {band_text(study)}{said.scale} {rounds_text(study, shown.diverged)}")
    return figure


@dataclass(frozen=True)
class Said:
    """What a caption has to say of a panel: its lines, and its scale where it is unusual."""

    lines: str
    scale: str


def draw_loss(axes: Axes, shown: Curve, epochs: int, ylabel: str, noun: str = "round") -> Said:
    """Every round in grey, or their quantiles, and the mean with its band."""
    seen, said = _draw_rounds(axes, shown, noun)
    axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[1], alpha=0.25, linewidth=0)
    axes.plot(shown.epochs, shown.mean, color=COLOURS[1])
    finish(axes, epochs, ylabel)
    added = scale_values([axes], [shown], [], seen[np.isfinite(seen)])
    label_ends(axes, epochs, [(shown.mean[-1], "mean", COLOURS[1])])
    return Said(f"{said}; orange: the mean.", added)


def _draw_rounds(axes: Axes, shown: Curve, noun: str) -> tuple[np.ndarray, str]:
    """Draws every round, or where they are many their quantiles and the first few; returns what is drawn and its words."""
    if len(shown.rounds) <= MAX_ROUNDS_DRAWN:
        axes.plot(shown.epochs, shown.rounds.T, color=GREY, linewidth=0.6, alpha=max(0.2, min(0.8, 12 / len(shown.rounds))))
        return shown.rounds, f"Grey: each {noun}"
    for low, high, shade in FAN:
        axes.fill_between(shown.epochs, *shown.quantiles([low, high]), color=shade, linewidth=0)
    sample = shown.rounds[:SAMPLE]
    axes.plot(shown.epochs, sample.T, color=GREY, linewidth=0.7)
    drawn = np.concatenate([sample, shown.quantiles([FAN[0][0], FAN[0][1]])])
    first = f"the first {SAMPLE} {'seeds' if noun == 'round' else f'{noun}s'}"
    return drawn, f"Light grey: the middle 90 % of {noun}s, darker: their middle half, thin: {first}"


def _one_arm_error(study: Study, table: pd.DataFrame) -> Figure:
    arm = study.arms[0]
    figure, grid = new_figure()
    metrics = [metric for metric in present_metrics(table) if metric.endswith("error")]
    shown = {SPLIT_NAMES[metric.removesuffix("_error")]: curve(study, table, arm.name, metric) for metric in metrics}
    stars = [
        star
        for metric, split, colour in zip(metrics, shown, COLOURS, strict=False)
        for star in find_stars(study, arm, metric, split, colour)
    ]
    added = draw_errors(grid[0, 0], shown, arm.config.epochs, stars)
    finals = " and ".join(f"{one.mean[-1]:.2f} % {split}" for split, one in shown.items())
    title(figure, f"After {arm.config.epochs} epochs the mean error is {finals}")
    first = next(iter(shown.values()))
    caption(figure, f"Lines: mean over rounds. {band_text(study)}{added} {rounds_text(study, first.diverged)}")
    return figure


def draw_errors(axes: Axes, shown: Mapping[str, Curve], epochs: int, stars: Sequence[Star] = ()) -> str:
    """The mean error of each split with its band, by name, and printed values; returns what a caption has to add."""
    ends = []
    for (split, one), colour, line in zip(shown.items(), cycle(COLOURS), cycle(LINE_STYLES), strict=False):
        axes.fill_between(one.epochs, one.low, one.high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(one.epochs, one.mean, line, color=colour)
        ends.append((float(one.mean[-1]), split, colour))
    finish(axes, epochs, "error (% of points)")
    added = scale_values([axes], list(shown.values()), stars)
    draw_gutter(axes, stars)
    label_ends(axes, epochs, ends, stars)
    return added
