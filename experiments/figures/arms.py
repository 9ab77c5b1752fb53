"""Several arms over epochs: all in one panel a split, and of two arms their difference below."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.decisions import compare_arms
from experiments.analysis.tables import groups_of, present_metrics, rows_by_arm
from experiments.config.study import Study
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
from experiments.figures.style import COLOURS, GREY, LINE_STYLES, caption, new_figure, plain_numbers, title
from experiments.formatting import SPLIT_NAMES, listed
from experiments.reports.published import published_of, published_windows
from experiments.statistics.bootstrap import interval_of_mean

MAX_LINES = 6
# Arms whose lengths differ more than this stand on a logarithmic axis.
LENGTHS_APART = 10
# Of differences; what is beyond comes of rounding.
DECIMALS = 12
EPOCHS, UPDATES = "epoch", "updates (batches seen)"
STYLE_NAMES = ("unbroken", "dashed", "dots and dashes", "dotted")
INCOMPARABLE = "Losses of different kinds fall on scales of their own; compare the errors"

Shown = Mapping[tuple[str, str], Curve]


def arm_colour(study: Study, name: str) -> str:
    """The colour an arm has in every figure of its study."""
    return COLOURS[_looks(study)[name][0] % len(COLOURS)]


def arm_style(study: Study, name: str) -> str:
    """The line style an arm has in every figure of its study, so that colour is not all that tells arms apart."""
    return LINE_STYLES[_looks(study)[name][1] % len(LINE_STYLES)]


def style_text(study: Study) -> str:
    """Which line style means what, where colour says one kind of an arm and style the other."""
    kinds = _kinds(study)
    if not kinds:
        return ""
    named = (f"{STYLE_NAMES[place % len(LINE_STYLES)]}: {kind}" for place, kind in enumerate(kinds[1]))
    return f" {'; '.join(named).capitalize()}."


def _looks(study: Study) -> dict[str, tuple[int, int]]:
    """Which colour and which style each arm has."""
    kinds = _kinds(study)
    if not kinds:
        return {arm.name: (place, place) for place, arm in enumerate(study.arms)}
    first, second = kinds
    return {f"{one}-{other}": (first.index(one), second.index(other)) for one, other in product(first, second)}


def _kinds(study: Study) -> tuple[list[str], list[str]] | None:
    """The two kinds of which the arms are all pairs: relu and tanh, normal and uniform; None where they are not."""
    names = [arm.name for arm in study.arms]
    first, second = (list(dict.fromkeys(name.partition("-")[part] for name in names)) for part in (0, 2))
    pairs = {f"{one}-{other}" for one, other in product(first, second)}
    return (first, second) if min(len(first), len(second)) > 1 and pairs == set(names) else None


def arms_figure(study: Study, table: pd.DataFrame, quantity: str) -> Figure:
    """The mean loss or error of every arm by epoch, with its interval; `quantity` is `loss` or `error`."""
    metrics = [metric for metric in present_metrics(table) if metric.endswith(quantity)]
    shown = curves_of_arms(study, table, metrics)
    astray = quantity == "loss" and any(one.astray for one in shown.values())
    if astray:
        shown = {key: one.robust() for key, one in shown.items()}
    updates = len({arm.config.steps_per_epoch for arm in study.arms}) > 1
    comparable = one_kind(study, quantity)
    differing = len(study.arms) == 2 and comparable and len({tuple(one.epochs) for one in shown.values()}) == 1
    starred = sum(any(published_of(study.name, arm, metric) for arm in study.arms) for metric in metrics)
    figure, grid = _grid(len(metrics), differing, 4.4 * len(metrics) + 0.9 * starred)
    notes = _draw_arms(grid[0], study, metrics, shown, updates)
    if differing:
        notes += _draw_differences(grid[1], study, table, metrics, astray)
        for axes in grid[0]:
            axes.set_xlabel("")
    notes += "" if updates else _shade_windows(grid, study, metrics)
    ranking = compare_arms(study, table, metrics[-1], robust=astray)
    title(figure, ranking.sentence() if comparable or not ranking.centres else INCOMPARABLE)
    lines = f"Lines: {'median' if astray else 'mean'} over the rounds of each arm.{style_text(study)}"
    band = "The band is the middle half of the rounds." if astray else band_text(study)
    clear = ranking.note() if comparable else ""
    firsts = {arm.name: shown[arm.name, metrics[0]] for arm in study.arms}
    caption(figure, f"{lines} {band}{notes}{clear}{_measured(study)} {rounds_of_arms(study, firsts)}")
    return figure


def curves_of_arms(study: Study, table: pd.DataFrame, metrics: Sequence[str]) -> dict[tuple[str, str], Curve]:
    """The curve of every arm in every metric."""
    rows = rows_by_arm(study, table)
    return {(arm.name, metric): curve(study, rows[arm.name], arm.name, metric) for arm in study.arms for metric in metrics}


def one_kind(study: Study, quantity: str) -> bool:
    """Whether the arms' values can be compared: errors always, losses where all arms have the same."""
    return quantity == "error" or len({arm.config.loss for arm in study.arms}) == 1


