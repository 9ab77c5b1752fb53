"""The whole of a study in one call, for the command line and for notebooks."""

from __future__ import annotations

import dataclasses
import datetime
import shlex
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.analysis.tables import history_table, summary_table
from experiments.config.study import Study, non_default
from experiments.errors import InterruptedRunError, MissingTrialsError
from experiments.files import STORE_NAME
from experiments.output.manifest import Manifest, rounds_left_out
from experiments.output.study_files import Written, write_results
from experiments.running.compute import environment
from experiments.running.progress import Progress
from experiments.running.runner import RunSummary, distinct, missing, read_or_recompute, run_trials
from experiments.store.file_contents import contents
from experiments.store.reader import TrialReader
from experiments.store.store import Run, Store


@dataclass(frozen=True)
class StudyResult:
    """A study that has run: its history and summary tables, the files written, what was computed, lines worth reading.

    history has a row for each arm, seed and measured epoch; summary a row for each arm and metric at the last epoch.

    Example:
        >>> from experiments import STUDIES, run_study
        >>> result = run_study(STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3}))
        >>> len(result.history), result.report.total
        (16, 4)
        >>> sorted(result.summary["metric"])
        ['test_error', 'test_loss', 'train_error', 'train_loss']
    """

    study: Study
    history: pd.DataFrame
    summary: pd.DataFrame
    files: list[Path]
    report: RunSummary
    notices: list[str] = field(default_factory=list)


def run_study(
    study: Study,
    folder: Path | str = "results",
    jobs: int = 1,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    save_networks: bool = False,
) -> StudyResult:
    """Computes the trials that the folder's store lacks, and writes the study's files; the trained networks too, if asked to.

    Where an arm has not a single trial, because all of them failed, no files are written. Raises what `run_trials` and
    `Store` raise, OSError when a file cannot be written, and InterruptedRunError on Ctrl-C.

    Example:
        >>> from experiments import Arm, Study, TrialConfig, run_study
        >>> base = TrialConfig(hidden=(5,), epochs=3)
        >>> study = Study("rates", (Arm("slow", base), Arm("fast", base.replace(lr=0.5))), seeds=range(4))
        >>> run_study(study, "results").report.computed
        8
        >>> run_study(study, "results").report.computed  # all is stored
        0
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    total = len(distinct(study.trials))
    with Store(folder / STORE_NAME) as store:
        try:
            run = store.start_run(_describe_run(study))
            compute = partial(run_trials, study.trials, store, jobs, executor=executor, run=run, on_progress=on_progress)
            report, written = read_or_recompute(store, compute(), compute, partial(_write, study, folder, save_networks))
        except KeyboardInterrupt:
            raise InterruptedRunError(total - len(missing(study.trials, TrialReader(store))), total) from None
        return _outcome(study, store, written, report)


def _write(study: Study, folder: Path, save_networks: bool, trials: TrialReader, report: RunSummary) -> Written:
    """Writes the study's files, unless one of its arms has no trial."""
    if not all(trials.finished(arm.config, study.seeds) for arm in study.arms):
        notices = ["no files were written, for not one trial of an arm could be computed"]
        return Written([], history_table(study, trials), notices)
    left_out = rounds_left_out(study, folder)
    written = write_results(study, trials, folder, report, save_networks=save_networks)
    return dataclasses.replace(written, notices=written.notices + left_out)


def redraw_study(manifest: Manifest, folder: Path | str = "results") -> StudyResult:
    """Writes the files of a study again from the store, computing nothing. Raises MissingTrialsError when it lacks some.

    Example:
        >>> from experiments import STUDIES, read_manifest, redraw_study, run_study
        >>> result = run_study(STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3}), "results")
        >>> redraw_study(read_manifest("results", "train"), "results").history.equals(result.history)
        True
    """
    study, folder = manifest.study, Path(folder)
    if not (folder / STORE_NAME).exists():
        raise MissingTrialsError(f"there is no {folder / STORE_NAME}")
    with Store(folder / STORE_NAME) as store:
        study = _with_contents(study, store)
        written = store.recovering(lambda: _write_stored(study, folder, store))
        return _outcome(study, store, written, RunSummary(len(distinct(study.trials))))


def _with_contents(study: Study, store: Store) -> Study:
    """A study that was read from its description, with the contents of the files that its settings name."""
    files = contents(store)
    arms = (dataclasses.replace(arm, config=arm.config.with_contents(files)) for arm in study.arms)
    return dataclasses.replace(study, arms=tuple(arms))


def _write_stored(study: Study, folder: Path, store: Store) -> Written:
    asked, trials = distinct(study.trials), TrialReader(store)
    if lacking := missing(asked, trials):
        raise MissingTrialsError(
            f"{len(lacking)} of {len(asked)} trials are not in {store.path}, or come from other code; "
            f"compute them with: {study.command or 'minifw reproduce, or run_study from Python'}"
        )
    return write_results(study, trials, folder)


def _outcome(study: Study, store: Store, written: Written, report: RunSummary) -> StudyResult:
    notices = store.notices + written.notices + other_environments(study, store)
    return StudyResult(study, written.table, summary_table(study, written.table), written.files, report, notices)


def _describe_run(study: Study) -> Run:
    return Run(
        started=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        name=study.name,
        command=study.command or shlex.join(sys.argv),
        arms={arm.name: non_default(arm.config) for arm in study.arms},
        rounds=study.rounds,
        total=len(distinct(study.trials)),
    )


def other_environments(study: Study, store: Store) -> list[str]:
    """A line when some of the trials shown were computed by another torch or on another kind of processor."""
    trials, found, here = TrialReader(store), set(), ""
    for arm in study.arms:
        own = environment(arm.config.engine)
        if others := [there for there in trials.environments(arm.config) if there != own]:
            found |= {f"torch {there.torch} ({there.cpu})" for there in others}
            here = f"torch {own.torch} ({own.cpu})"
    return [f"some stored trials were computed with {', '.join(sorted(found))}; here it is {here}"] if found else []
