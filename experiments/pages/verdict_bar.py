"""The verdicts as one stacked bar, and what each of them means."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.claims.outcome import Outcome
from experiments.verdicts.ledger import count_outcomes

MEANINGS = {
    Outcome.REPRODUCED: "what was printed holds, and studies of that size would show it",
    Outcome.SMALL_OFFSET: "close to what was printed, but outside what such studies print",
    Outcome.COMPATIBLE: "within what so few runs scatter, which would fit many other numbers too",
    Outcome.UNDECIDED: "our seeds are too few to tell",
    Outcome.NOT_REPRODUCED: "what was printed does not come out",
    Outcome.NOT_TESTABLE: "no run could tell",
}


@dataclass(frozen=True)
class Segment:
    """A verdict's part of the bar: how many claims have it, how many of these under settings found by search."""

    verdict: str
    count: int
    fitted: int
    percent: float
    meaning: str


def verdict_segments(ledger: pd.DataFrame) -> list[Segment]:
    """The verdicts that occur, in their order."""
    counts = count_outcomes(ledger)
    return [
        Segment(
            verdict=str(outcome),
            count=int(row.sum()),
            fitted=int(row["fitted"]),
            percent=round(100 * float(row.sum()) / len(ledger), 2),
            meaning=MEANINGS[Outcome(str(outcome))],
        )
        for outcome, row in counts.iterrows()
        if row.sum()
    ]