def rounds_of_arms(study: Study, shown: Mapping[str, Curve]) -> str:
    """How many rounds there are, and what of which arms is missing."""
    diverged = [name for name, one in shown.items() if one.diverged]
    arms = " and ".join(diverged) if len(diverged) < 4 else f"{len(diverged)} arms"
    text = rounds_text(study, sum(one.diverged for one in shown.values()), arms)
    fewest = min(len(one.rounds) for one in shown.values())
    return f"{text} Of single arms only {fewest} rounds are finished." if fewest < study.rounds else text


def quantity_name(study: Study, metric: str) -> str:
    """`error (% of points)`, or the loss with its kind."""
    if metric.endswith("error"):
        return "error (% of points)"
    losses = {loss_name(arm.config) for arm in study.arms}
    return f"loss ({losses.pop() if len(losses) == 1 else 'of its own kind'})"


def axis_name(study: Study, metric: str) -> str:
    """`test error (% of points)`."""
    return f"{SPLIT_NAMES[metric.split('_')[0]]} {quantity_name(study, metric)}"


def _grid(columns: int, differing: bool, width: float) -> tuple[Figure, np.ndarray]:
    if differing:
        return new_figure(width, 5.6, 2, columns, share="row", heights=(2.2, 1))
    return new_figure(width, 4.2, 1, columns, share=True)


def _draw_arms(panels: Sequence[Axes], study: Study, metrics: Sequence[str], shown: Shown, updates: bool) -> str:
    """A panel a split; returns what the caption has to add."""
    ends = {arm.name: arm.config.epochs * (arm.config.steps_per_epoch if updates else 1) for arm in study.arms}
    stars: dict[str, list[Star]] = {metric: [] for metric in metrics}
    logarithmic = max(ends.values()) > LENGTHS_APART * min(ends.values())
    for axes, metric in zip(panels, metrics, strict=True):
        finish(axes, max(ends.values()), axis_name(study, metric))
        axes.set_xlabel(UPDATES if updates else EPOCHS)
        if logarithmic:
            axes.set_xscale("symlog", linthresh=1)
            axes.set(xlabel=f"{UPDATES if updates else EPOCHS}, logarithmic", xlim=(0, max(ends.values())))
            plain_numbers(axes)
        for arm in study.arms:
            steps = arm.config.steps_per_epoch if updates else 1
            place = dataclasses.replace(shown[arm.name, metric], epochs=shown[arm.name, metric].epochs * steps)
            _draw(axes, place, arm_colour(study, arm.name), arm_style(study, arm.name), arm.config.evaluate_every > 1)
            stars[metric] += find_stars(study, arm, metric, arm.name, arm_colour(study, arm.name))
    added = scale_values(panels, list(shown.values()), [star for found in stars.values() for star in found])
    for axes, metric in zip(panels, metrics, strict=True):
        draw_gutter(axes, stars[metric])
        for length in sorted(set(ends.values())):
            ending = [name for name, end in ends.items() if end == length]
            names = [(float(shown[name, metric].mean[-1]), name, arm_colour(study, name)) for name in ending]
            label_ends(axes, length, names, stars[metric] if length == max(ends.values()) else ())
    return added


