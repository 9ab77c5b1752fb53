"""The judge judged: made-up reports whose truth is known, how often each verdict is given, and how often it is wrong.

Stored final errors are cut in two halves at random, whole data sets at a time. One half is ours; the other makes a report:
its n runs, or a second arm, moved by so many margins. As both halves come from the same settings, what was added is the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.claims.kinds import Claim, Equal, Order, Pair, Value
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity, default_margin
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.rules import MIN_SEEDS

METRIC = "test_error"
STUDY, OURS, THEIRS = "stored", "ours", "theirs"
VERDICTS = tuple(outcome for outcome in Outcome if outcome is not Outcome.NOT_TESTABLE)
HOLDS = (Outcome.REPRODUCED, Outcome.SMALL_OFFSET)
# As often as full batches diverged in the study of batches: 16 of 130 runs.
DIVERGING = 0.12


@dataclass(frozen=True)
class Situation:
    """What is claimed (value, order, equal), by how many margins the truth is off, and how many runs the report has.

    case: what else is special: `diverging` runs on both sides, or `clustered`, seeds that share data sets.
    """

    kind: str
    shift: float
    runs: int = 10
    case: str = ""

    def is_wrong(self, outcome: Outcome) -> bool:
        """Whether a verdict contradicts the truth. Of a value that is off by exactly a margin neither verdict does."""
        if outcome is Outcome.NOT_REPRODUCED:
            return self.shift > 0 if self.kind == "order" else self.shift < 1
        too_far = {"order": self.shift <= 0, "value": self.shift > 1, "equal": self.shift >= 1}
        return outcome in HOLDS and too_far[self.kind]


SITUATIONS = (
    *(Situation("value", shift) for shift in (0, 0.5, 1, 2)),
    *(Situation("value", 0, runs) for runs in (1, 100)),
    *(Situation("value", 2, runs) for runs in (1, 100)),
    *(Situation("value", shift, case="diverging") for shift in (0, 2)),
    *(Situation("value", shift, 15, "clustered") for shift in (0, 2)),
    *(Situation("order", shift) for shift in (0, 0.5, 1, 2)),
    *(Situation("order", shift, case=case) for case in ("diverging", "clustered") for shift in (0, 1)),
    *(Situation("equal", shift) for shift in (0, 0.5, 1, 2)),
    *(Situation("equal", shift, case="clustered") for shift in (0, 1)),
)


def calibrate(
    single: np.ndarray,
    clustered: np.ndarray,
    reports: int,
    seed: int = 0,
    situations: Sequence[Situation] = SITUATIONS,
) -> pd.DataFrame:
    """One row a situation: claim, shift, runs, case, reports, the share of each verdict and of wrong ones.

    Args:
        single: final errors in percent (units, 1), of seeds with a data set each.
        clustered: (data sets, seeds of each).

    Raises ValueError for so few values that a half of them gives no verdict.
    """
    for values in (single, clustered):
        if len(values) // 2 * values.shape[1] < MIN_SEEDS:
            raise ValueError(f"{values.size} trials are too few: each half needs {MIN_SEEDS}")
    generator = np.random.default_rng(seed)
    rows = []
    for situation in situations:
        values = clustered if situation.case == "clustered" else single
        outcomes = [judge(*made_up(situation, values, generator)).outcome for _ in range(reports)]
        rows.append(_row(situation, outcomes))
    return pd.DataFrame(rows)


def made_up(situation: Situation, values: np.ndarray, generator: np.random.Generator) -> tuple[Claim, Tables]:
    """A claim and our evidence, of two halves of the units (units, seeds of each) that have none in common."""
    units = generator.permutation(len(values))
    half = len(values) // 2
    ours, theirs = (values[part].reshape(-1).copy() for part in (units[:half], units[half : 2 * half]))
    margin, _ = default_margin(METRIC, float(values.mean()))
    if situation.case == "diverging":
        for side in (ours, theirs):
            side[generator.random(len(side)) < DIVERGING] = np.nan
    theirs += situation.shift * margin
    per_data_set = {STUDY: values.shape[1]}
    extra = {(STUDY, name, METRIC): pd.Series(side) for name, side in ((OURS, ours), (THEIRS, theirs))}
    return _claim(situation, theirs, margin), Tables(extra=extra, seeds_per_data_set=per_data_set)


def _claim(situation: Situation, theirs: np.ndarray, margin: float) -> Claim:
    stated: Any = {"id": "made-up", "report": "", "place": "", "quote": "", "study": STUDY, "n": situation.runs}
    ours, other = (Quantity(name, METRIC) for name in (OURS, THEIRS))
    if situation.kind == "value":
        # Printed with two decimals; runs that diverged don't count.
        published = round(float(np.nanmean(theirs[: situation.runs])), 2)
        return Value(**stated, quantity=ours, published=published, margin=margin)
    pairs = (Pair(ours, other),)
    return (
        Order(**stated, pairs=pairs)
        if situation.kind == "order"
        else Equal(**stated, pairs=pairs, margin=margin, margin_reason="")
    )


def _row(situation: Situation, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    shares = {str(verdict): outcomes.count(verdict) / len(outcomes) for verdict in VERDICTS}
    wrong = sum(situation.is_wrong(outcome) for outcome in outcomes) / len(outcomes)
    named = {"claim": situation.kind, "shift": situation.shift, "runs": situation.runs, "case": situation.case}
    return {**named, "reports": len(outcomes), **shares, "wrong": wrong}
