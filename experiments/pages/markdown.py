"""The page that shows every study beside what was published, in Markdown: `results/README.md`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.formatting import number
from experiments.pages.content import (
    CLAIMS_NOTE,
    FITTED_NOTE,
    TIMES_NOTE,
    Page,
    chance_sentence,
    declared_sentence,
    needs_text,
    ours_text,
    pictures_of,
    published_text,
    share_text,
    study_summary,
    verdict_counts,
)
from experiments.reports.catalogue import REPORTS
from experiments.reports.describe import command_of, format_settings
from experiments.reports.plan import Plan


def markdown_page(page: Page, folder: Path) -> str:
    """The page as Markdown; it shows those pictures that are in the folder."""
    return "\n".join(_lines(page, folder)) + "\n"


def _lines(page: Page, folder: Path) -> Iterator[str]:
    yield "# Five reports, run again"
    yield ""
    yield from _introduction(page)
    for report in page.reports:
        yield f"## {REPORTS[report].authors} (`{report}`)"
        yield ""
        yield from _claims(page.ledger[page.ledger["report"] == report])
        yield from _pictures(report, folder)
        for plan in page.of(report):
            yield from _study(plan, page.tables[plan.study.name])
    if page.times:
        yield "## Times"
        yield ""
        yield TIMES_NOTE
        yield ""
        for name, times in page.times.items():
            yield f"**{name}**"
            yield ""
            yield from markdown_table(times)


def _introduction(page: Page) -> Iterator[str]:
    yield "Written by `minifw reproduce`; every number is rebuilt from stored trials. Stars in figures are published values."
    if page.findings:
        yield "What it all says: [FINDINGS.md](FINDINGS.md)."
    yield "With filters and every figure in one file: [index.html](index.html), to be downloaded and opened in a browser."
    yield ""
    yield from markdown_table(verdict_counts(page.ledger))
    yield f"{FITTED_NOTE} {chance_sentence(page.ledger)} {declared_sentence()}"
    yield ""


def _claims(rows: pd.DataFrame) -> Iterator[str]:
    claims = list(rows.itertuples())
    shown = pd.DataFrame(
        {
            "claim": [f"{row.claim}: “{row.quote}” ({row.place})" for row in claims],
            "published": [published_text(row) for row in claims],
            "ours": [ours_text(row) for row in claims],
            "must hold": list(rows["statement"]),
            "seeds": list(rows["seeds"]),
            "as far out": [share_text(row) for row in claims],
            "verdict": [_verdict(row) for row in claims],
            "otherwise under": list(rows["readings"]),
        }
    )
    yield "### Claims"
    yield ""
    yield CLAIMS_NOTE
    yield ""
    yield from markdown_table(shown)


def _verdict(row: Any) -> str:
    text = f"**{row.verdict}**" + (" (fitted)" if row.fitted else "")
    text = ", ".join(part for part in (text, needs_text(row)) if part)
    return f"{text}: {row.detail}" if row.detail else text


def _pictures(report: str, folder: Path) -> Iterator[str]:
    yield "### Figures and tables of the report"
    yield ""
    heading = ""
    for picture in pictures_of(report, folder):
        if picture.place and heading != picture.place:
            heading = picture.place
            yield f"**{picture.place}**: {picture.shows}."
            yield ""
        yield f"![{picture.alt}]({picture.file})"
        yield ""


def _study(plan: Plan, table: pd.DataFrame) -> Iterator[str]:
    yield f"### {plan.spec.title}" + (f", reading `{plan.reading}`" if plan.reading else "")
    yield ""
    yield f"`{command_of(plan.spec, plan.reading)} --rounds {plan.study.rounds}`{' (fitted)' * plan.fitted}. {plan.note}"
    yield ""
    yield f"Settings: `{format_settings(plan.settings) or 'the defaults'}`."
    yield ""
    yield from markdown_table(study_summary(plan.study, table))


def markdown_table(frame: pd.DataFrame) -> Iterator[str]:
    """The lines of a frame as a Markdown table, and an empty one after it."""
    yield "| " + " | ".join(map(str, frame.columns)) + " |"
    yield "|" + "---|" * len(frame.columns)
    for row in frame.itertuples(index=False):
        cells = (number(cell) if isinstance(cell, float) else str(cell) for cell in row)
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    yield ""
