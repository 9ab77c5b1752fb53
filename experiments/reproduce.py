"""The main job: every study of the reports in one run, and the page that shows them beside what was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.api import STORE_NAME
from experiments.claims_of import CLAIMS_OF
from experiments.config import ACTIVATIONS
from experiments.evidence import Evidence, Tables
from experiments.extras import find_extras
from experiments.figures.activations import activation_figure
from experiments.figures.contradiction import contradiction_figure
from experiments.figures.style import data_digest, save
from experiments.figures.values import values_figure
from experiments.files import replace_file, write_text
from experiments.ledger import Judged, judge_all, ledger_frame
from experiments.ledgerfile import merge_ledgers, read_ledger, write_ledger
from experiments.news import News
from experiments.outputs import write_results
from experiments.planning import Plan
from experiments.report import Page, write_page
from experiments.runner import RunReport, run_trials
from experiments.store import Store
from experiments.studies import STUDIES
from experiments.study import Study
from experiments.summaries import FLOAT_FORMAT, finals_table, means_table
from experiments.tables import history_table
from experiments.timings import as_evidence, measure_times, time_tables, write_all_times
from experiments.workers import environment

# Drawn for each report that has what they show.
FIGURES_OF_VERDICTS: dict[str, Callable[[Sequence[Judged], Evidence], Figure | None]] = {
    "values": values_figure,
    "contradiction": contradiction_figure,
}


@dataclass(frozen=True)
class Reproduction:
    """What a run of the reports left: what was computed, the judged claims, their ledger, files, lines worth reading."""

    report: RunReport
    judged: list[Judged]
    ledger: pd.DataFrame
    files: list[Path]
    notices: list[str]


def reproduce(
    plans: Sequence[Plan],
    folder: Path,
    jobs: int,
    *,
    times: bool = True,
    check: bool = False,
    tell: Callable[[News], None] | None = None,
) -> Reproduction:
    """Computes what the store lacks of all studies together, measures times alone, judges every claim and writes the page.

    With `check` only the trials are computed and judged: nothing but the store is written. Raises what `run_trials` and
    `Store` raise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reports = tuple(dict.fromkeys(plan.spec.report for plan in plans))
    files: list[Path] = []
    with Store(folder / STORE_NAME) as store:
        report = run_trials((trial for plan in plans for trial in plan.study.trials), store, jobs, tell=tell)
        digest = environment().digest
        notices = list(store.notices)
        if check:
            tables = {plan.study.name: history_table(plan.study, store, digest) for plan in plans}
        else:
            tables = {}
            for plan in plans:
                written = write_results(plan.study, store, folder)
                tables[plan.study.name] = written.table
                files += written.files
                if not plan.alternative:
                    files += write_summaries(plan.study, written.table, folder)
                notices += written.notices
        extra = find_extras([plan.study for plan in plans], store, digest)
    measured = measure_times(reports) if times else {}
    evidence = Tables(
        histories=tables,
        seeds_per_data_set={plan.study.name: plan.study.seeds_per_data_set for plan in plans},
        times=as_evidence(measured),
        extra=extra,
    )
    judged = judge_all([claim for name in reports for claim in CLAIMS_OF[name]], evidence)
    ledger = ledger_frame(judged, fitted_readings())
    if not check:
        files += write_pages(plans, tables, judged, ledger, measured, evidence, folder, notices)
    return Reproduction(report, judged, ledger, files, notices)


def fitted_readings() -> set[str]:
    """Names of the studies of alternative readings that were fitted to the published numbers."""
    return {f"{spec.name}-{name}" for spec in STUDIES.values() for name, reading in spec.readings.items() if reading.fitted}


def write_pages(
    plans: Sequence[Plan],
    tables: Mapping[str, pd.DataFrame],
    judged: list[Judged],
    ledger: pd.DataFrame,
    times: Mapping[str, pd.DataFrame],
    evidence: Evidence,
    folder: Path,
    notices: list[str],
) -> list[Path]:
    """Writes the figures of activations, times and values, the ledger, and the page over them; returns the files."""
    reports = list(dict.fromkeys(plan.spec.report for plan in plans))
    merged, kept = merge_ledgers(read_ledger(folder), ledger)
    files = [write_ledger(merged, folder)]
    if kept:
        notices.append(f"the ledger's verdicts on {', '.join(kept)} rest on more seeds than this run and are kept")
    files += write_activation_figures(folder)
    files += write_all_times(times, folder)
    for report in reports:
        if report in kept:
            continue
        of_report = [one for one in judged if one.verdict.claim.report == report]
        for name, draw in FIGURES_OF_VERDICTS.items():
            figure = draw(of_report, evidence)
            if figure is not None:
                files.append(folder / f"{name}-{report}.png")
                save(figure, files[-1], data_digest(ledger[ledger["report"] == report]))
    page = folder / "README.md"
    write_text(page, write_page(Page(plans, tables, judged, merged, time_tables(times)), folder))
    return [*files, page]


def write_activation_figures(folder: Path) -> list[Path]:
    """Writes bhatt's Figures 2 and 3, and the sigmoid's."""
    files = [folder / f"activations_{name}.png" for name in ACTIVATIONS]
    for name, path in zip(ACTIVATIONS, files, strict=True):
        save(activation_figure(name), path, name)
    return files


def write_summaries(study: Study, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Writes `NAME.means.csv` and `NAME.finals.csv`, the small tables that are committed; returns both."""
    files = []
    for name, summary in {"means": means_table(study, table), "finals": finals_table(study, table)}.items():
        files.append(folder / f"{study.name}.{name}.csv")
        replace_file(files[-1], partial(summary.to_csv, index=False, float_format=FLOAT_FORMAT))
    return files
