"""Claims in words, as the ledger prints them."""

from __future__ import annotations

import numpy as np

from experiments.claims.wording import arm_of, metric_of, published_number, statement, window_of
from tests.experiments.claims.declared import every_kind


def test_claims_in_words() -> None:
    assert [statement(claim) for claim in every_kind()] == [
        "within 1.2 of 8",
        "a < b",
        "at least 1 of 2 pairs: a = b; b = a",
        "below 0.5",
        "within 15 % of 2",
        "",
        "true",
        "deviation within 0.15 of 0.4",
        "p above 0.05 in 1 of 1 pairs, in most studies of 15",
    ]
    assert [arm_of(claim) for claim in every_kind()] == ["train", "a, b", "a, b", "a", "a, b", "", "", "a", "a, b"]
    assert metric_of(every_kind()[1]) == "train_error" and metric_of(every_kind()[4]) == "e"
    assert window_of(every_kind()[1]) == "final epoch"
    assert np.isnan(published_number(every_kind()[1])) and np.isnan(published_number(every_kind()[3]))
