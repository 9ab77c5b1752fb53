"""The page that shows every study beside what was published: `results/README.md`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.claims_of import claims_digest
from experiments.ledger import Judged, expected_by_chance
from experiments.planning import Plan
from experiments.rules import ENOUGH_SEEDS, Outcome
from experiments.studies import REPORTS
from experiments.studies.describe import command_of, format_settings
from experiments.studies.pictures import PICTURES
from experiments.study import Study
from experiments.tables import summary_table

AUTHORS = {
    "feng": "Feng, Sun and Wang",
    "bordignon": "Bordignon",
    "fernandez": "Fernandez, Bonell and Mandiracioglu",
    "bamberger": "Bamberger, Cernevics and Kast",
    "bhatt": "Bhatt, Desaulty and Manguy",
}


@dataclass(frozen=True)
class Page:
    """What the page is made of: the plans that ran, their history tables by study, the judged claims, tables of times."""

    plans: Sequence[Plan]
    tables: Mapping[str, pd.DataFrame]
    judged: Sequence[Judged]
    ledger: pd.DataFrame
    times: Mapping[str, pd.DataFrame]


def write_page(material: Page, folder: Path) -> str:
    """The page as Markdown; it shows those pictures that are in the folder."""
    return "\n".join(_lines(material, folder)) + "\n"


def _lines(material: Page, folder: Path) -> Iterator[str]:
    reports = [report for report in REPORTS if any(plan.spec.report == report for plan in material.plans)]
    yield "# Five reports, run again"
    yield ""
    yield from _introduction(material)
    for report in reports:
        yield f"## {AUTHORS[report]} (`{report}`)"
        yield ""
        yield from _claims(material, report)
        yield from _pictures(report, folder)
        for plan in material.plans:
            if plan.spec.report == report:
                yield from _study(plan, material.tables[plan.study.name])
    if material.times:
        yield "## Times"
        yield ""
        yield "Measured in turn on one machine, one thread, warmed up; quote the ratios, not the seconds."
        yield ""
        for name, times in material.times.items():
            yield f"**{name}**"
            yield ""
            yield from markdown_table(times)


def _introduction(material: Page) -> Iterator[str]:
    yield "Written by `minifw reproduce`; every number is rebuilt from stored trials. Stars in figures are published values."
    yield ""
    fitted = material.ledger["fitted"].map({True: "fitted", False: "stated"})
    counts = pd.crosstab(material.ledger["verdict"], fitted).reindex(columns=["stated", "fitted"], fill_value=0)
    order = [str(outcome) for outcome in Outcome if str(outcome) in counts.index]
    yield from markdown_table(counts.loc[order].rename_axis("verdict").reset_index())
    chance = expected_by_chance(material.judged)
    yield (
        "*fitted* counts verdicts of readings whose settings were found by search to come near the published numbers: "
        "agreement there shows that such settings exist, not that they were used."
    )
    if chance.values:
        yield (
            f" Another draw of as many seeds would turn about {chance.by_seeds:.1f} verdicts; of {chance.values} values, "
            f"{chance.by_study:.1f} would lie outside their 95 % interval though every study had been run exactly as ours."
        )
    else:
        yield f" A verdict needs at least {ENOUGH_SEEDS} seeds: `minifw reproduce --rounds 1000`."
    yield f" The claims were declared before the run (digest `{claims_digest()}`)."
    yield ""


def _claims(material: Page, report: str) -> Iterator[str]:
    rows = material.ledger[material.ledger["report"] == report]
    shown = pd.DataFrame(
        {
            "claim": [f"{row.claim}: “{row.quote}” ({row.place})" for row in rows.itertuples()],
            "published": ["" if math.isnan(row.published) else f"{row.published:g}" for row in rows.itertuples()],
            "ours": [_interval(row.ours, row.low, row.high) for row in rows.itertuples()],
            "must hold": list(rows["statement"]),
            "seeds": list(rows["seeds"]),
            "as far out": ["" if math.isnan(row.share) else f"{row.share:.0%}" for row in rows.itertuples()],
            "verdict": [_verdict(row) for row in rows.itertuples()],
            "otherwise under": list(rows["readings"]),
        }
    )
    yield "### Claims"
    yield ""
    yield (
        "*ours*: our mean or difference with the interval that decides; *as far out*: how often a study of the published size, "
        "run as ours, would have printed a number at least as far from our mean."
    )
    yield ""
    yield from markdown_table(shown)


def _verdict(row: Any) -> str:
    text = f"**{row.verdict}**" + (" (fitted)" if row.fitted else "")
    if row.verdict == Outcome.UNDECIDED and pd.notna(row.needs_seeds):
        text += f", needs about {int(row.needs_seeds)} seeds"
    return f"{text}: {row.detail}" if row.detail else text


def _pictures(report: str, folder: Path) -> Iterator[str]:
    yield "### Figures and tables of the report"
    yield ""
    values = f"values-{report}.png"
    if (folder / values).exists():
        yield f"![Published values on the distribution of ours]({values})"
        yield ""
    for published in PICTURES:
        if published.report == report:
            yield f"**{published.place}**: {published.shows}."
            yield ""
            for picture in published.pictures:
                if (folder / picture).exists():
                    yield f"![{published.place}: {published.shows}]({picture})"
                    yield ""


def _study(plan: Plan, table: pd.DataFrame) -> Iterator[str]:
    yield f"### {plan.spec.title}" + (f", reading `{plan.reading}`" if plan.reading else "")
    yield ""
    yield f"`{command_of(plan.spec, plan.reading)} --rounds {plan.study.rounds}`{' (fitted)' * plan.fitted}. {plan.note}"
    yield ""
    yield f"Settings: `{format_settings(plan.settings) or 'the defaults'}`."
    yield ""
    yield from markdown_table(_summary(plan.study, table))


def _summary(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    summary = summary_table(study, table)
    rows: dict[str, dict[str, str]] = {}
    for row in summary.itertuples():
        scale = 100 if row.metric.endswith("error") else 1
        spread = f"{_number(scale * row.mean)} ± {_number(scale * row.std)}"
        text = f"{spread} [{_number(scale * row.low)}, {_number(scale * row.high)}]"
        rows.setdefault(row.arm, {})[row.metric.replace("_", " ") + (" %" if scale == 100 else "")] = text
        rows[row.arm]["seeds"] = str(row.n) + (f" ({row.diverged} diverged)" if row.diverged else "")
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("arm").reset_index()


def _number(value: float) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3g}"


def _interval(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return ""
    return _number(value) if math.isnan(low) else f"{_number(value)} [{_number(low)}, {_number(high)}]"


def markdown_table(frame: pd.DataFrame) -> Iterator[str]:
    """The lines of a frame as a Markdown table, and an empty one after it."""
    yield "| " + " | ".join(map(str, frame.columns)) + " |"
    yield "|" + "---|" * len(frame.columns)
    for row in frame.itertuples(index=False):
        cells = (_number(cell) if isinstance(cell, float) else str(cell) for cell in row)
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    yield ""
