"""One curve over epochs, and what all figures of curves share."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation

from experiments.analysis.tables import curves, groups_of
from experiments.config.study import Arm, Study
from experiments.figures.style import BAND, GAP_POINTS, STAR_GAP_POINTS, label_lines, plain_numbers
from experiments.reports.published import published_finals
from experiments.statistics.bootstrap import interval_of_mean

# Where the highest value shown is more than this many times the lowest, their scale is logarithmic.
FAR_APART = 20
STAR_POINTS = 11
BELOW = " What lies below the logarithmic scale is cut off."
STARS = " Stars: the published values after the last epoch"
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

    @property
    def astray(self) -> bool:
        """Whether single rounds hold the mean far above the others, as a trial on its way to divergence does."""
        return bool((self.mean > 10 * self._quantiles([0.5])[0]).any()) if len(self.rounds) > 1 else False

    def robust(self) -> Curve:
        """The same with the median in place of the mean, and the middle half of the rounds in place of its interval."""
        low, middle, high = self._quantiles([0.25, 0.5, 0.75])
        return dataclasses.replace(self, mean=middle, low=low, high=high)

    def _quantiles(self, shares: list[float]) -> np.ndarray:
        """(shares, k), NaN where every round has diverged."""
        found = np.full((len(shares), len(self.epochs)), np.nan)
        finite = np.isfinite(self.rounds)
        whole = finite.all(0)
        found[:, whole] = np.quantile(self.rounds[:, whole], shares, axis=0)
        for column in np.flatnonzero(finite.any(0) & ~whole):
            found[:, column] = np.nanquantile(self.rounds[:, column], shares)
        return found


def curve(study: Study, table: pd.DataFrame, arm: str, metric: str) -> Curve:
    """An arm's curve; errors come in percent, losses as they are."""
    epochs, seeds, values = curves(table, arm, metric)
    values = values * (100 if metric.endswith("error") else 1)
    valid = np.isfinite(values)
    counts = valid.sum(0)
    mean = np.where(counts, np.where(valid, values, 0).sum(0) / np.maximum(counts, 1), np.nan)
    low, high = interval_of_mean(values, groups_of(study, seeds))
    return Curve(epochs, mean, low, high, values, int((~valid[:, -1]).sum()))


def rounds_text(study: Study, diverged: int = 0, arms: str = "") -> str:
    """`n = 10 rounds (seeds 0 to 9).`, and how many diverged, of which arms."""
    seeds = study.seeds
    plural = "s" if len(seeds) > 1 else ""
    text = f"n = {len(seeds)} round{plural} (seed{plural} {seeds[0]}{f' to {seeds[-1]}' if plural else ''})."
    of = f" of {arms}" if arms else ""
    return text + (f" {diverged}{of} diverged and are left out from there." if diverged else "")


def band_text(study: Study) -> str:
    """What the band is."""
    if study.rounds == 1:
        return "One round has no interval."
    size = study.seeds_per_data_set
    if size == 1:
        return BAND
    if study.data_set(study.seeds[0]) == study.data_set(study.seeds[-1]):
        return "One data set has no interval."
    return f"{BAND.removesuffix('.')}, resampled by whole data sets of {size} rounds."


def mark_published(axes: Axes, study: Study, arm: Arm, metric: str, colour: str) -> tuple[float, ...]:
    """Puts stars where the report's numbers lie at the last epoch; returns them."""
    values = published_finals(study.name, arm.name, metric)
    for value in values:
        (star,) = axes.plot([arm.config.epochs], [value], "*", color=colour, clip_on=False, zorder=5)
        star.set(markersize=STAR_POINTS, markeredgecolor="black")
    return values


def finish(axes: Axes, epochs: int, ylabel: str) -> None:
    """Axes from zero to the last epoch."""
    axes.set_xlim(0, epochs)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def scale_values(panels: Iterable[Axes], shown: Sequence[Curve], stars: Sequence[float], rounds: Iterable[float] = ()) -> str:
    """One scale for all panels on which every line, star and round is seen; returns what a caption has to add.

    It begins at 0, unless the lines would end on the axis, so far apart are values: then it is logarithmic.
    """
    lines = np.concatenate([*(one.mean for one in shown), list(stars)])
    drawn = np.concatenate([lines, list(rounds)])
    every = np.concatenate([drawn, *(edge for one in shown for edge in (one.low, one.high))])
    highest = float(np.max(every, where=np.isfinite(every), initial=0))
    logarithmic = 0 < FAR_APART * _least_above_zero(lines) < highest
    bottom = _least_above_zero(drawn) / 1.5 if logarithmic else 0
    moved = False
    for axes in panels:
        if logarithmic:
            axes.set_yscale("log")
            axes.set_ylim(bottom, 1.3 * highest)
            plain_numbers(axes)
            axes.set_ylabel(f"{axes.get_ylabel()}, logarithmic" if axes.get_ylabel() else "")
        else:
            axes.set_ylim(0, 1.06 * highest or 1)
        moved |= _part_stars(axes)
    beside = ", side by side where one would hide another" if moved else ""
    starred = f"{STARS}{beside}." if stars else ""
    return starred + (BELOW if (every < bottom).any() else "")


def _least_above_zero(values: np.ndarray) -> float:
    return float(np.min(values, where=values > 0, initial=math.inf))


def _part_stars(axes: Axes) -> bool:
    """Moves stars to the left that would hide one of nearly the same height; whether there are any."""
    found = [line for line in axes.get_lines() if line.get_marker() == "*"]
    figure: Any = axes.get_figure(root=True)
    heights = [72 / figure.dpi * float(axes.transData.transform((0, np.ravel(line.get_ydata())[0]))[1]) for line in found]
    placed: list[tuple[int, float]] = []
    for line, height in sorted(zip(found, heights, strict=True), key=lambda pair: pair[1]):
        taken = {column for column, other in placed if height - other < STAR_POINTS}
        column = min(set(range(len(found))) - taken)
        placed.append((column, height))
        line.set_transform(axes.transData + ScaledTranslation(-column * STAR_POINTS / 72, 0, figure.dpi_scale_trans))
    return any(column for column, _ in placed)


def label_ends(axes: Axes, epochs: int, ends: list[tuple[float, str, str]], *, starred: bool = False) -> None:
    """Names the lines that end there, those that have not diverged, and clear of the stars."""
    label_lines(axes, epochs, [end for end in ends if math.isfinite(end[0])], STAR_GAP_POINTS if starred else GAP_POINTS)
