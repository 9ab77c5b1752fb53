"""Made-up evidence whose right verdict is known, and the shortest claims about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
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
