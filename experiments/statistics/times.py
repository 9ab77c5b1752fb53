"""Medians, ratios and differences of times that were measured in turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtr

Numbers = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Timing:
    """A median with its interval (NaN for fewer than six repeats), and from how many interleaved repeats."""

    value: float
    low: float
    high: float
    repeats: int


def median_of(values: Numbers, level: float = 0.95) -> Timing:
    """The median and its interval between two order statistics, whatever the distribution (David and Nagaraja, 2003, 7.1).

    The k-th smallest and k-th largest of n values enclose the median with probability 1 - 2 P(B < k), B binomial (n, 1/2); k is
    the largest for which that is at least `level`.
    """
    ordered = np.sort(np.asarray(values, float))
    n = len(ordered)
    inside = [k for k in range(1, n // 2 + 1) if 1 - 2 * bdtr(k - 1, n, 0.5) >= level]
    if not inside:
        return Timing(float(np.median(ordered)) if n else math.nan, math.nan, math.nan, n)
    k = inside[-1]
    return Timing(float(np.median(ordered)), float(ordered[k - 1]), float(ordered[n - k]), n)


def over_occasions(values: pd.Series) -> Timing:
    """The median over several occasions, and from the lowest to the highest end of the intervals of each alone.

    On one occasion all repeats share the state of the machine: two runs of one program on one machine had intervals apart in
    one of six ratios. values: one a repeat, with a level `occasion` in the index where there were several.
    """
    if "occasion" not in values.index.names:
        return median_of(values.to_numpy())
    each = [median_of(part.to_numpy()) for _, part in values.groupby(level="occasion")]
    low, high = min(timing.low for timing in each), max(timing.high for timing in each)
    return Timing(float(np.median([timing.value for timing in each])), low, high, len(values))


def by_arm(frame: pd.DataFrame) -> pd.DataFrame:
    """Seconds with one row a repetition, of each occasion if there were several, and one column an arm.

    Raises ValueError where an arm was timed more than one way.
    """
    if frame.groupby("arm")["engine"].nunique().gt(1).any():
        raise ValueError("an arm was timed in several engines; choose one of them first")
    index = ["occasion", "repetition"] if "occasion" in frame else "repetition"
    return frame.pivot(index=index, columns="arm", values="seconds")


def ratio_interval(frame: pd.DataFrame, numerator: str, denominator: str) -> Timing:
    """How many times as long one arm takes as another, with its interval over repetitions."""
    wide = by_arm(frame)
    return over_occasions(wide[numerator] / wide[denominator])


def difference_interval(frame: pd.DataFrame, minuend: str, subtrahend: str) -> Timing:
    """By how many seconds one arm takes longer than another, with its interval over repetitions."""
    wide = by_arm(frame)
    return over_occasions(wide[minuend] - wide[subtrahend])


def summarise_times(frame: pd.DataFrame, reference: str) -> pd.DataFrame:
    """One row an arm, in the order timed: median seconds, and how many times longer the reference arm takes.

    Columns: engine, arm, trials, seconds, seconds_low, seconds_high, ratio, ratio_low, ratio_high, repetitions.
    Raises ValueError where an arm was timed more than one way.
    """
    wide = by_arm(frame)
    rows = []
    for engine, arm, trials in frame.drop_duplicates("arm")[["engine", "arm", "trials"]].itertuples(index=False):
        seconds = over_occasions(wide[arm])
        ratio = over_occasions(wide[reference] / wide[arm])
        rows.append(
            {
                "engine": engine,
                "arm": arm,
                "trials": trials,
                "seconds": seconds.value,
                "seconds_low": seconds.low,
                "seconds_high": seconds.high,
                "ratio": ratio.value,
                "ratio_low": ratio.low,
                "ratio_high": ratio.high,
                "repetitions": seconds.repeats,
            }
        )
    return pd.DataFrame(rows)
