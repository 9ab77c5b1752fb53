"""What a page of results says, however it is rendered: verdicts, pictures and studies, report by report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.tables import summary_table
from experiments.claims.outcome import Outcome
from experiments.config.study import Study
from experiments.figures.png import read_texts
from experiments.formatting import number
from experiments.pages.findings import Told
from experiments.reports.catalogue import REPORTS, claims_digest
from experiments.reports.plan import Plan
from experiments.verdicts.ledger import count_outcomes, expected_by_chance
from experiments.verdicts.rules import MIN_SEEDS

FITTED_NOTE = (
    "*fitted* counts verdicts of readings whose settings were found by search to come near the published numbers: agreement "
    "there shows that such settings exist, not that they were used."
)
CLAIMS_NOTE = (
    "*ours*: our mean or difference with the interval that decides (95 %; 90 % for values, bounds and equalities); *as far "
    "out*: how often a study of the published size, run as ours, would have printed a number at least as far from our mean; "
    "*otherwise under*: readings of the report under which the verdict changes."
)
TIMES_NOTE = "Measured in turn on one machine, one thread, warmed up; quote the ratios, not the seconds."


@dataclass(frozen=True)
class Page:
    """What a page is made of: the studies shown, their history tables by name, the ledger, tables of times, findings."""

    plans: Sequence[Plan]
    tables: Mapping[str, pd.DataFrame]
    ledger: pd.DataFrame
    times: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    findings: Sequence[Told] = ()

    @property
    def reports(self) -> list[str]:
        """The reports shown, in their order."""
        return [report for report in REPORTS if any(plan.spec.report == report for plan in self.plans)]

    def of(self, report: str) -> list[Plan]:
        """The studies of a report."""
        return [plan for plan in self.plans if plan.spec.report == report]


@dataclass(frozen=True)
class Picture:
    """A figure file; what it shows in the report's words, where it answers one; and what it says itself."""

    file: str
    place: str = ""
    shows: str = ""
    title: str = ""
    description: str = ""

    @property
    def alt(self) -> str:
        """What the picture says, for those who do not see it."""
        return self.title or f"{self.place}: {self.shows}"


def verdict_counts(ledger: pd.DataFrame) -> pd.DataFrame:
    """Verdicts that occur, with those of fitted readings apart: columns verdict, stated, fitted."""
    counts = count_outcomes(ledger)
    return counts[counts.sum(axis=1) > 0].reset_index()


def chance_sentence(ledger: pd.DataFrame) -> str:
    """How many verdicts chance alone would turn."""
    chance = expected_by_chance(ledger)
    if not chance.values:
        return f"A verdict needs at least {MIN_SEEDS} seeds: `minifw reproduce --rounds 1000`."
    return (
        f"Another draw of as many seeds would turn about {chance.by_seeds:.1f} verdicts; of {chance.values} values, "
        f"{chance.by_study:.1f} would lie outside their 95 % interval though every study had been run exactly as ours."
    )


def declared_sentence() -> str:
    """That the claims came before the run, with their digest."""
    return f"The claims were declared before the run (digest `{claims_digest()}`)."


def published_text(row: Any) -> str:
    """The printed number of a row of the ledger."""
    return "" if math.isnan(row.published) else f"{row.published:g}"


def ours_text(row: Any) -> str:
    """Our number with its interval."""
    if math.isnan(row.ours):
        return ""
    return number(row.ours) if math.isnan(row.low) else f"{number(row.ours)} [{number(row.low)}, {number(row.high)}]"


def share_text(row: Any) -> str:
    """How often a study of the published size would have printed a number at least as far out."""
    if math.isnan(row.share):
        return ""
    return "under 0.1 %" if row.share < 0.001 else f"{100 * row.share:.2g} %"


def needs_text(row: Any) -> str:
    """How many seeds an undecided claim needs."""
    undecided = row.verdict == Outcome.UNDECIDED and pd.notna(row.needs_seeds)
    return f"needs about {int(row.needs_seeds)} seeds" if undecided else ""


def pictures_of(report: str, folder: Path, plans: Sequence[Plan] = ()) -> Iterator[Picture]:
    """The pictures of a report that are in the folder: of its values, of what it shows, then any others of these studies."""
    shown = {f"values-{report}.png": ("", "published values on the distribution of ours")}
    for published in REPORTS[report].figures:
        shown |= dict.fromkeys(published.pictures, (published.place, published.shows))
    for plan in plans:
        for figure in plan.study.figures:
            reading = f"reading {plan.reading}" if plan.reading else plan.spec.title
            shown.setdefault(f"{plan.study.name}_{figure}.png", ("", reading))
    for file, (place, shows) in shown.items():
        if (folder / file).exists():
            texts = read_texts(folder / file)
            yield Picture(file, place, shows, texts.get("Title", ""), texts.get("Description", ""))


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
