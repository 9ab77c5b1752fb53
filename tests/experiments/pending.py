"""Which rows of the committed ledger wait for it to be made anew: claims declared or changed since it was written."""

from __future__ import annotations

import math
from fnmatch import fnmatch

import pandas as pd

from experiments.claims.kinds import Claim
from experiments.claims.wording import published_number, statement
from experiments.reports.catalogue import CLAIMS

# To be emptied when results/thousand-seeds is made anew; a claim that ends in * stands for all that begin so.
DECLARED_SINCE: tuple[str, ...] = ()
CHANGED_SINCE: tuple[str, ...] = ()
GONE_SINCE: tuple[str, ...] = ()
# Findings whose words have changed, or rest on rows above.
FINDINGS_SINCE: tuple[str, ...] = (
    "In four of five networks the largest part of the luck belongs to no source alone",
    "Feng's network does err a little less on its training points",
    "Xavier's start is ahead for a while, and at the end nothing is left of it",
    "Cross-entropy classifies a little better than the squared error",
    "One run had a test error below its training error; most do not",
    "With as many steps, full batches find the better minima",
    "A deviation over runs on one data set leaves out the luck of the data",
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
PENDING_STUDIES: set[str] = set()
# Studies that run more seeds than were committed.
MORE_ROUNDS_SINCE: set[str] = set()
