"""The main job: every study of the reports in one run, and the page that shows them beside what was published."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.analysis.derived_metrics import find_extras
from experiments.analysis.summaries import FLOAT_FORMAT, finals_table, means_table, with_digests
from experiments.analysis.tables import history_table
from experiments.benchmarks.published_times import as_evidence, measure_times, time_tables
from experiments.claims.readings import name_of_reading
from experiments.config.study import Study
from experiments.files import STORE_NAME, replace_file
from experiments.output.study_files import write_results
from experiments.output.timing_files import write_all_times
from experiments.pages.content import Page
from experiments.pages.findings import tell_all
from experiments.pages.write import write_activation_figures, write_figures_of_verdicts, write_pages
from experiments.reports.catalogue import REPORTS, STUDIES, findings_of
from experiments.reports.plan import Plan
from experiments.running.progress import Progress
from experiments.running.runner import RunSummary, read_or_recompute, run_trials
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import Judged, judge_all, ledger_frame
from experiments.verdicts.ledger_file import write_ledger
from experiments.workflows.in_depth import Depth, InDepth, look_in_depth
from experiments.workflows.phases import PhaseTimer, space_taken, write_parts

# The same tables are the same bytes, whenever they are written.
COMPRESSION = {"method": "gzip", "compresslevel": 9, "mtime": 1}


@dataclass(frozen=True)
class Reproduction:
    """What a run of the reports left: what was computed, the judged claims, their ledger, files, lines worth reading.

    parts: seconds of each part, see `PhaseTimer.table`. space: megabytes, see `space_taken`.
    """

    report: RunSummary
    judged: list[Judged]
    ledger: pd.DataFrame
    files: list[Path]
    notices: list[str]
    parts: pd.DataFrame
    space: dict[str, float]


def reproduce(
    plans: Sequence[Plan],
    folder: Path | str = "results",
    jobs: int = 1,
    *,
    times: bool = True,
    check: bool = False,
    depth: Depth | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Reproduction:
    """Computes what the store lacks of all studies together, measures times alone, judges every claim and writes the pages.

    With `check` only the trials are computed and judged: nothing but the store is written. With a `depth` it also tells whose
    luck errors are and how often verdicts are right. Raises what `run_trials`, `Store` and `look_in_depth` raise.

    Example:
        >>> from experiments import plan, reproduce
        >>> done = reproduce(plan(["feng"], rounds=2)[:1], "results", times=False, check=True)  # the first of feng's studies
        >>> done.report.computed, {judged.verdict.claim.report for judged in done.judged}
        (2, {'feng'})
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    reports = tuple(dict.fromkeys(plan.spec.report for plan in plans))
    parts, files, notices = PhaseTimer(), list[Path](), list[str]()
    with Store(folder / STORE_NAME) as store:
        trials = [trial for plan in plans for trial in plan.study.trials]
        compute = partial(run_trials, trials, store, jobs, on_progress=on_progress)
        with parts.part("trials"):
            report = compute()
        with parts.part("tables" if check else "tables and figures"):
            report, read = read_or_recompute(
                store, report, compute, lambda trials, _: _read_studies(plans, trials, None if check else folder)
            )
        notices += store.notices + read.notices
        files += read.files
        tables, extra = read.tables, read.extra
    measured = {}
    if times:
        with parts.part("times, measured alone"):
            measured = measure_times(reports)
    with parts.part("verdicts"):
        sharing = {plan.study.name: plan.study.seeds_per_data_set for plan in plans}
        evidence = Tables(histories=tables, seeds_per_data_set=sharing, times=as_evidence(measured), extra=extra)
        judged = judge_all([claim for name in reports for claim in REPORTS[name].claims], evidence)
        ledger = ledger_frame(judged, fitted_readings())
    deep = InDepth()
    if depth and not check:
        deep = look_in_depth(plans, folder, jobs, depth, parts, on_progress)
        files += deep.files
    if not check:
        with parts.part("ledger, its figures and pages"):
            files += write_activation_figures(folder) + write_all_times(measured, folder) + [write_ledger(ledger, folder)]
            files += write_figures_of_verdicts(judged, ledger, reports, evidence, folder)
            findings = tell_all(findings_of(reports), ledger, deep.luck)
            names = {path.name for path in files}
            page = Page(plans, tables, ledger, time_tables(measured), findings, names, deep.calibration)
            files += write_pages(page, folder)
        files.append(write_parts(parts.table(), folder))
    return Reproduction(report, judged, ledger, files, notices, parts.table(), space_taken(folder / STORE_NAME))


def _where(folder: Path) -> str:
    return "" if folder == Path("results") else f" --results-dir {shlex.quote(str(folder))}"


@dataclass
class _StudiesRead:
    """What the trials of all studies give: history tables by study, files, notices, and what `find_extras` finds."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    extra: dict[tuple[str, str, str], pd.Series] = field(default_factory=dict)


def _read_studies(plans: Sequence[Plan], trials: TrialReader, folder: Path | None) -> _StudiesRead:
    """Reads every study's trials, and writes what the study leaves where there is a folder."""
    read = _StudiesRead(extra=find_extras([plan.study for plan in plans], trials))
    for plan in plans:
        if folder is None:
            read.tables[plan.study.name] = history_table(plan.study, trials)
        else:
            _write(plan, trials, folder, read)
    return read


def _write(plan: Plan, trials: TrialReader, folder: Path, read: _StudiesRead) -> None:
    """Writes what a study leaves, and notes its table, the files and lines worth reading."""
    written = write_results(dataclasses.replace(plan.study, command=plan.study.command + _where(folder)), trials, folder)
    read.tables[plan.study.name] = written.table
    read.files += written.files
    read.notices += written.notices
    if not plan.alternative:
        read.files += write_summaries(plan.study, written.table, trials, folder)


def fitted_readings() -> set[str]:
    """Names of the studies of alternative readings that were fitted to the published numbers."""
    return {
        name_of_reading(spec.name, name)
        for spec in STUDIES.values()
        for name, reading in spec.readings.items()
        if reading.fitted
    }


def write_summaries(study: Study, table: pd.DataFrame, trials: TrialReader, folder: Path) -> list[Path]:
    """Writes `NAME.means.csv.gz` and `NAME.finals.csv.gz`, the small tables that are committed; returns both."""
    files = []
    finals = with_digests(finals_table(study, table), study, trials)
    for name, summary in {"means": means_table(study, table), "finals": finals}.items():
        files.append(folder / f"{study.name}.{name}.csv.gz")
        write = partial(summary.to_csv, index=False, float_format=FLOAT_FORMAT, compression=COMPRESSION)
        replace_file(files[-1], write)
    return files
