"""A page from its template: `README.md` and `FINDINGS.md` in Markdown, and `index.html`, one file that needs no network."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from PIL import Image

from experiments.claims.finding import Section
from experiments.claims.outcome import Outcome
from experiments.formatting import number
from experiments.pages import content
from experiments.pages.chains import claim_chains
from experiments.pages.content import Page
from experiments.pages.first_picture import first_picture
from experiments.pages.pictures import PictureGroup, picture_groups, study_captions
from experiments.pages.training import engine_text, training_data
from experiments.pages.verdict_bar import verdict_segments
from experiments.pages.views import claim_views, study_views
from experiments.reports.catalogue import REPORTS
from experiments.verdicts.ledger import MIXED

HTML = ".html"
TEMPLATES = ("README.md", "FINDINGS.md", "index.html")
# A sign beside the colour of each verdict, so that colour is not all that tells them apart.
SIGNS: dict[str, str] = {
    Outcome.REPRODUCED: "✓",
    Outcome.SMALL_OFFSET: "✓",
    Outcome.COMPATIBLE: "≈",
    Outcome.AT_THE_MARGIN: "±",
    Outcome.UNDECIDED: "?",
    Outcome.NOT_REPRODUCED: "✗",
    Outcome.NOT_TESTABLE: "·",
    MIXED: "∓",
}


def render(template: str, page: Page, folder: Path) -> str:
    """One of `TEMPLATES` for a run whose pictures and descriptions lie in the folder."""
    return next(render_all((template,), page, folder))


def render_all(templates: Iterable[str], page: Page, folder: Path) -> Iterator[str]:
    """The same for several of them, which have most of what they show in common."""
    groups = {report: list(picture_groups(report, page, folder)) for report in page.reports}
    studies = {report: list(study_views(report, page, folder)) for report in page.reports}
    described = [view.description for views in studies.values() for view in views if view.description]
    shown = {
        "page": page,
        "reports": REPORTS,
        "content": content,
        "counts": content.verdict_counts(page.ledger),
        "claims": list(claim_views(page.ledger)),
        "signs": {str(outcome): sign for outcome, sign in SIGNS.items()},
        "sections": list(Section),
        "groups": groups,
        "studies": studies,
        "computed": described[0].computed_by if described else {},
    }
    for template in templates:
        only_html = _of_html(page, folder, groups) if template.endswith(HTML) else {}
        yield environment().get_template(template).render(shown | only_html)


def _of_html(page: Page, folder: Path, groups: Mapping[str, list[PictureGroup]]) -> dict[str, Any]:
    """What only the page in one file shows. A figure is in it once: with the first finding that it shows."""
    told = [one.finding for one in page.findings if not one.against]
    pictures = {picture.file: picture for of_report in groups.values() for group in of_report for picture in group.pictures}
    illustrated = {finding.figure: finding.title for finding in reversed(told) if finding.figure in pictures}
    # They would take as much room again: each shows only what another reading of the report comes to.
    beside = set(study_captions([plan for plan in page.plans if plan.alternative])) - set(illustrated)
    return {
        "first": first_picture(page),
        "segments": verdict_segments(page.ledger),
        "chains": claim_chains(page),
        "pictures": pictures,
        "illustrated": illustrated,
        "beside": beside,
        "images": embed_all(folder, [file for file in pictures if file not in beside]),
        "training": training_data(page, folder),
        "engine": engine_text(),
    }


def environment() -> Environment:
    """Templates and their filters; only what is HTML is escaped as such."""
    made = Environment(
        loader=PackageLoader("experiments.pages", "templates"),
        autoescape=lambda name: name is not None and name.endswith(HTML),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        slug=slug,
        inline=inline,
        cells=cells,
        markdown_cell=markdown_cell,
    )
    return made


def embed_all(folder: Path, files: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """PNGs of a folder as `embedded` makes them, by name; several at a time, for the encoder needs no lock of Python's."""
    names = list(files)
    with ThreadPoolExecutor() as threads:
        return dict(zip(names, threads.map(lambda name: embedded(folder / name), names), strict=True))


def embedded(path: Path) -> Mapping[str, Any]:
    """A PNG as a data address, and its width and height in pixels, by which a page keeps its place free.

    The same pixels as WebP without loss, which takes a fifth less.
    """
    with Image.open(path) as picture:
        data = BytesIO()
        picture.convert("RGB").save(data, "WEBP", lossless=True, method=4, quality=60)
    width, height = picture.size
    return {"src": f"data:image/webp;base64,{base64.b64encode(data.getvalue()).decode()}", "width": width, "height": height}


def slug(text: str) -> str:
    """The text as part of an id or class."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def inline(text: str) -> Markup:
    """The text with `code` and *emphasis* as elements."""
    elements = {"`": "code", "*": "em"}
    pattern = re.compile(r"([`*])(.+?)\1")
    return Markup(pattern.sub(lambda found: f"<{elements[found[1]]}>{found[2]}</{elements[found[1]]}>", str(escape(text))))


def cells(frame: pd.DataFrame) -> Iterator[list[str]]:
    """The texts of each row."""
    for row in frame.itertuples(index=False):
        yield [number(cell) if isinstance(cell, float) else str(cell) for cell in row]


def markdown_cell(text: object) -> str:
    """The text as it may stand between the bars of a table."""
    return str(text).replace("|", "\\|").replace("\n", " ")
