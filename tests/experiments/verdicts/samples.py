"""Made-up evidence whose right verdict is known, and the shortest claims about it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import ndtri

from experiments.claims.kinds import Claim, Value
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge

STATED = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "s"}
A, B, C, D = (Quantity(name, "test_error") for name in "abcd")


def bell(mean: float, deviation: float = 1.0, seeds: int = 400, seed: int = 0) -> pd.Series:
    """Values that have exactly the quantiles of a normal distribution, in random order."""
    quantiles = ndtri((np.arange(seeds) + 0.5) / seeds)
    return pd.Series(mean + deviation * np.random.default_rng(seed).permutation(quantiles / quantiles.std()))


def tables(**arms: pd.Series) -> Tables:
    """Final test errors by arm."""
    return Tables(extra={("s", arm, "test_error"): values for arm, values in arms.items()})


def value(published: float, n: int, margin: float = 0.6, id: str = "v", fitted: bool = False) -> Value:
    return Value(**STATED, id=id, quantity=A, published=published, n=n, margin=margin, margin_reason="r", fitted=fitted)


def outcome(claim: Claim, evidence: Tables, family: Sequence[float] = ()) -> Outcome:
    return judge(claim, evidence, family).outcome


NOISE = bell(0, 1, 400, 7)


# At the looks the tails are .03, .015 and .005 in place of .05.
SHRINKING = ((0, 1.0, 1000), (1000, 0.6, 4000), (4000, 0.3, 16000), (16000, 0.1, math.inf))


def seeds_that_tell(deviation: float, distance: float, alpha: float, power: float = 0.5, each: int = 1) -> int:
    """The first n with (t + z) s / sqrt(n) <= distance, to two digits upwards, where t is of the tail that n seeds have.

    `each` is how many seeds make one of the values, of which there are n.
    """
    for start, shrunk, end in SHRINKING:
        seeds = each * _first(deviation, distance, alpha * shrunk, power)
        unit = 10 ** (math.floor(math.log10(seeds)) - 1)
        rounded = math.ceil(seeds / unit) * unit
        if rounded < end:
            return max(start, rounded)
    raise AssertionError


def _first(deviation: float, distance: float, alpha: float, power: float) -> int:
    z = stats.norm.ppf(power)
    # Too few, for t is above the normal quantile.
    seeds = max(2, int(((stats.norm.isf(alpha) + z) * deviation / distance) ** 2))
    while (stats.t.isf(alpha, seeds - 1) + z) * deviation > distance * math.sqrt(seeds):
        seeds += 1
    return seeds