def _shade_windows(grid: np.ndarray, study: Study, metrics: Sequence[str]) -> str:
    """Shades the epochs of which a report speaks, in every panel of their split; returns what the caption has to add."""
    windows = {metric: published_windows(study, metric) for metric in metrics}
    for column, metric in zip(grid.T, metrics, strict=True):
        for axes, (first, last) in product(column, windows[metric]):
            axes.axvspan(first, last, color=GREY, alpha=0.16, linewidth=0, zorder=0)
    ranges = dict.fromkeys(f"epochs {first} to {last}" for found in windows.values() for first, last in found)
    return f" Shaded: {listed(list(ranges))}, of which the report speaks." if ranges else ""


def _draw(axes: Axes, one: Curve, colour: str, style: str, seldom: bool) -> None:
    """A line with its band. Where it is measured seldom, dots show where; on a logarithmic axis no line comes from 0."""
    first = int(axes.get_xscale() == "symlog" and len(one.epochs) > 1 and one.epochs[1] > 1)
    line = slice(first, None)
    axes.fill_between(one.epochs[line], one.low[line], one.high[line], color=colour, alpha=0.18, linewidth=0)
    axes.plot(one.epochs[line], one.mean[line], style, color=colour, marker="o" if seldom else None, markersize=2)
    if first:
        axes.plot(one.epochs[:1], one.mean[:1], "o", color=colour, markersize=4, clip_on=False)


def _draw_differences(panels: Sequence[Axes], study: Study, table: pd.DataFrame, metrics: Sequence[str], astray: bool) -> str:
    """The second arm minus the first by epoch, paired by seed; returns what the caption has to add."""
    first, second = (arm.name for arm in study.arms)
    found = [difference_curve(study, table, metric) for metric in metrics]
    for axes, one in zip(panels, found, strict=True):
        shown = one.robust() if astray else one
        axes.axhline(0, color="black", linewidth=0.8)
        _draw(axes, shown, arm_colour(study, second), "-", study.arms[1].config.evaluate_every > 1)
        axes.set(xlabel=EPOCHS, ylabel="")
    unit = "points" if metrics[0].endswith("error") else "loss"
    panels[0].set_ylabel(f"{second} minus\n{first} ({unit})")
    below = f" Below: {second} minus {first}, paired by seed"
    if any(one.rounds[np.isfinite(one.rounds)].any() for one in found):
        return f"{below}, with the same band."
    panels[0].set(ylim=(-1, 1), yticks=[0])
    return f"{below}: 0 in every seed and epoch."


def difference_curve(study: Study, table: pd.DataFrame, metric: str) -> Curve:
    """The second arm minus the first, seed by seed, over the epochs; errors in points."""
    scale = 100 if metric.endswith("error") else 1
    first, second = (table[table["arm"] == arm.name].pivot(index="seed", columns="epoch", values=metric) for arm in study.arms)
    differences = (scale * (second - first)).dropna(how="all")
    # Equal shares of points must tie, also after they were made percentages.
    values = differences.to_numpy().round(DECIMALS)
    low, high = interval_of_mean(values, groups_of(study, differences.index))
    kept = np.isfinite(values)
    counts = kept.sum(0)
    mean = np.where(counts, np.where(kept, values, 0).sum(0) / np.maximum(counts, 1), np.nan)
    return Curve(differences.columns.to_numpy(), mean, low, high, values, int((~kept[:, -1]).sum()))


def _measured(study: Study) -> str:
    """Which arms have no value at every epoch: between measured ones lines are straight."""
    rare = {arm.name: arm.config.evaluate_every for arm in study.arms if arm.config.evaluate_every > 1}
    if len(rare) == len(study.arms) and len(set(rare.values())) == 1:
        return f" Measured every {min(rare.values())} epochs (dots)."
    return "".join(f" {name} is measured every {epochs} epochs (dots)." for name, epochs in rare.items())
