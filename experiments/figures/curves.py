"""Curves over epochs: the mean of each arm with its interval, or every round of one arm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.style import BAND, COLOURS, GREY, LINE_STYLES, caption, label_lines, new_figure, title
from experiments.published import published_final
from experiments.statistics import interval_of_mean, summarise
from experiments.study import Arm, Study
from experiments.tables import curves, final_values, groups_of, present_metrics

MOST_LINES = 6
SPLIT_NAMES = {"train": "training", "validation": "validation", "test": "test"}
STAR = " Stars: the published values."
LOSS_NAMES = {"mse": "mean squared error", "cross-entropy": "cross-entropy, nats"}


@dataclass(frozen=True)
class Curve:
    """The mean over rounds at each epoch, (k,), its interval, the rounds themselves (n, k), and how many had diverged."""

    epochs: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rounds: np.ndarray
    diverged: int


def curve(study: Study, table: pd.DataFrame, arm: str, metric: str) -> Curve:
    """An arm's curve; errors come in percent, losses as they are."""
    epochs, seeds, values = curves(table, arm, metric)
    values = values * (100 if metric.endswith("error") else 1)
    valid = np.isfinite(values)
    counts = valid.sum(0)
    mean = np.where(counts, np.where(valid, values, 0).sum(0) / np.maximum(counts, 1), np.nan)
    low, high = interval_of_mean(values, groups_of(study, seeds))
    return Curve(epochs, mean, low, high, values, int((~valid[:, -1]).sum()))


def loss_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Training loss by epoch: every round and the mean for one arm, otherwise the arms' means and those of a second split."""
    if len(study.arms) == 1:
        return _one_arm_loss(study, table)
    return _many_arms(study, table, "loss")


def error_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Errors by epoch: training and test in one panel for one arm, otherwise a panel each with all arms."""
    if len(study.arms) == 1:
        return _one_arm_error(study, table)
    return _many_arms(study, table, "error")


def rounds_text(study: Study, diverged: int = 0) -> str:
    """`n = 10 rounds (seeds 0 to 9).`, and how many diverged."""
    seeds = study.seeds
    plural = "s" if len(seeds) > 1 else ""
    text = f"n = {len(seeds)} round{plural} (seed{plural} {seeds[0]}{f' to {seeds[-1]}' if plural else ''})."
    return text + (f" {diverged} diverged and are left out from there." if diverged else "")


def _band_text(study: Study) -> str:
    return BAND if study.rounds > 1 else "One round has no interval."


def _one_arm_loss(study: Study, table: pd.DataFrame) -> Figure:
    arm = study.arms[0]
    shown = curve(study, table, arm.name, "train_loss")
    figure, grid = new_figure()
    axes = grid[0, 0]
    axes.plot(shown.epochs, shown.rounds.T, color=GREY, linewidth=0.6, alpha=max(0.08, min(0.8, 12 / study.rounds)))
    axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[1], alpha=0.25, linewidth=0)
    axes.plot(shown.epochs, shown.mean, color=COLOURS[1])
    _finish(axes, arm.config.epochs, f"training loss ({LOSS_NAMES[arm.config.loss]})")
    _label(axes, arm.config.epochs, [(shown.mean[-1], "mean", COLOURS[1])])
    final = summarise(final_values(table, arm.name, "train_loss").to_numpy())
    title(
        figure,
        f"After {arm.config.epochs} epochs the training loss is {final.mean:.3g} on average"
        + (f", from {final.minimum:.3g} to {final.maximum:.3g} over {final.n} rounds" if final.n > 1 else ""),
    )
    caption(figure, f"Grey: each round; orange: their mean. {_band_text(study)} {rounds_text(study, shown.diverged)}")
    return figure


def _one_arm_error(study: Study, table: pd.DataFrame) -> Figure:
    arm = study.arms[0]
    figure, grid = new_figure()
    axes = grid[0, 0]
    ends, finals, diverged, starred = [], [], 0, False
    for index, metric in enumerate(m for m in present_metrics(table) if m.endswith("error")):
        name = SPLIT_NAMES[metric.removesuffix("_error")]
        shown = curve(study, table, arm.name, metric)
        axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[index], alpha=0.2, linewidth=0)
        axes.plot(shown.epochs, shown.mean, LINE_STYLES[index], color=COLOURS[index])
        starred |= _mark_published(axes, study, arm, metric, COLOURS[index])
        ends.append((shown.mean[-1], name, COLOURS[index]))
        finals.append(f"{shown.mean[-1]:.2f} % {name}")
        diverged = shown.diverged
    _finish(axes, arm.config.epochs, "error (% of points)")
    _label(axes, arm.config.epochs, ends)
    title(figure, f"After {arm.config.epochs} epochs the mean error is {' and '.join(finals)}")
    caption(figure, f"Lines: mean over rounds. {_band_text(study)}{STAR * starred} {rounds_text(study, diverged)}")
    return figure


def _mark_published(axes: Axes, study: Study, arm: Arm, metric: str, colour: str) -> bool:
    """Puts a star where the report's number lies at the last epoch; whether there is one."""
    value = published_final(study.name, arm.name, metric)
    if value is None:
        return False
    axes.plot(
        [arm.config.epochs], [value], marker="*", markersize=11, color=colour, markeredgecolor="black", clip_on=False, zorder=5
    )
    return True


