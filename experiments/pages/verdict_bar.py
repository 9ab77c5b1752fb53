"""The verdicts as one stacked bar, and what each of them means."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.claims.outcome import Outcome
from experiments.verdicts.ledger import MIXED, count_claims

MEANINGS: dict[str, str] = {
    Outcome.REPRODUCED: "what was printed holds, and studies of that size would show it",
    Outcome.SMALL_OFFSET: "close to what was printed, but outside what such studies print",
    Outcome.COMPATIBLE: "within what so few runs scatter, which would fit many other numbers too",
    Outcome.AT_THE_MARGIN: "so near the edge of what counts that no affordable number of seeds would tell",
    Outcome.UNDECIDED: "our seeds are too few to tell",
    Outcome.NOT_REPRODUCED: "what was printed does not come out",
    Outcome.NOT_TESTABLE: "no run could tell",
    MIXED: "parts of the claim come out differently",
}


@dataclass(frozen=True)
class Segment:
    """A verdict's part of the bar: how many claims have it, how many of these under settings found by search.

    rows: how many rows of the ledger have it, whatever their claim's other rows have; no row is mixed.
    """

    verdict: str
    count: int
    fitted: int
    percent: float
    meaning: str
    rows: int


def verdict_segments(ledger: pd.DataFrame) -> list[Segment]:
    """The verdicts that occur, in their order; counted are claims, not their rows."""
    counts = count_claims(ledger)
    claims = int(counts.to_numpy().sum())
    return [
        Segment(
            verdict=str(outcome),
            count=int(row.sum()),
            fitted=int(row["fitted"]),
            percent=round(100 * float(row.sum()) / claims, 2),
            meaning=MEANINGS[str(outcome)],
            rows=int((ledger["verdict"] == outcome).sum()),
        )
        for outcome, row in counts.iterrows()
        if row.sum()
    ]
