"""The bar of verdicts: each with its count, those of fitted readings apart, in the order of the outcomes."""

from __future__ import annotations

import pandas as pd

from experiments.claims.outcome import Outcome
from experiments.pages.verdict_bar import MEANINGS, Segment, verdict_segments
from experiments.verdicts.ledger import MIXED


def test_segments_are_counts_and_shares_of_the_verdicts_that_occur():
    verdicts = ["compatible", "reproduced", "compatible", "not reproduced", "compatible", "reproduced"]
    claims = ["A1", "A2", "A3", "A4", "A5", "A6"]
    fitted = [True, False, False, True, True, False]
    ledger = pd.DataFrame({"report": "feng", "claim": claims, "verdict": verdicts, "fitted": fitted})
    assert verdict_segments(ledger) == [
        Segment("reproduced", 2, 0, 33.33, MEANINGS[Outcome.REPRODUCED], 2),
        Segment("compatible", 3, 2, 50.0, MEANINGS[Outcome.COMPATIBLE], 3),
        Segment("not reproduced", 1, 1, 16.67, MEANINGS[Outcome.NOT_REPRODUCED], 1),
    ]


def test_a_claim_whose_parts_come_out_differently_is_one_mixed_claim():
    ledger = pd.DataFrame(
        {
            "report": "feng",
            "claim": ["F3-train", "F3-test", "F1"],
            "verdict": ["compatible", "reproduced", "reproduced"],
            "fitted": False,
        }
    )
    assert verdict_segments(ledger) == [
        Segment("reproduced", 1, 0, 50.0, MEANINGS[Outcome.REPRODUCED], 2),
        Segment(MIXED, 1, 0, 50.0, MEANINGS[MIXED], 0),
    ]


def test_every_outcome_has_a_meaning():
    assert list(MEANINGS) == [*Outcome, MIXED] and len(set(MEANINGS.values())) == len(MEANINGS)
