"""Orders of the ledger over windows of epochs, held against the committed means of every epoch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Order
from experiments.claims.quantities import FINAL, How, Quantity, is_percent
from experiments.reports.catalogue import CLAIMS
from experiments.verdicts.ledger_file import read_ledger
from tests.experiments.pending import is_pending
from tests.experiments.test_committed_results import BY_ID, RESULTS, committed, finals

ORDERS = [
    claim
    for claim in CLAIMS
    if isinstance(claim, Order) and len(claim.pairs) == 1 and committed(claim.study) and not is_pending(claim.id)
]
# Some of their runs diverged, or that is what they count: no mean curve has these.
WITH_DIVERGED = ("C4-time-loss", "C4-time-error", "C8")
WINDOWED = [
    claim.id
    for claim in ORDERS
    if {claim.pairs[0].lower.window, claim.pairs[0].higher.window} != {FINAL} and claim.id not in WITH_DIVERGED
]


def from_means(study: str, quantity: Quantity) -> float:
    """What a window makes of the mean curve; of a mean over epochs, that is the mean over seeds of what it makes of each."""
    table = pd.read_csv(RESULTS / f"{study}.means.csv.gz")
    rows = table[(table["arm"] == quantity.arm) & (table["metric"] == quantity.metric)].sort_values("epoch")
    curve = rows.set_index("epoch")["mean"] * (100 if is_percent(quantity.metric) else 1)
    window = quantity.window
    if window.how is How.LOWEST:
        return float(curve[curve.index > 0].rolling(window.tail).mean().min())
    inside = curve.iloc[-window.tail :] if window.first is None else curve.loc[window.first : window.last]
    return float(inside.mean())


def test_the_orders_over_windows_are_those_that_final_values_cannot_decide():
    assert WINDOWED == ["B1", "B2-above-mse", "B2-above-minimum", "B3-train-loss", "B3-validation-loss"]
    assert len(ORDERS) == 16


@pytest.mark.parametrize("claim", WINDOWED)
def test_an_order_over_a_window_is_that_of_the_mean_curves(claim):
    """Means are committed with four digits."""
    ledger = read_ledger(RESULTS)
    assert ledger is not None
    row = ledger.set_index("claim").loc[claim]
    (pair,) = BY_ID[claim].pairs
    lower, higher = (from_means(BY_ID[claim].study, side) for side in (pair.lower, pair.higher))
    assert row["diverged"] == 0 and np.isfinite([lower, higher]).all()
    assert row["ours"] == pytest.approx(higher - lower, rel=2e-3, abs=1e-3 * abs(higher))


def test_the_share_that_diverges_is_that_of_the_final_values():
    ledger = read_ledger(RESULTS)
    assert ledger is not None
    row, (pair,) = ledger.set_index("claim").loc["C8"], BY_ID["C8"].pairs
    lost = [finals(BY_ID["C8"].study, side.arm, "train_loss").isna().mean() for side in (pair.lower, pair.higher)]
    assert row["ours"] == pytest.approx(100 * (lost[1] - lost[0]), rel=1e-4) and lost[1] > 0.1
    diverged = ledger.set_index("claim").loc[["C4-time-loss", "C4-time-error"], "diverged"]
    assert set(diverged) == {round(130 * lost[1])}
