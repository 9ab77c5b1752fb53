"""The whole of a study in one call, for the command line and for notebooks."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.outputs import Written, write_results
from experiments.runner import News, RunReport, run_trials
from experiments.store import Run, Store
from experiments.study import Study, non_default
from experiments.tables import history_table, summary_table
from experiments.workers import Pool, environment

STORE_NAME = "trials.sqlite"


@dataclass(frozen=True)
class Outcome:
    """A study that has run: its history and summary tables, the files written, what was computed, lines worth reading."""

    study: Study
    table: pd.DataFrame
    summary: pd.DataFrame
    files: list[Path]
    report: RunReport
    notices: list[str] = field(default_factory=list)


def run_study(
    study: Study,
    folder: Path | str = "results",
    jobs: int = 1,
    *,
    pool: Pool | None = None,
    tell: Callable[[News], None] | None = None,
) -> Outcome:
    """Computes the trials that the folder's store lacks, and writes the study's files.

    Raises what `run_trials` and `Store` raise, and OSError when a file cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    started = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S")
    with Store(folder / STORE_NAME) as store:
        report = run_trials(study.trials, store, jobs, pool=pool, tell=tell)
        written: Written = write_results(study, store, folder, report)
        store.add_run(
            Run(
                started,
                study.name,
                study.command or shlex.join(sys.argv),
                {arm.name: non_default(arm.config) for arm in study.arms},
                study.rounds,
                report.computed,
                report.seconds,
            )
        )
        notices = store.notices + written.notices + other_environments(study, store)
    return Outcome(study, written.table, summary_table(study, written.table), written.files, report, notices)


def load_study(study: Study, folder: Path | str = "results") -> pd.DataFrame:
    """The history table of what the store holds of a study, computing nothing."""
    with Store(Path(folder) / STORE_NAME) as store:
        return history_table(study, store, environment().digest)


def other_environments(study: Study, store: Store) -> list[str]:
    """A line when some of the trials shown were computed by another torch or on another kind of processor."""
    here = environment()
    found = {other for arm in study.arms for other in store.environments(arm.config, here.digest)} - {here}
    if not found:
        return []
    names = ", ".join(sorted(f"torch {other.torch} ({other.cpu})" for other in found))
    return [f"some stored trials were computed with {names}; here it is torch {here.torch} ({here.cpu})"]
