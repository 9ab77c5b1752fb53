"""What many seeds say about the reports, in words that rest on the ledger: it has the numbers, and the last word.

A finding names the verdicts that it was written from. Where the ledger says otherwise it is not told, but named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.claims.finding import Finding
from experiments.config.luck_design import ONE_DATA_SET

# Rows of a table of shares that are no sources of their own; the largest of the others is what the figure's title names.
NOT_SOURCES = {ONE_DATA_SET}


@dataclass(frozen=True)
class Told:
    """A finding with the ledger's numbers in its text and command, or with what the ledger says otherwise (`against`).

    fitted: whether it rests on settings that were found by search to come near the published numbers.
    """

    finding: Finding
    text: str = ""
    command: str = ""
    fitted: bool = False
    against: tuple[str, ...] = ()


def tell(finding: Finding, ledger: pd.DataFrame, luck: Mapping[str, pd.DataFrame] | None = None) -> Told:
    """The finding as this ledger has it, and as the tables of whose luck the errors of some reports are."""
    rows = {row.claim: row for row in ledger.assign(size=ledger["ours"].abs()).itertuples()}
    against = tuple(
        f"{claim} is {rows[claim].verdict}" if claim in rows else f"{claim} was not run"
        for claim, verdict in finding.verdicts.items()
        if claim not in rows or rows[claim].verdict != verdict
    )
    shares = {report: table.set_index("source")["alone"].to_dict() for report, table in (luck or {}).items()}
    against += tuple(
        f"whose luck {report}'s errors are was not computed" if report not in shares else f"most is not of {source} in {report}"
        for report, source in finding.luck.items()
        if report not in shares or source != max(shares[report].keys() - NOT_SOURCES, key=shares[report].__getitem__)
    )
    if against:
        return Told(finding, against=against)
    # Format's `:.0%` has no space before the sign, as every other number of the pages has.
    text = re.sub(r"(?<=\d)%", " %", finding.text.format(**rows, luck=shares, counts=_counts(ledger)))
    rounds = max(rows[claim].seeds + rows[claim].diverged for claim in finding.verdicts)
    command = finding.command.format(rounds=int(rounds))
    return Told(finding, text, command, any(rows[claim].fitted for claim in finding.verdicts))


def _counts(ledger: pd.DataFrame) -> dict[str, Counter[str]]:
    """Kind of claim -> verdict -> how many rows, and under `all` how many of that kind; a verdict that none has counts 0."""
    return {str(kind): Counter({"all": len(rows), **rows.value_counts()}) for kind, rows in ledger.groupby("kind")["verdict"]}


def tell_all(findings: Sequence[Finding], ledger: pd.DataFrame, luck: Mapping[str, pd.DataFrame] | None = None) -> list[Told]:
    """All findings as this ledger has them; none when it bears out none of them, as a ledger of few seeds does."""
    told = [tell(finding, ledger, luck) for finding in findings]
    return told if any(not one.against for one in told) else []
