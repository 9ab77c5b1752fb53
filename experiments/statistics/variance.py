"""How much of a spread is between groups, and how much within them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spreads:
    """Of values in groups: standard deviation within a group, and of the groups' true means, as of many values each."""

    within: float
    between: float


def spreads(values: np.ndarray, groups: np.ndarray) -> Spreads:
    """The two components of variance of values (n,) in groups, one label per value, by analysis of variance.

    within^2 = MS_w, between^2 = max(0, (MS_b - MS_w) / k) with MS_w = sum_g sum_i (x_gi - m_g)^2 / (n - G),
    MS_b = sum_g n_g (m_g - m)^2 / (G - 1) and k = (n - sum_g n_g^2 / n) / (G - 1), the usual size of a group (Searle, Casella,
    McCulloch, Variance Components, 1992, section 3.6). NaN with fewer than two groups or no group of two.
    """
    _, index, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    n, count = len(values), len(sizes)
    if count < 2 or n == count:
        return Spreads(math.nan, math.nan)
    means = np.bincount(index, values) / sizes
    within = float(((values - means[index]) ** 2).sum() / (n - count))
    between = float((sizes * (means - values.mean()) ** 2).sum() / (count - 1))
    size = (n - float((sizes**2).sum()) / n) / (count - 1)
    return Spreads(math.sqrt(within), math.sqrt(max(0.0, (between - within) / size)))
