"""Several arms over epochs: all in one panel a split, or a panel an arm where they are many."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import chain

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.tables import final_values, groups_of, present_metrics, rows_by_arm
from experiments.config.study import Study
from experiments.figures.curve import (
    LOSS_NAMES,
    SPLIT_NAMES,
    Curve,
    band_text,
    curve,
    finish,
    label_ends,
    mark_published,
    rounds_text,
    scale_values,
)
from experiments.figures.style import COLOURS, LINE_STYLES, caption, new_figure, plain_numbers, title
from experiments.statistics.bootstrap import interval_of_mean

MAX_LINES = 6
# Arms whose lengths differ more than this stand on a logarithmic axis of epochs.
LENGTHS_APART = 10
# So many columns of small panels, by which of them leaves the fewest places empty.
COLUMNS = range(3, 6)
NO_DIFFERENCE = "No clear difference"
UNCLEAR = " A difference is clear where the 95 % interval of its paired mean, widened for the choice of arms, excludes 0."
UNCLEAR_SIGNS = (
    " One is clear where the 95 % interval of the mean sign of its pairs, widened for the choice of arms, excludes 0."
)

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
    rows = rows_by_arm(study, table)
    shown = {(arm.name, metric): curve(study, rows[arm.name], arm.name, metric) for arm in study.arms for metric in metrics}
    # An error is never far above 50 %, so its mean is always worth showing.
    astray = quantity == "loss" and any(one.astray for one in shown.values())
    if astray:
        shown = {key: one.robust() for key, one in shown.items()}
    figure, notes = (_panel_per_arm if len(study.arms) > MAX_LINES else _panel_per_split)(study, metrics, shown)
    finals = {arm.name: final_values(rows[arm.name], arm.name, metrics[-1]) for arm in study.arms}
    finding = _ranking(study, finals, metrics[-1], astray)
    title(figure, finding)
    lines = f"Lines: {'median' if astray else 'mean'} over the rounds of each arm."
    band = "The band is the middle half of the rounds." if astray else band_text(study)
    clear = (UNCLEAR_SIGNS if astray else UNCLEAR) * finding.startswith(NO_DIFFERENCE)
    firsts = {arm.name: shown[arm.name, metrics[0]] for arm in study.arms}
    caption(figure, f"{lines} {band}{notes}{clear}{_measured(study)} {_rounds(study, firsts)}")
    return figure


def _rounds(study: Study, shown: Mapping[str, Curve]) -> str:
    """How many rounds there are, and what of which arms is missing."""
    diverged = [name for name, one in shown.items() if one.diverged]
    arms = " and ".join(diverged) if len(diverged) < 4 else f"{len(diverged)} arms"
    text = rounds_text(study, sum(one.diverged for one in shown.values()), arms)
    fewest = min(len(one.rounds) for one in shown.values())
    return text + f" Of single arms only {fewest} rounds are finished." * (fewest < study.rounds)


def _panel_per_split(study: Study, metrics: list[str], shown: Shown) -> tuple[Figure, str]:
    figure, grid = new_figure(4.4 * len(metrics), 4.2, 1, len(metrics), share=True)
    lengths = {arm.config.epochs for arm in study.arms}
    stars: dict[str, list[float]] = {metric: [] for metric in metrics}
    for axes, metric in zip(grid[0], metrics, strict=True):
        for arm in study.arms:
            colour = arm_colour(study, arm.name)
            _draw(axes, shown[arm.name, metric], colour, arm_style(study, arm.name))
            stars[metric] += mark_published(axes, study, arm, metric, colour)
        finish(axes, max(lengths), _axis_name(study, metric))
        if max(lengths) > LENGTHS_APART * min(lengths):
            axes.set_xscale("symlog", linthresh=1)
            axes.set(xlabel="epoch, logarithmic", xlim=(0, max(lengths)))
            plain_numbers(axes)
    added = scale_values(grid[0], list(shown.values()), list(chain(*stars.values())))
    for axes, metric in zip(grid[0], metrics, strict=True):
        for length in lengths:
            ending = [arm.name for arm in study.arms if arm.config.epochs == length]
            ends = [(float(shown[name, metric].mean[-1]), name, arm_colour(study, name)) for name in ending]
            label_ends(axes, length, ends, starred=bool(stars[metric]))
    return figure, added


def _panel_per_arm(study: Study, metrics: list[str], shown: Shown) -> tuple[Figure, str]:
    columns = min(COLUMNS, key=lambda count: (-len(study.arms) % count, -count))
    rows = math.ceil(len(study.arms) / columns)
    figure, grid = new_figure(2.4 * columns + 0.6, 2.0 * rows + 1.0, rows, columns, share=True)
    for axes in grid.flat[len(study.arms) :]:
        axes.set_visible(False)
    panels = list(grid.flat[: len(study.arms)])
    stars: list[float] = []
    for index, (axes, arm) in enumerate(zip(panels, study.arms, strict=True)):
        for place, metric in enumerate(metrics):
            _draw(axes, shown[arm.name, metric], COLOURS[place], LINE_STYLES[place])
            stars += mark_published(axes, study, arm, metric, COLOURS[place])
        axes.set_title(arm.name, fontsize=9)
        finish(axes, arm.config.epochs, "")
        axes.set_xlabel("epoch" if index >= columns * (rows - 1) else "")
        axes.tick_params(labelbottom=index + columns >= len(panels))
        axes.xaxis.set_major_locator(MaxNLocator(3, integer=True))
    added = scale_values(panels, list(shown.values()), stars)
    for start in range(0, len(panels) - columns + 1, columns):
        _name_splits(study, metrics, shown, panels, range(start, start + columns), bool(stars))
    scale = ", logarithmic" * (panels[0].get_yscale() == "log")
    figure.supylabel(_quantity_name(study, metrics[0]) + scale, fontsize=9)
    return figure, added


def _name_splits(study: Study, metrics: list[str], shown: Shown, panels: list[Axes], row: range, starred: bool) -> None:
    """Names the lines once a row, in the last panel where any arrive."""
    for index in reversed(row):
        arm = study.arms[index]
        ends = [
            (float(shown[arm.name, metric].mean[-1]), SPLIT_NAMES[metric.split("_")[0]], colour)
            for metric, colour in zip(metrics, COLOURS, strict=False)
        ]
        if any(math.isfinite(end[0]) for end in ends):
            label_ends(panels[index], arm.config.epochs, ends, starred=starred)
            return


def _draw(axes: Axes, one: Curve, colour: str, style: str) -> None:
    axes.fill_between(one.epochs, one.low, one.high, color=colour, alpha=0.18, linewidth=0)
    axes.plot(one.epochs, one.mean, style, color=colour)


def _measured(study: Study) -> str:
    """Which arms have no value at every epoch: between measured ones lines are straight."""
    rare = {arm.name: arm.config.evaluate_every for arm in study.arms if arm.config.evaluate_every > 1}
    if len(rare) == len(study.arms) and len(set(rare.values())) == 1:
        return f" Measured every {min(rare.values())} epochs."
    return "".join(f" {name} is measured every {epochs} epochs." for name, epochs in rare.items())


def _axis_name(study: Study, metric: str) -> str:
    return f"{SPLIT_NAMES[metric.split('_')[0]]} {_quantity_name(study, metric)}"


def _quantity_name(study: Study, metric: str) -> str:
    if metric.endswith("error"):
        return "error (% of points)"
    losses = {LOSS_NAMES[arm.config.loss] for arm in study.arms}
    return f"loss ({losses.pop() if len(losses) == 1 else 'of its own kind'})"


def _ranking(study: Study, finals: Mapping[str, pd.Series], metric: str, astray: bool) -> str:
    """Which arm ends lowest and which highest, or that the seeds leave it open.

    By their means, or medians where single trials hold a mean up.
    """
    finals = {name: values.dropna() for name, values in finals.items() if values.notna().any()}
    if not finals:
        return "Every trial diverged"
    if metric.endswith("loss") and len({arm.config.loss for arm in study.arms}) > 1:
        return "Losses of different kinds fall on scales of their own; compare the errors"
    centres = {name: values.median() if astray else values.mean() for name, values in finals.items()}
    scale, unit = (100, " %") if metric.endswith("error") else (1, "")
    split, quantity = metric.split("_")
    what = f"{'median' if astray else 'mean'} {SPLIT_NAMES[split]} {quantity}"
    best, worst = min(centres, key=lambda name: centres[name]), max(centres, key=lambda name: centres[name])
    low, high = (f"{scale * centres[name]:.3g}{unit}" for name in (best, worst))
    if best == worst:
        return f"{what.capitalize()} ends at {low}" + (" with every arm" if len(finals) > 1 else f" with {best}")
    ranks = f"ends lowest with {best} ({low}) and highest with {worst} ({high})"
    differences = finals[worst] - finals[best]
    clear = _clear(study, np.sign(differences) if astray else differences, math.comb(len(finals), 2))
    if clear is None:
        return f"In one {'round' if study.seeds_per_data_set == 1 else 'data set'} the {what} {ranks}"
    return f"{what.capitalize()} {ranks}" if clear else f"{NO_DIFFERENCE}: {what} {ranks}"


def _clear(study: Study, differences: pd.Series, pairs: int) -> bool | None:
    """Whether the mean of paired differences is above 0, for the two furthest apart of arms that make so many pairs.

    None where there is but one round, or one data set, for then nobody can say.
    """
    left = differences.dropna()
    low, _ = interval_of_mean(left.to_numpy(), groups_of(study, left.index), 1 - 0.05 / pairs)
    return None if math.isnan(low) else bool(low > 0)