def _finish(axes: Axes, epochs: int, ylabel: str) -> None:
    axes.set_xlim(0, epochs)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _label(axes: Axes, epochs: int, ends: list[tuple[float, str, str]]) -> None:
    label_lines(axes, epochs, [end for end in ends if math.isfinite(end[0])])


def arm_colour(study: Study, name: str) -> str:
    """The colour an arm has in every figure of its study."""
    return COLOURS[[arm.name for arm in study.arms].index(name) % len(COLOURS)]


def arm_style(study: Study, name: str) -> str:
    """The line style an arm has in every figure of its study, so that colour is not all that tells arms apart."""
    return LINE_STYLES[[arm.name for arm in study.arms].index(name) % len(LINE_STYLES)]


def _many_arms(study: Study, table: pd.DataFrame, quantity: str) -> Figure:
    metrics = [metric for metric in present_metrics(table) if metric.endswith(quantity)]
    if len(study.arms) > MOST_LINES:
        return _small_multiples(study, table, quantity, metrics)
    figure, grid = new_figure(4.4 * len(metrics), 4.2, 1, len(metrics), share=True)
    diverged, starred = 0, False
    for axes, metric in zip(grid[0], metrics, strict=True):
        ends = []
        for arm in study.arms:
            shown = curve(study, table, arm.name, metric)
            colour = arm_colour(study, arm.name)
            axes.fill_between(shown.epochs, shown.low, shown.high, color=colour, alpha=0.18, linewidth=0)
            axes.plot(shown.epochs, shown.mean, arm_style(study, arm.name), color=colour)
            starred |= _mark_published(axes, study, arm, metric, colour)
            ends.append((shown.mean[-1], arm.name, colour))
            diverged += shown.diverged if metric == metrics[0] else 0
        _finish(axes, max(arm.config.epochs for arm in study.arms), _axis_name(study, metric))
        _label(axes, max(arm.config.epochs for arm in study.arms), ends)
    title(figure, _ranking(study, table, metrics[-1]))
    text = f"Lines: mean over rounds of each arm. {_band_text(study)}{STAR * starred} {rounds_text(study, diverged)}"
    caption(figure, text)
    return figure


def _small_multiples(study: Study, table: pd.DataFrame, quantity: str, metrics: list[str]) -> Figure:
    columns = min(4, math.ceil(math.sqrt(len(study.arms))))
    rows = math.ceil(len(study.arms) / columns)
    figure, grid = new_figure(2.6 * columns, 2.1 * rows + 0.8, rows, columns, share=True)
    diverged = 0
    for axes, arm in zip(grid.flat, study.arms, strict=False):
        ends = []
        for index, metric in enumerate(metrics):
            shown = curve(study, table, arm.name, metric)
            axes.fill_between(shown.epochs, shown.low, shown.high, color=COLOURS[index], alpha=0.2, linewidth=0)
            axes.plot(shown.epochs, shown.mean, LINE_STYLES[index], color=COLOURS[index])
            ends.append((shown.mean[-1], SPLIT_NAMES[metric.removesuffix(f"_{quantity}")], COLOURS[index]))
            diverged += shown.diverged if metric == metrics[0] else 0
        axes.set_title(arm.name, fontsize=9)
        _finish(axes, arm.config.epochs, "")
        axes.set_xlabel("")
        _label(axes, arm.config.epochs, ends)
    for axes in list(grid.flat)[len(study.arms) :]:
        axes.set_visible(False)
    figure.supylabel("error (% of points)" if quantity == "error" else "loss", fontsize=9)
    title(figure, _ranking(study, table, metrics[-1]))
    caption(figure, f"Across: epoch. Lines: mean over rounds. {_band_text(study)} {rounds_text(study, diverged)}")
    return figure


def _axis_name(study: Study, metric: str) -> str:
    split, quantity = metric.split("_")
    if quantity == "error":
        return f"{SPLIT_NAMES[split]} error (% of points)"
    losses = {LOSS_NAMES[arm.config.loss] for arm in study.arms}
    return f"{SPLIT_NAMES[split]} loss ({' or '.join(sorted(losses))})"


def _ranking(study: Study, table: pd.DataFrame, metric: str) -> str:
    """Which arm ends lowest and which highest, with their means."""
    scale, unit = (100, " %") if metric.endswith("error") else (1, "")
    means = {}
    for arm in study.arms:
        final = summarise(final_values(table, arm.name, metric).to_numpy() * scale)
        if final.n:
            means[arm.name] = final.mean
    if not means:
        return "Every trial diverged"
    split, quantity = metric.split("_")
    best, worst = min(means, key=lambda name: means[name]), max(means, key=lambda name: means[name])
    return (
        f"Mean {SPLIT_NAMES[split]} {quantity} ends lowest with {best} ({means[best]:.3g}{unit}) "
        f"and highest with {worst} ({means[worst]:.3g}{unit})"
    )
