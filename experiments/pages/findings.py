"""What many seeds say about the reports, in words that rest on the ledger: it has the numbers, and the last word.

A finding names the verdicts that it was written from. Where the ledger says otherwise it is not told, but named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from experiments.claims.finding import Finding, Section


@dataclass(frozen=True)
class Told:
    """A finding with the ledger's numbers in it, or with what the ledger says otherwise (`against`).

    fitted: whether it rests on settings that were found by search to come near the published numbers.
    """

    finding: Finding
    text: str = ""
    fitted: bool = False
    against: tuple[str, ...] = ()


def tell(finding: Finding, ledger: pd.DataFrame) -> Told:
    """The finding as this ledger has it."""
    rows = {row.claim: row for row in ledger.assign(size=ledger["ours"].abs()).itertuples()}
    against = tuple(
        f"{claim} is {rows[claim].verdict}" if claim in rows else f"{claim} was not run"
        for claim, verdict in finding.verdicts.items()
        if claim not in rows or rows[claim].verdict != verdict
    )
    if against:
        return Told(finding, against=against)
    return Told(finding, finding.text.format(**rows), any(rows[claim].fitted for claim in finding.verdicts))


def tell_all(findings: Sequence[Finding], ledger: pd.DataFrame) -> list[Told]:
    """All findings as this ledger has them; none when it bears out none of them, as a ledger of few seeds does."""
    told = [tell(finding, ledger) for finding in findings]
    return told if any(not one.against for one in told) else []


def findings_page(told: Sequence[Told]) -> str:
    """The findings as Markdown."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Sequence[Told]) -> Iterator[str]:
    yield "# What many seeds say about five reports"
    yield ""
    yield (
        "Written by `minifw reproduce` from the ledger `claims.csv`: each number is the ledger's, and a finding whose verdicts "
        "have changed is not told. *Ours* are means over our seeds, in brackets the interval that decides; shares of single "
        "runs count ties half. [README.md](README.md) has every claim."
    )
    yield ""
    for section in Section:
        of_kind = [one for one in told if one.finding.section is section and not one.against]
        if of_kind:
            yield f"## {section}"
            yield ""
        for one in of_kind:
            yield f"### {one.finding.title}"
            yield ""
            yield one.text
            yield ""
            yield f"`{one.finding.command}` ({', '.join(one.finding.verdicts)}{'; settings fitted to the report' * one.fitted})"
            yield ""
            yield f"![{one.finding.title}]({one.finding.figure})"
            yield ""
    untold = [one for one in told if one.against]
    if untold:
        yield "## Not borne out by this ledger"
        yield ""
        yield from (f"- {one.finding.title}: {'; '.join(one.against)}" for one in untold)
