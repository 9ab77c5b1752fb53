"""Everything in one file that needs no network: `results/index.html`, from the same content as the Markdown page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.claims.finding import Section
from experiments.claims.outcome import Outcome
from experiments.formatting import number
from experiments.output.manifest import Manifest, read_manifest
from experiments.pages import content
from experiments.pages.content import Page
from experiments.reports.catalogue import REPORTS
from experiments.reports.describe import command_of, format_settings
from experiments.reports.plan import Plan

# A sign beside the colour of each verdict, so that colour is not all that tells them apart.
SIGNS = {
    Outcome.REPRODUCED: "✓",
    Outcome.SMALL_OFFSET: "✓",
    Outcome.COMPATIBLE: "≈",
    Outcome.UNDECIDED: "?",
    Outcome.NOT_REPRODUCED: "✗",
    Outcome.NOT_TESTABLE: "·",
}
DETAILS = {
    "arm": "arm",
    "metric": "metric",
    "window": "epochs",
    "n": "runs behind the published number",
    "level": "level of the interval",
    "margin": "margin",
    "margin_reason": "why that margin",
    "prediction_low": "a study of that size would print at least (2.5 %)",
    "prediction_high": "a study of that size would print at most (97.5 %)",
    "p": "p",
    "p_holm": "p, adjusted for the report's claims (Holm)",
    "better": "share of seeds with the published order",
    "diverged": "trials that diverged",
    "contradicts": "contradicts",
    "detail": "detail",
    "note": "note",
}


@dataclass(frozen=True)
class StudyView:
    """A study on the page: what ran, and the digests by which its data can be known again."""

    plan: Plan
    command: str
    settings: str
    description: Manifest | None
    summary: pd.DataFrame


def html_page(page: Page, folder: Path) -> str:
    """The page as HTML, with the pictures that are in the folder inside it."""
    environment = Environment(
        loader=PackageLoader("experiments.pages", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(
        inline=inline, cells=_cells, embedded=lambda picture: embedded(folder / picture.file), number=number
    )
    pictures = {report: list(content.pictures_of(report, folder, page.of(report))) for report in page.reports}
    studies = {report: [_study(plan, page, folder) for plan in page.of(report)] for report in page.reports}
    described = [view.description for views in studies.values() for view in views if view.description]
    return environment.get_template("index.html").render(
        page=page,
        reports=REPORTS,
        content=content,
        counts=content.verdict_counts(page.ledger),
        claims=list(claim_views(page.ledger)),
        signs={str(outcome): sign for outcome, sign in SIGNS.items()},
        slug=slug,
        kinds=list(Section),
        pictures=pictures,
        studies=studies,
        shown_files={picture.file for found in pictures.values() for picture in found},
        computed=described[0].computed_by if described else {},
    )


def claim_views(ledger: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """For each claim its texts, the numbers that columns are sorted by, and the details that it has."""
    for row in ledger.itertuples():
        shown = {label: _detail(getattr(row, name)) for name, label in DETAILS.items()}
        yield {
            "row": row,
            "published": content.published_text(row),
            "ours": content.ours_text(row),
            "share": content.share_text(row),
            "needs": content.needs_text(row),
            "details": {label: text for label, text in shown.items() if text},
        }


def _detail(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "" if value in ("", None) or pd.isna(value) else str(value)


def _study(plan: Plan, page: Page, folder: Path) -> StudyView:
    study = plan.study
    return StudyView(
        plan=plan,
        command=f"{command_of(plan.spec, plan.reading)} --rounds {study.rounds}",
        settings=format_settings(plan.settings) or "the defaults",
        description=read_manifest(folder, study.name),
        summary=content.study_summary(study, page.tables[study.name]),
    )


def embedded(path: Path) -> Mapping[str, Any]:
    """A PNG as a data address, and its width and height in pixels, by which a page keeps its place free."""
    data = path.read_bytes()
    width, height = (int.from_bytes(data[start : start + 4]) for start in (16, 20))
    return {"src": f"data:image/png;base64,{base64.b64encode(data).decode()}", "width": width, "height": height}


def slug(text: str) -> str:
    """The text as part of an id or class."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def inline(text: str) -> Markup:
    """The text with `code` and *emphasis* as elements."""
    elements = {"`": "code", "*": "em"}
    pattern = re.compile(r"([`*])(.+?)\1")
    return Markup(pattern.sub(lambda found: f"<{elements[found[1]]}>{found[2]}</{elements[found[1]]}>", str(escape(text))))


def _cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    for row in frame.itertuples(index=False):
        yield [number(cell) if isinstance(cell, float) else str(cell) for cell in row]
