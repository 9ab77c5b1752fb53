"""One curve over epochs, and what all figures of curves share."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.analysis.tables import curves, groups_of
from experiments.config.study import Study
from experiments.config.trial import TrialConfig
from experiments.config.user_files import UserFile
from experiments.figures.gutter import End, Star, label_gap, star_caption, star_ends
from experiments.figures.style import BAND, label_lines, plain_numbers
from experiments.statistics.bootstrap import interval_of_mean

# Where the highest value shown is more than this many times the lowest, their scale is logarithmic.
FAR_APART = 20
BELOW = " What lies below the logarithmic scale is cut off."
LOSS_NAMES = {"mse": "mean squared error", "cross-entropy": "cross-entropy, nats"}


def loss_name(config: TrialConfig) -> str:
    """What readers know the loss as: a user's own by the name of its class."""
    return config.loss.name if isinstance(config.loss, UserFile) else LOSS_NAMES[config.loss]


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
        return bool((self.mean > 10 * self.quantiles([0.5])[0]).any()) if len(self.rounds) > 1 else False

    def robust(self) -> Curve:
        """The same with the median in place of the mean, and the middle half of the rounds in place of its interval."""
        low, middle, high = self.quantiles([0.25, 0.5, 0.75])
        return dataclasses.replace(self, mean=middle, low=low, high=high)

    def quantiles(self, shares: list[float]) -> np.ndarray:
        """Of the rounds at each epoch, (shares, k), NaN where every round has diverged."""
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
    return curve_of(epochs, values * (100 if metric.endswith("error") else 1), groups_of(study, seeds))


def curve_of(epochs: np.ndarray, values: np.ndarray, groups: np.ndarray | None = None) -> Curve:
    """The curve of rounds (n, k); `groups` has the data set of each where they share some."""
    valid = np.isfinite(values)
    counts = valid.sum(0)
    mean = np.where(counts, np.where(valid, values, 0).sum(0) / np.maximum(counts, 1), np.nan)
    low, high = interval_of_mean(values, groups)
    return Curve(epochs, mean, low, high, values, int((~valid[:, -1]).sum()))


def rounds_text(study: Study, diverged: int = 0, arms: str = "") -> str:
    """`n = 10 rounds (seeds 0 to 9).`, whether it stopped early, and how many diverged, of which arms."""
    seeds = study.seeds
    plural = "s" if len(seeds) > 1 else ""
    text = f"n = {len(seeds)} round{plural} (seed{plural} {seeds[0]}{f' to {seeds[-1]}' if plural else ''})."
    text += f" {study.stopping}; bands are not corrected for that." if study.stopping else ""
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


def finish(axes: Axes, epochs: int, ylabel: str) -> None:
    """Axes from zero to the last epoch."""
    axes.set_xlim(0, epochs)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def scale_values(panels: Iterable[Axes], shown: Sequence[Curve], stars: Sequence[Star], rounds: Iterable[float] = ()) -> str:
    """One scale for all panels on which every line, star and round is seen; returns what a caption has to add.

    It begins at 0, unless the lines would end on the axis, so far apart are values: then it is logarithmic.
    """
    lines = np.concatenate([*(one.mean for one in shown), [star.value for star in stars]])
    drawn = np.concatenate([lines, list(rounds)])
    every = np.concatenate([drawn, *(edge for one in shown for edge in (one.low, one.high))])
    highest = float(np.max(every, where=np.isfinite(every), initial=0))
    logarithmic = 0 < FAR_APART * _least_above_zero(lines) < highest
    bottom = _least_above_zero(drawn) / 1.5 if logarithmic else 0
    for axes in panels:
        if logarithmic:
            axes.set_yscale("log")
            axes.set_ylim(bottom, 1.3 * highest)
            plain_numbers(axes)
            axes.set_ylabel(f"{axes.get_ylabel()}, logarithmic" if axes.get_ylabel() else "")
        else:
            axes.set_ylim(0, 1.06 * highest or 1)
    return star_caption(stars) + (BELOW if (every < bottom).any() else "")


def _least_above_zero(values: np.ndarray) -> float:
    return float(np.min(values, where=values > 0, initial=math.inf))


def label_ends(axes: Axes, x: float, ends: Sequence[End], stars: Sequence[Star] = ()) -> None:
    """Names the lines that end at x, those that have not diverged, and the stars beside them."""
    named = [end for end in ends if math.isfinite(end[0])] + star_ends(stars)
    label_lines(axes, x, named, label_gap(axes, stars))
