"""The bar of verdicts: each with its count, those of fitted readings apart, in the order of the outcomes."""

from __future__ import annotations

import pandas as pd

from experiments.claims.outcome import Outcome
from experiments.pages.verdict_bar import MEANINGS, Segment, verdict_segments


def test_segments_are_counts_and_shares_of_the_verdicts_that_occur():
    verdicts = ["compatible", "reproduced", "compatible", "not reproduced", "compatible", "reproduced"]
    ledger = pd.DataFrame({"verdict": verdicts, "fitted": [True, False, False, True, True, False]})
    assert verdict_segments(ledger) == [
        Segment("reproduced", 2, 0, 33.33, MEANINGS[Outcome.REPRODUCED]),
        Segment("compatible", 3, 2, 50.0, MEANINGS[Outcome.COMPATIBLE]),
        Segment("not reproduced", 1, 1, 16.67, MEANINGS[Outcome.NOT_REPRODUCED]),
    ]


def test_every_outcome_has_a_meaning():
    assert list(MEANINGS) == list(Outcome) and len(set(MEANINGS.values())) == len(Outcome)
