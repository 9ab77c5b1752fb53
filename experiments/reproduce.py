"""The main job: every study of the reports in one run, and the page that shows them beside what was published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.api import STORE_NAME
from experiments.files import replace_file
from experiments.outputs import write_results
from experiments.runner import News, RunReport, run_trials
from experiments.store import Store
from experiments.studies import STUDIES
from experiments.study import Study, StudySpec
from experiments.summaries import FLOAT_FORMAT, finals_table, means_table

# Alternative readings need fewer seeds than the default ones: they only show where a verdict would change.
MOST_ROUNDS_OF_A_READING = 200


@dataclass(frozen=True)
class Plan:
    """One study to run, where it comes from, and the reading it is."""

    spec: StudySpec
    reading: str | None
    study: Study


def plan(reports: Sequence[str], rounds: int | None = None, readings: bool = False, first_seed: int = 0) -> list[Plan]:
    """The studies of some reports, with their alternative readings when asked for.

    `rounds` widens or narrows all: to whole data sets where seeds share them, and to no more than a study's own limit.
    """
    plans = []
    for spec in STUDIES.values():
        if spec.report in reports and (readings or not spec.alternative):
            for reading in (None, *(spec.readings if readings else ())):
                wanted = _rounds(spec, rounds, reading)
                study = spec.build(rounds=wanted, first_seed=first_seed, reading=reading)
                plans.append(Plan(spec, reading, study))
    return plans


def _rounds(spec: StudySpec, rounds: int | None, reading: str | None) -> int:
    wanted = rounds or spec.rounds
    if reading:
        wanted = min(wanted, MOST_ROUNDS_OF_A_READING)
    if spec.most_rounds:
        wanted = min(wanted, spec.most_rounds)
    together = int(spec.settings.get("seeds_per_data_set", 1))
    return -(-wanted // together) * together


def run_plans(
    plans: Sequence[Plan], folder: Path, jobs: int, tell: Callable[[News], None] | None = None
) -> tuple[RunReport, dict[str, pd.DataFrame]]:
    """Computes what the store lacks of all studies together, then writes each one's files.

    Returns what was computed, and every study's history table by its name. Raises what `run_trials` and `Store` raise.
    """
    with Store(folder / STORE_NAME) as store:
        report = run_trials((trial for plan in plans for trial in plan.study.trials), store, jobs, tell=tell)
        tables = {}
        for plan in plans:
            written = write_results(plan.study, store, folder)
            tables[plan.study.name] = written.table
            write_summaries(plan.study, written.table, folder)
    return report, tables


def write_summaries(study: Study, table: pd.DataFrame, folder: Path) -> None:
    """Writes `NAME.means.csv` and `NAME.finals.csv`, the small tables that are committed."""
    summaries = {"means": means_table(study, table), "finals": finals_table(study, table)}
    for name, summary in summaries.items():
        replace_file(
            folder / f"{study.name}.{name}.csv",
            lambda target, shown=summary: shown.to_csv(target, index=False, float_format=FLOAT_FORMAT),
        )
