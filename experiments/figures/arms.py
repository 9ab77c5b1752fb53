"""Several arms over epochs: all in one panel a split, or a panel an arm where they are many."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.curve import (
    LOSS_NAMES,
    SPLIT_NAMES,
    STAR,
    Curve,
    band_text,
    curve,
    finish,
    label_ends,
    mark_published,
    rounds_text,
)
from experiments.figures.style import COLOURS, LINE_STYLES, caption, new_figure, title
from experiments.study import Study
from experiments.tables import final_values, present_metrics

MOST_LINES = 6
# Arms whose lengths differ more than this stand on a logarithmic axis of epochs.
LENGTHS_APART = 10
CUT = " What lies above the panels is cut off."

Shown = Mapping[tuple[str, str], Curve]


def arm_colour(study: Study, name: str) -> str:
    """The colour an arm has in every figure of its study."""
    return COLOURS[[arm.name for arm in study.arms].index(name) % len(COLOURS)]


def arm_style(study: Study, name: str) -> str:
    """The line style an arm has in every figure of its study, so that colour is not all that tells arms apart."""
    return LINE_STYLES[[arm.name for arm in study.arms].index(name) % len(LINE_STYLES)]


def arms_figure(study: Study, table: pd.DataFrame, quantity: str) -> Figure:
    """The mean loss or error of every arm by epoch, with its interval; `quantity` is `loss` or `error`."""
    metrics = [metric for metric in present_metrics(table) if metric.endswith(quantity)]
    shown = {(arm.name, metric): curve(study, table, arm.name, metric) for arm in study.arms for metric in metrics}
    astray = any(one.astray for one in shown.values())
    if astray:
        shown = {key: one.robust() for key, one in shown.items()}
    several = len(study.arms) > MOST_LINES
    figure, cut, starred = (_panel_per_arm if several else _panel_per_split)(study, metrics, shown)
    diverged = sum(shown[arm.name, metrics[0]].diverged for arm in study.arms)
    title(figure, _ranking(study, table, metrics[-1], astray))
    lines = f"{'Across: epoch. ' * several}Lines: {'median' if astray else 'mean'} over the rounds of each arm."
    band = "The band is the middle half of the rounds." if astray else band_text(study)
    caption(figure, f"{lines} {band}{STAR * starred}{CUT * cut} {rounds_text(study, diverged)}")
    return figure


def _panel_per_split(study: Study, metrics: list[str], shown: Shown) -> tuple[Figure, bool, bool]:
    figure, grid = new_figure(4.4 * len(metrics), 4.2, 1, len(metrics), share=True)
    lengths = {arm.config.epochs for arm in study.arms}
    starred = False
    for axes, metric in zip(grid[0], metrics, strict=True):
        for arm in study.arms:
            colour = arm_colour(study, arm.name)
            _draw(axes, shown[arm.name, metric], colour, arm_style(study, arm.name))
            starred |= mark_published(axes, study, arm, metric, colour)
        finish(axes, max(lengths), _axis_name(study, metric))
        if max(lengths) > LENGTHS_APART * min(lengths):
            axes.set_xscale("symlog", linthresh=1)
            axes.set(xlabel="epoch (logarithmic)", xlim=(0, max(lengths)))
    # A band that reaches far above its line would press the others flat.
    ceiling = 2.5 * max(float(np.nanmax(one.mean, initial=0)) for one in shown.values())
    cut = _cut_above(grid[0, 0], ceiling, shown)
    for axes, metric in zip(grid[0], metrics, strict=True):
        for length in lengths:
            ending = [arm.name for arm in study.arms if arm.config.epochs == length]
            label_ends(axes, length, [(shown[name, metric].mean[-1], name, arm_colour(study, name)) for name in ending])
    return figure, cut, starred


def _panel_per_arm(study: Study, metrics: list[str], shown: Shown) -> tuple[Figure, bool, bool]:
    columns = min(4, math.ceil(math.sqrt(len(study.arms))))
    rows = math.ceil(len(study.arms) / columns)
    figure, grid = new_figure(2.6 * columns, 2.1 * rows + 0.8, rows, columns, share=True)
    starred = False
    for axes, arm in zip(grid.flat, study.arms, strict=False):
        for index, metric in enumerate(metrics):
            _draw(axes, shown[arm.name, metric], COLOURS[index], LINE_STYLES[index])
            starred |= mark_published(axes, study, arm, metric, COLOURS[index])
        axes.set_title(arm.name, fontsize=9)
        finish(axes, arm.config.epochs, "")
        axes.set_xlabel("")
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    # Every arm starts alike; the scale is for where they differ.
    late = [float(np.nanmax(one.high[len(one.high) // 10 :], initial=0)) for one in shown.values()]
    cut = _cut_above(grid[0, 0], 1.2 * max(late), shown)
    for index, axes in enumerate(grid.flat):
        if index >= len(study.arms):
            axes.set_visible(False)
            continue
        arm = study.arms[index]
        ends = [(shown[arm.name, metric].mean[-1], SPLIT_NAMES[metric.split("_")[0]]) for metric in metrics]
        label_ends(axes, arm.config.epochs, [(*end, colour) for end, colour in zip(ends, COLOURS, strict=False)])
        axes.tick_params(labelbottom=index + columns >= len(study.arms))
    figure.supylabel("error (% of points)" if metrics[0].endswith("error") else "loss", fontsize=9)
    return figure, cut, starred


def _draw(axes: Axes, one: Curve, colour: str, style: str) -> None:
    axes.fill_between(one.epochs, one.low, one.high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(one.epochs, one.mean, style, color=colour)


def _cut_above(axes: Axes, ceiling: float, shown: Shown) -> bool:
    """Ends the shared scale at the ceiling where lines or bands go beyond it; whether they do."""
    highest = max(float(np.nanmax(np.stack([one.high, one.mean]), initial=0)) for one in shown.values())
    if not 0 < ceiling < highest:
        return False
    axes.set_ylim(0, ceiling)
    return True


def _axis_name(study: Study, metric: str) -> str:
    split, quantity = metric.split("_")
    if quantity == "error":
        return f"{SPLIT_NAMES[split]} error (% of points)"
    losses = {LOSS_NAMES[arm.config.loss] for arm in study.arms}
    return f"{SPLIT_NAMES[split]} loss ({losses.pop() if len(losses) == 1 else 'of its own kind'})"


def _ranking(study: Study, table: pd.DataFrame, metric: str, astray: bool) -> str:
    """Which arm ends lowest and which highest: by their means, or medians where single trials hold a mean up."""
    scale, unit = (100, " %") if metric.endswith("error") else (1, "")
    finals = {arm.name: scale * final_values(table, arm.name, metric).dropna() for arm in study.arms}
    finals = {name: values for name, values in finals.items() if len(values)}
    if not finals:
        return "Every trial diverged"
    if metric.endswith("loss") and len({arm.config.loss for arm in study.arms}) > 1:
        return "Losses of different kinds fall on scales of their own; compare the errors"
    centres = {name: values.median() if astray else values.mean() for name, values in finals.items()}
    split, quantity = metric.split("_")
    best, worst = min(centres, key=lambda name: centres[name]), max(centres, key=lambda name: centres[name])
    return (
        f"{'Median' if astray else 'Mean'} {SPLIT_NAMES[split]} {quantity} ends lowest with {best} "
        f"({centres[best]:.3g}{unit}) and highest with {worst} ({centres[worst]:.3g}{unit})"
    )
