"""Claims and studies as the templates show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.tables import summary_table
from experiments.config.study import Study, engine_words
from experiments.formatting import number
from experiments.output.manifest import Manifest, read_manifest
from experiments.pages.content import Page, needs_text, ours_text, published_text, share_text
from experiments.reports.describe import format_settings
from experiments.reports.plan import Plan

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
    "shown": "share of studies of the published size, run as ours, that would show that order",
    "diverged": "trials that diverged",
    "contradicts": "contradicts",
    "detail": "detail",
    "note": "note",
}


@dataclass(frozen=True)
class ClaimView:
    """A row of the ledger, its texts, and the details that it has by label."""

    row: Any
    published: str
    ours: str
    share: str
    needs: str
    details: dict[str, str]


@dataclass(frozen=True)
class StudyView:
    """A study on the page: what ran, and the description by whose digests its data can be known again."""

    plan: Plan
    settings: str
    engine: str
    description: Manifest | None
    summary: pd.DataFrame


def claim_views(ledger: pd.DataFrame) -> Iterator[ClaimView]:
    """Every claim of the ledger, in order."""
    for row in ledger.itertuples():
        details = {label: _detail(getattr(row, name)) for name, label in DETAILS.items()}
        given = {label: text for label, text in details.items() if text}
        yield ClaimView(row, published_text(row), ours_text(row), share_text(row), needs_text(row), given)


def _detail(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "" if value in ("", None) or pd.isna(value) else str(value)


def study_views(report: str, page: Page, folder: Path) -> Iterator[StudyView]:
    """Every study of a report, in order."""
    for plan in page.of(report):
        study = plan.study
        yield StudyView(
            plan=plan,
            settings=format_settings(plan.settings) or "the defaults",
            engine=engine_words(plan.study),
            description=read_manifest(folder, study.name),
            summary=study_summary(study, page.tables[study.name]),
        )


def study_summary(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """One row an arm: seeds, then every final metric as `mean ± deviation [interval]`, errors in percent."""
    rows: dict[str, dict[str, str]] = {}
    for row in summary_table(study, table).itertuples():
        scale = 100 if row.metric.endswith("error") else 1
        text = f"{number(scale * row.mean)} ± {number(scale * row.std)}"
        diverged = f" ({row.diverged} diverged)" if row.diverged else ""
        cells = rows.setdefault(row.arm, {"seeds": f"{row.n}{diverged}"})
        name = row.metric.replace("_", " ") + (" %" if scale == 100 else "")
        cells[name] = f"{text} [{number(scale * row.low)}, {number(scale * row.high)}]"
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("arm").reset_index()
