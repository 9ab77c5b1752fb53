"""What share of a variance each of several sources of chance owns, from blocks of squares that cross one source with the rest.

In a square y[i, j] row i draws the source anew and column j everything else, so that y = mean + row + column + both with
independent parts. Their variances are estimated by analysis of variance (Searle, Casella, McCulloch, Variance Components, 1992,
section 4.3), without bias whatever the distributions. The share of the rows is Sobol's first-order index of the source, that of
rows and both together its total index (Saltelli and others, Global Sensitivity Analysis, 2008, section 4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from experiments.statistics.bootstrap import RESAMPLES, expanded_level, resampled_means

LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """A share of the variance in [0, 1], with its interval. What comes out negative, as it may by chance, is shown as 0."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LuckShares:
    """Shares of one variance; alone, interactions and test_set add up to 1 but for what is shown as 0.

    alone: what each source owns by itself. together: that and all it does jointly with others. interactions: what no source
    owns by itself. test_set: what the finite test set owns, None where that is not apart. deviation: root of the variance.
    """

    alone: dict[str, Share]
    together: dict[str, Share]
    interactions: Share
    test_set: Share | None
    deviation: float


def components(squares: np.ndarray) -> np.ndarray:
    """Variances of rows, columns and both (..., 3) of squares (..., g, g), estimated without bias; they may be negative.

    With MS_r = g sum_i (m_i. - m)^2 / (g - 1), MS_c likewise and MS_b the mean square of what rows and columns leave, with
    (g - 1)^2 degrees of freedom: (MS_r - MS_b) / g, (MS_c - MS_b) / g, MS_b.
    """
    size = squares.shape[-1]
    mean = squares.mean((-2, -1), keepdims=True)
    rows, columns = squares.mean(-1, keepdims=True) - mean, squares.mean(-2, keepdims=True) - mean
    left = squares - mean - rows - columns
    of_rows, of_columns = (size * (part**2).sum((-2, -1)) / (size - 1) for part in (rows, columns))
    both = (left**2).sum((-2, -1)) / (size - 1) ** 2
    return np.stack([(of_rows - both) / size, (of_columns - both) / size, both], -1)


def luck_shares(squares: Mapping[str, np.ndarray], test_set: np.ndarray | None = None, level: float = LEVEL) -> LuckShares:
    """The shares of each source.

    Args:
        squares: source -> (blocks, g, g), the rows of which draw that source anew.
        test_set: (blocks,) a variance that comes on top of what the squares show; none where they have it in them.
    """
    found = {source: components(cells) for source, cells in squares.items()}
    # Every square estimates the same variance of a single trial: rows, columns and both.
    shown = np.mean([parts.sum(-1) for parts in found.values()], 0)
    whole = shown if test_set is None else shown + test_set
    owned = {source: parts[:, 0] for source, parts in found.items()}
    return LuckShares(
        alone={source: share(part, whole, level) for source, part in owned.items()},
        together={source: share(parts[:, 0] + parts[:, 2], whole, level) for source, parts in found.items()},
        interactions=share(shown - np.sum(list(owned.values()), 0), whole, level),
        test_set=None if test_set is None else share(test_set, whole, level),
        deviation=float(np.sqrt(max(0.0, whole.mean()))),
    )


def share(part: np.ndarray, whole: np.ndarray, level: float = LEVEL) -> Share:
    """The mean of part (blocks,) over the mean of whole (blocks,), with the interval of a bootstrap over blocks.

    NaN where the whole is nothing.
    """
    if whole.mean() <= 0:
        return Share(np.nan, np.nan, np.nan)
    means = resampled_means(np.column_stack([part, whole]), resamples=RESAMPLES)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = means[:, 0] / means[:, 1]
    tail = (1 - expanded_level(level, len(part))) / 2
    low, high = np.nanquantile(ratios, [tail, 1 - tail])
    return Share(*(float(np.clip(value, 0, 1)) for value in (part.mean() / whole.mean(), low, high)))
