"""What claims are judged by: one number a trial with the data set it was trained on, and times measured interleaved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd

from experiments.claims.quantities import How, Quantity, Window, is_percent
from experiments.statistics.times import Timing, over_occasions


@dataclass(frozen=True)
class Sample:
    """A quantity by seed, NaN where the trial diverged, and the data set of each seed, both indexed by seed."""

    values: pd.Series
    data_sets: pd.Series

    @property
    def groups(self) -> np.ndarray | None:
        """The data set of each value, when seeds share data sets."""
        return groups_of(self.data_sets)


def groups_of(data_sets: pd.Series) -> np.ndarray | None:
    """The labels, or None when no two seeds share one: then there is nothing to keep together."""
    return None if data_sets.is_unique else data_sets.to_numpy()


class Evidence(Protocol):
    """Where verdicts look things up."""

    def studies(self) -> Collection[str]:
        """Names of the studies that there is evidence of."""

    def sample(self, study: str, quantity: Quantity) -> Sample | None:
        """The quantity of every seed, errors in percent; None where the study, the arm or the metric is missing."""

    def time(self, name: str, numerator: tuple[str, ...], denominator: tuple[str, ...], difference: bool) -> Timing | None:
        """Numerator over denominator in a measurement, or their difference in ms; None where it is missing."""


@dataclass(frozen=True)
class Tables:
    """Evidence in tables.

    Args:
        histories: study -> history table with the columns arm, seed, epoch and the metrics, errors as fractions.
        seeds_per_data_set: study -> how many consecutive seeds share a data set, where that is not 1.
        times: measurement -> what it gave, or a frame of seconds with one row a repetition and one column an arm, as
            `statistics.times.by_arm` makes it; arms that belong together are averaged within each repetition.
        extra: (study, arm, metric) -> values by seed, in the claim's unit, of what histories do not hold.
    """

    histories: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    seeds_per_data_set: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[str, Timing | pd.DataFrame] = field(default_factory=dict)
    extra: Mapping[tuple[str, str, str], pd.Series] = field(default_factory=dict)
    _samples: dict[tuple[str, Quantity], Sample | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _places: dict[str, dict[str, np.ndarray]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def studies(self) -> Collection[str]:
        """See `Evidence`."""
        return self.histories.keys() | {study for study, _, _ in self.extra}

    def sample(self, study: str, quantity: Quantity) -> Sample | None:
        """See `Evidence`."""
        key = study, quantity
        if key not in self._samples:
            self._samples[key] = self._look_up(study, quantity)
        return self._samples[key]

    def _look_up(self, study: str, quantity: Quantity) -> Sample | None:
        size = self.seeds_per_data_set.get(study, 1)
        values = self.extra.get((study, quantity.arm, quantity.metric))
        if values is None and study in self.histories:
            curves = _curves(self._rows(study, quantity.arm), quantity.metric)
            values = None if curves is None else in_window(curves, quantity.window, curves.index.to_numpy() // size)
        if values is None:
            return None
        data_sets = pd.Series(values.index.to_numpy() // size, index=values.index)
        return Sample(values.astype(float), data_sets)

    def _rows(self, study: str, arm: str) -> pd.DataFrame:
        """The rows of an arm; where they are is remembered, as comparing millions of names is what takes time."""
        table = self.histories[study]
        if study not in self._places:
            self._places[study] = dict(table.groupby("arm", sort=False).indices)
        return table.iloc[self._places[study].get(arm, np.array([], int))]

    def time(self, name: str, numerator: tuple[str, ...], denominator: tuple[str, ...], difference: bool) -> Timing | None:
        """See `Evidence`."""
        found = self.times.get(name)
        if not isinstance(found, pd.DataFrame):
            return found
        if not {*numerator, *denominator} <= set(found.columns):
            return None
        over, under = (found[list(columns)].mean(axis=1) for columns in (numerator, denominator))
        return over_occasions(1000 * (over - under) if difference else over / under)


@dataclass(frozen=True)
class HalfOfEvidence:
    """What the even data sets alone say, with parity 0, or the odd ones; no times."""

    whole: Evidence
    parity: int

    def studies(self) -> Collection[str]:
        """See `Evidence`."""
        return self.whole.studies()

    def sample(self, study: str, quantity: Quantity) -> Sample | None:
        """See `Evidence`."""
        sample = self.whole.sample(study, quantity)
        if sample is None:
            return None
        kept = sample.data_sets % 2 == self.parity
        return Sample(sample.values[kept], sample.data_sets[kept])

    def time(self, name: str, numerator: tuple[str, ...], denominator: tuple[str, ...], difference: bool) -> Timing | None:
        """See `Evidence`."""
        return None


def _curves(rows: pd.DataFrame, metric: str) -> pd.DataFrame | None:
    """One row a seed, one column a measured epoch, in the unit of the claims; None where there is nothing to be found."""
    split, _, measure = metric.partition("_")
    parts = {"accuracy": (f"{split}_error",), "loss_gap": (f"{split}_loss", "train_loss")}.get(measure, (metric,))
    if not len(rows) or not set(parts) <= set(rows.columns):
        return None
    wide = [rows.pivot(index="seed", columns="epoch", values=part) for part in parts]
    if wide[0].isna().all(axis=None):
        return None
    values = wide[0] - wide[1] if measure == "loss_gap" else 1 - wide[0] if measure == "accuracy" else wide[0]
    return 100 * values if is_percent(metric) else values


def in_window(curves: pd.DataFrame, window: Window, data_sets: np.ndarray) -> pd.Series:
    """The number that a window makes of each row of curves (seed x epoch); NaN where any epoch in it is, save by DIVERGES."""
    values, measured = curves.to_numpy(), curves.columns.to_numpy()
    if window.how is How.FALLS:
        fell = np.where(np.isnan(values).any(1), np.nan, 100.0 * (np.diff(values, axis=1) < 0).all(1))
        return pd.Series(fell, curves.index)
    if window.how is How.DIVERGES:
        return pd.Series(100.0 * np.isnan(values[:, -1]), curves.index)
    if window.how is How.LOWEST:
        return pd.Series(_lowest(values[:, measured > 0], window.tail, data_sets), curves.index)
    if window.first is None:
        inside = values[:, -window.tail :]
    else:
        inside = values[:, (measured >= window.first) & (measured <= (window.last or window.first))]
    return pd.Series(inside.mean(1) if inside.shape[1] else np.nan, curves.index)


def _lowest(values: np.ndarray, length: int, data_sets: np.ndarray) -> np.ndarray:
    """Each half of the data sets at the window where the other half's mean curve is lowest; see `Window`."""
    odd = data_sets % 2 == 1
    if values.shape[1] < length or odd.all() or not odd.any():
        return np.full(len(values), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(values, length, axis=1).mean(-1)
    valid = np.isfinite(values).all(1)
    result = np.full(len(values), np.nan)
    for mine, others in ((odd, ~odd), (~odd, odd)):
        if (others & valid).any():
            result[mine] = windows[mine, windows[others & valid].mean(0).argmin()]
    return result
