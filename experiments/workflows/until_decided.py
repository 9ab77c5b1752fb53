"""A study that is given seeds until its arms are decided, and no more."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.analysis.deciding import decide
from experiments.analysis.tables import history_table, present_metrics
from experiments.config.stopping import UntilDecided
from experiments.config.study import Study
from experiments.errors import InterruptedRunError
from experiments.files import STORE_NAME
from experiments.running.progress import Progress
from experiments.running.runner import RunSummary, distinct, missing, read_or_recompute, run_trials
from experiments.statistics.sequential import Direction
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import StudyResult, run_study


@dataclass(frozen=True)
class DecidedStudy:
    """A study that has run, see `StudyResult`, and what is decided of each of its arms, see `decide`."""

    result: StudyResult
    decisions: pd.DataFrame


def run_until_decided(
    study: Study,
    rule: UntilDecided,
    folder: Path | str = "results",
    jobs: int = 1,
    *,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    save_networks: bool = False,
) -> DecidedStudy:
    """Computes rounds of a study from its first seed on, look after look, until every arm is decided against the first.

    What is stored is used: a study that was stopped goes on from there, to the looks at which it would have been looked anyway.
    The files are written once, and say that the study stopped early. Raises what `run_study` does.

    Example:
        >>> from experiments import Arm, Study, TrialConfig, UntilDecided, run_until_decided
        >>> base = TrialConfig(hidden=(4,), epochs=2, train_size=50, test_size=50)
        >>> study = Study("rates", (Arm("fast", base), Arm("stuck", base.replace(lr=1e-9))), seeds=range(1))
        >>> done = run_until_decided(study, UntilDecided(margin=2.0, max_rounds=40), "results")
        >>> done.result.study.rounds, list(done.decisions["arm"])
        (40, ['stuck'])
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    computed = RunSummary()
    with Store(folder / STORE_NAME) as store:
        for rounds in rule.looks(study.seeds_per_data_set):
            wider = dataclasses.replace(study, seeds=range(study.seeds.start, study.seeds.start + rounds))
            report, table = _compute(wider, store, jobs, executor, on_progress)
            computed = computed.followed_by(report)
            decisions = decide(wider, table, _last_error(table), rule)
            decided = int((decisions["verdict"] != Direction.UNDECIDED).sum())
            if report.failures or decided == len(decisions):
                break
    ended = dataclasses.replace(wider, stopping=rule.describe(rounds, decided, len(decisions)), until=rule)
    result = run_study(ended, folder, jobs, executor=executor, on_progress=on_progress, save_networks=save_networks)
    return DecidedStudy(dataclasses.replace(result, report=computed.followed_by(result.report)), decisions)


def _compute(
    study: Study,
    store: Store,
    jobs: int,
    executor: Executor | None,
    on_progress: Callable[[Progress], None] | None,
) -> tuple[RunSummary, pd.DataFrame]:
    """Computes the trials that the store lacks; returns what was done, and their histories."""
    compute = partial(run_trials, study.trials, store, jobs, executor=executor, on_progress=on_progress)
    try:
        return read_or_recompute(store, compute(), compute, lambda trials, _: history_table(study, trials))
    except KeyboardInterrupt:
        total = len(distinct(study.trials))
        raise InterruptedRunError(total - len(missing(study.trials, TrialReader(store))), total) from None


def _last_error(table: pd.DataFrame) -> str:
    """The error of the last split: the test set's, where there is one."""
    return [metric for metric in present_metrics(table) if metric.endswith("error")][-1]
