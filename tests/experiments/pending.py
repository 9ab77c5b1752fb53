"""Which rows of the committed ledger wait for it to be made anew: claims declared or changed since it was written."""

from __future__ import annotations

import math
from fnmatch import fnmatch

import pandas as pd

from experiments.claims.kinds import Claim
from experiments.claims.wording import published_number, statement
from experiments.reports.catalogue import CLAIMS

# To be emptied when results/thousand-seeds is made anew; a claim that ends in * stands for all that begin so.
DECLARED_SINCE = (
    *("B11-*", "C4-time-*", "C8", "D8-time-relu-normal-*", "D8-time-relu-uniform-*", "D8-time-tanh-*-*", "D8-time-sigmoid-*-*"),
    *("D9", "D10", "D11-*", "E1-torch-*", "E6", "F4-vmap-*", "F7-*", "F8-*"),
)
CHANGED_SINCE = ("C3", "C6", "C7", "D1-*", "D3", "D5-*", "E5")
GONE_SINCE = ("D8-time-*", "F7")
# Findings whose words have changed, or rest on rows above.
FINDINGS_SINCE = (
    "Most printed numbers can only be compatible: too few runs stand behind them",
    "Cross-entropy classifies a little better than the squared error",
    "With as many steps, full batches find the better minima",
    "A framework written by hand is as good as PyTorch",
    "A deviation over runs on one data set leaves out the luck of the data",
    "Hardly any luck belongs to one source alone",
    "Table 1 contradicts the sentence on it",
    "A rate of 0.01 is not quasi-optimal for each network",
    "A deviation of 0.22 points is too small for fifteen ReLU runs",
    "By the report's own scores SGD generalises worst",
    "Adadelta is not slow",
    "Mini-batches are the more robust",
)


def is_pending(claim: str) -> bool:
    """Whether a claim has no row yet."""
    return any(fnmatch(claim, pattern) for pattern in DECLARED_SINCE)


def declared_since(ledger: pd.DataFrame) -> set[str]:
    """Claims that the ledger has no row of."""
    return {claim.id for claim in CLAIMS} - set(ledger["claim"])


def changed_since(ledger: pd.DataFrame) -> set[str]:
    """Claims whose row says something else is published, or has to hold, or is of another kind."""
    rows = {row.claim: row for row in ledger.itertuples()}
    return {claim.id for claim in CLAIMS if claim.id in rows and _differs(claim, rows[claim.id])}


def _differs(claim: Claim, row: object) -> bool:
    published = published_number(claim)
    same = math.isnan(published) == math.isnan(row.published) and not abs(published - row.published) > 1e-6  # type: ignore[attr-defined]
    return not same or row.statement != statement(claim) or row.kind != claim.kind  # type: ignore[attr-defined]


# Studies that were declared since: the next thousand seeds run them.
PENDING_STUDIES = {
    "compare-vmap",
    "sweep-optimizers-adadelta-1e-8",
    "fernandez-batches-batchmean-0.003",
    "fernandez-batches-textbook",
    "sweep-dropout-relu",
    "sweep-dropout-relu-200",
}
# Studies that run more seeds than were committed.
MORE_ROUNDS_SINCE = {"compare-torch", "compare-torch-epoch-average", "compare-torch-centred", "sweep-dropout"}
