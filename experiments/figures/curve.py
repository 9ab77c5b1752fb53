"""One curve over epochs, and what all figures of curves share."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.figures.style import BAND, label_lines
from experiments.published import published_final
from experiments.statistics import interval_of_mean
from experiments.study import Arm, Study
from experiments.tables import curves, groups_of

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
        left = np.isfinite(self.rounds).any(0)
        found[:, left] = np.nanquantile(self.rounds[:, left], shares, axis=0)
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


def rounds_text(study: Study, diverged: int = 0) -> str:
    """`n = 10 rounds (seeds 0 to 9).`, and how many diverged."""
    seeds = study.seeds
    plural = "s" if len(seeds) > 1 else ""
    text = f"n = {len(seeds)} round{plural} (seed{plural} {seeds[0]}{f' to {seeds[-1]}' if plural else ''})."
    return text + (f" {diverged} diverged and are left out from there." if diverged else "")


def band_text(study: Study) -> str:
    """What the band is."""
    return BAND if study.rounds > 1 else "One round has no interval."


def mark_published(axes: Axes, study: Study, arm: Arm, metric: str, colour: str) -> bool:
    """Puts a star where the report's number lies at the last epoch; whether there is one."""
    value = published_final(study.name, arm.name, metric)
    if value is None:
        return False
    axes.plot(
        [arm.config.epochs], [value], marker="*", markersize=11, color=colour, markeredgecolor="black", clip_on=False, zorder=5
    )
    return True


def finish(axes: Axes, epochs: int, ylabel: str) -> None:
    """Axes from zero to the last epoch."""
    axes.set_xlim(0, epochs)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("epoch")
    axes.set_ylabel(ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def label_ends(axes: Axes, epochs: int, ends: list[tuple[float, str, str]]) -> None:
    """Names the lines that end there, those that have not diverged."""
    label_lines(axes, epochs, [end for end in ends if math.isfinite(end[0])])
