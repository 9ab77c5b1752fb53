"""Trials -> chunks -> workers -> store. Only what is missing is computed; only this process writes."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

from experiments.config.trial import Trial
from experiments.errors import DamagedStoreError
from experiments.running.compute import Computed, environment
from experiments.running.devices import check_devices
from experiments.running.estimate import estimate_seconds
from experiments.running.first_points import check_data_sets
from experiments.running.forkserver import SECONDS_WORTH_WORKERS, start_server
from experiments.running.pools import ExecutorPool, InProcessPool, Pool
from experiments.running.processes import ProcessPool
from experiments.running.progress import Progress, ProgressTracker
from experiments.running.schedule import plan_work
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.lanes import Chunk, plan_chunks

TRIES = 2
T = TypeVar("T")


@dataclass(frozen=True)
class Failure:
    """Trials that could not be computed, and what went wrong the last time."""

    trials: list[Trial]
    reason: str


@dataclass
class RunSummary:
    """What a run did: trials asked for, computed and found in the store, the seconds it took, and what failed."""

    total: int = 0
    computed: int = 0
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Trials that could not be computed."""
        return sum(len(failure.trials) for failure in self.failures)

    @property
    def reused(self) -> int:
        """Trials that were in the store already."""
        return self.total - self.computed - self.failed

    def followed_by(self, later: RunSummary) -> RunSummary:
        """Both as one run of the same trials."""
        return RunSummary(later.total, self.computed + later.computed, self.seconds + later.seconds, later.failures)


def distinct(trials: Iterable[Trial]) -> list[Trial]:
    """The trials, each once: two arms of the same settings share theirs."""
    return list({(trial.config.key(), trial.seed): trial for trial in trials}.values())


def missing(trials: Iterable[Trial], stored: TrialReader) -> list[Trial]:
    """Those of the trials, each once, that the store lacks."""
    wanted: dict[str, dict[int, Trial]] = {}
    for trial in trials:
        wanted.setdefault(trial.config.key(), {})[trial.seed] = trial
    lacking = []
    for group in wanted.values():
        finished = stored.finished(next(iter(group.values())).config, group)
        lacking += [trial for seed, trial in group.items() if seed not in finished]
    return lacking


def run_trials(
    trials: Iterable[Trial],
    store: Store,
    jobs: int = 1,
    *,
    executor: Executor | None = None,
    run: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> RunSummary:
    """Computes the trials that the store lacks and writes them there, chunk by chunk.

    Args:
        jobs: chunks to compute at a time: worker processes, none when starting them would cost more than they save.
        executor: where to compute instead; it is not ended.
        run: the number under which the store notes how far it came.
        on_progress: called now and then with how far it came.

    A worker that dies is replaced and its chunk tried once more; what fails again is in the report, and the rest completes.
    Raises RefusedWorkerError, SettingError for a device that is not there, and what `check_data_sets` and `check_own_code`
    raise. Finished chunks are kept in any case.
    """
    asked, stored = distinct(trials), TrialReader(store)
    lacking = missing(asked, stored)
    check_data_sets(lacking)
    if any(trial.config.own_code() for trial in lacking):
        from experiments.running.first_batch import check_own_code  # What a user wrote is torch's.

        check_own_code(lacking)
    report = RunSummary(total=len(asked))
    started = time.perf_counter()

    def keep(chunk: Chunk, computed: Computed) -> None:
        results = list(zip(chunk.trials, computed.results, strict=True))
        store.add(results, computed.environment, run, time.perf_counter() - started)
        report.computed += len(results)

    # Another process on the same folder may have been faster.
    report.failures = compute_all(
        lacking, keep, jobs, executor, on_progress, total=len(asked), skip=lambda chunk: not missing(chunk.trials, stored)
    )
    report.seconds = time.perf_counter() - started
    return report


def read_or_recompute(
    store: Store, report: RunSummary, compute: Callable[[], RunSummary], read: Callable[[TrialReader, RunSummary], T]
) -> tuple[RunSummary, T]:
    """What `read` makes of computed trials, beside the report of the run.

    Whether a trial is stored is looked up without reading it. So when `read` comes upon damaged bytes, the store is recovered,
    `compute` computes what it has lost, and `read` starts anew.

    Args:
        report: what `compute` returned when it was called before.
        compute: has the store hold the trials that `read` reads.
    """
    trials = TrialReader(store)
    try:
        return report, read(trials, report)
    except DamagedStoreError as error:
        store.recover(error)
    report = report.followed_by(compute())
    return report, read(trials, report)


def compute_all(
    trials: list[Trial],
    keep: Callable[[Chunk, Computed], None],
    jobs: int = 1,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    total: int | None = None,
    skip: Callable[[Chunk], bool] = lambda chunk: False,
) -> list[Failure]:
    """Computes trials, hands every finished chunk to `keep`, and returns what failed twice.

    `total` counts those asked for, when some are there already; `skip` is asked about each chunk before it starts.
    """
    if executor is None:
        check_devices(trial.config for trial in trials)
        if estimate_seconds(plan_chunks(trials)) < SECONDS_WORTH_WORKERS:
            jobs = 1
    chunks = plan_work(trials, jobs)
    total = len(trials) if total is None else total
    pool = _make_pool(chunks, jobs, executor)
    try:
        return _drive(chunks, pool, keep, ProgressTracker(chunks, total - len(trials), total, on_progress), skip)
    finally:
        pool.stop()


def _make_pool(chunks: list[Chunk], jobs: int, executor: Executor | None) -> Pool:
    if executor is not None:
        return ExecutorPool(executor, len(chunks))
    if jobs == 1:
        return InProcessPool()
    start_server({chunk.engine for chunk in chunks})
    return ProcessPool(min(jobs, len(chunks)))


def _drive(
    chunks: list[Chunk],
    pool: Pool,
    keep: Callable[[Chunk, Computed], None],
    tracker: ProgressTracker,
    skip: Callable[[Chunk], bool],
) -> list[Failure]:
    waiting = deque(range(len(chunks)))
    under_way: set[int] = set()
    tries: Counter[int] = Counter()
    failures = []
    while waiting or under_way:
        while waiting and len(under_way) < pool.slots:
            number = waiting.popleft()
            if skip(chunks[number]):
                tracker.ended(number, len(chunks[number].trials))
            else:
                under_way.add(number)
                pool.start(number, chunks[number], environment(chunks[number].engine))
        for answer in pool.poll(tracker.measured) if under_way else ():
            number, chunk = answer.number, chunks[answer.number]
            under_way.remove(number)
            tries[number] += 1
            if answer.computed is not None:
                keep(chunk, answer.computed)
                tracker.ended(number, len(chunk.trials))
            elif tries[number] < TRIES:
                waiting.append(number)
            else:
                failures.append(Failure(chunk.trials, answer.reason))
                tracker.ended(number, 0)
    return failures
