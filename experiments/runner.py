"""Trials -> chunks -> workers -> store. Only what is missing is computed; only this process writes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from experiments.config import Trial
from experiments.lanes import Chunk, estimate_seconds, plan_chunks
from experiments.store import Environment, Store
from experiments.trials import TrialResult, check_device
from experiments.workers import Borrowed, Pool, RefusedWorkerError, Workers, compute, environment
from experiments.workload import SECONDS_WORTH_WORKERS

SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True)
class News:
    """How far a run is: trials finished and asked for, the epoch of the chunk heard of last, its mean loss and error."""

    finished: int
    total: int
    share: float
    epoch: int | None = None
    epochs: int | None = None
    loss: float | None = None
    error: float | None = None


@dataclass(frozen=True)
class Failure:
    """Trials that could not be computed, and what went wrong both times."""

    trials: list[Trial]
    reason: str


@dataclass
class RunReport:
    """What a run did: trials asked for, computed and found in the store, the seconds it took, and what failed."""

    total: int = 0
    computed: int = 0
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)

    @property
    def reused(self) -> int:
        """Trials that were in the store already."""
        return self.total - self.computed - sum(len(failure.trials) for failure in self.failures)


class InterruptedRunError(Exception):
    """The user interrupted; `finished` of `total` trials are in the store."""

    def __init__(self, finished: int, total: int) -> None:
        super().__init__(f"{finished} of {total} trials are stored")
        self.finished = finished
        self.total = total


def missing(trials: Iterable[Trial], store: Store, digest: str) -> list[Trial]:
    """Those trials that the store lacks."""
    wanted: dict[str, list[Trial]] = {}
    for trial in trials:
        wanted.setdefault(trial.config.key(), []).append(trial)
    lacking: dict[tuple[str, int], Trial] = {}
    for key, group in wanted.items():
        stored = store.finished(group[0].config, digest)
        lacking |= {(key, trial.seed): trial for trial in group if trial.seed not in stored}
    return list(lacking.values())


def run_trials(
    trials: Iterable[Trial],
    store: Store,
    jobs: int = 1,
    *,
    pool: Pool | None = None,
    tell: Callable[[News], None] | None = None,
) -> RunReport:
    """Computes the trials that the store lacks and writes them there, chunk by chunk.

    Args:
        jobs: worker processes; with one, or when starting them would cost more than they save, this process computes.
        pool: workers to use instead, which are not ended.
        tell: called now and then with how far it came.

    A worker that dies is replaced and its chunk tried once more; what fails again is in the report, and the rest completes.
    Raises InterruptedRunError on Ctrl-C and SettingError for a device that is not there. Finished chunks are kept in any case.
    """
    distinct = {(trial.config.key(), trial.seed): trial for trial in trials}
    here = environment()
    lacking = missing(distinct.values(), store, here.digest)
    for device in {trial.config.device for trial in lacking}:
        check_device(device)
    chunks = plan_chunks(lacking, parts=jobs)
    if pool is None and estimate_seconds(chunks) < SECONDS_WORTH_WORKERS:
        chunks, jobs = plan_chunks(lacking), 1
    report = RunReport(total=len(distinct))
    started = time.perf_counter()
    progress = _Progress(chunks, report, len(distinct) - len(lacking), tell)
    try:
        if pool is None and jobs == 1:
            _compute_here(chunks, store, here, report, progress)
        elif chunks:
            _Driver(chunks, store, here, report, progress, jobs, pool).run()
    except KeyboardInterrupt:
        raise InterruptedRunError(progress.stored + report.computed, report.total) from None
    report.seconds = time.perf_counter() - started
    return report


class _Progress:
    """Turns what chunks say of themselves into news of the whole."""

    def __init__(self, chunks: list[Chunk], report: RunReport, stored: int, tell: Callable[[News], None] | None) -> None:
        self.chunks = chunks
        self.report = report
        self.stored = stored
        self.tell = tell
        self.weights = [estimate_seconds([chunk]) for chunk in chunks]
        self.shares = [0.0] * len(chunks)
        self.total_weight = sum(self.weights) or 1.0

    def measured(self, number: int, epoch: int, loss: float, error: float) -> None:
        """A chunk has measured itself after an epoch."""
        epochs = self.chunks[number].lanes[0].config.epochs
        self.shares[number] = max(self.shares[number], epoch / epochs)
        self._say(epoch, epochs, loss, error)

    def finished(self, number: int) -> None:
        """A chunk is done with."""
        self.shares[number] = 1.0
        self._say()

    def _say(self, *measured: float) -> None:
        if self.tell:
            share = sum(w * s for w, s in zip(self.weights, self.shares, strict=True)) / self.total_weight
            self.tell(News(self.stored + self.report.computed, self.report.total, share, *measured))  # type: ignore[arg-type]


def _keep(chunk: Chunk, results: list[TrialResult], store: Store, here: Environment, report: RunReport) -> None:
    store.add(list(zip(chunk.trials, results, strict=True)), here)
    report.computed += len(results)


def _compute_here(chunks: list[Chunk], store: Store, here: Environment, report: RunReport, progress: _Progress) -> None:
    for number, chunk in enumerate(chunks):
        results = compute(chunk, here, lambda *measured, n=number: progress.measured(n, *measured))
        _keep(chunk, results, store, here, report)
        progress.finished(number)


class _Driver:
    """Hands chunks to a pool, keeps what comes back, and finds out which chunk kills its worker."""

    def __init__(
        self,
        chunks: list[Chunk],
        store: Store,
        here: Environment,
        report: RunReport,
        progress: _Progress,
        jobs: int,
        pool: Pool | None,
    ) -> None:
        self.chunks = chunks
        self.store = store
        self.here = here
        self.report = report
        self.progress = progress
        self.jobs = jobs
        self.own = pool is None
        self.pool: Pool = pool if pool is not None else Workers(min(jobs, len(chunks)))
        self.waiting = deque(range(len(chunks)))
        # After a death every chunk in flight is a suspect. Suspects run one at a time, so that the next blame is certain.
        self.suspects: deque[int] = deque()
        self.running: dict[Future[list[TrialResult]], int] = {}

    def run(self) -> None:
        """Until every chunk is stored or has failed twice."""
        try:
            while self.waiting or self.suspects or self.running:
                self._submit()
                done, _ = wait(self.running, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
                for number, *measured in self.pool.news():
                    self.progress.measured(number, *measured)  # type: ignore[arg-type]
                self._collect(done)
        finally:
            if self.own:
                self.pool.stop()

    def _submit(self) -> None:
        if self.suspects and not self.running:
            self._start(self.suspects[0])
        elif not self.suspects:
            # One chunk more than workers, so that none waits for the driver, and few are suspects after a death.
            at_once = self.jobs + 1 if self.own else len(self.chunks)
            while self.waiting and len(self.running) < at_once:
                self._start(self.waiting.popleft())

    def _start(self, number: int) -> None:
        try:
            future = self.pool.submit(number, self.chunks[number], self.here)
        except BrokenProcessPool:
            self._replace_pool()
            future = self.pool.submit(number, self.chunks[number], self.here)
        self.running[future] = number

    def _collect(self, done: Iterable[Future[list[TrialResult]]]) -> None:
        broken = False
        for future in done:
            number = self.running.pop(future)
            try:
                results = future.result()
            except RefusedWorkerError:
                raise
            except BrokenProcessPool:
                broken = True
                self._suspect(number, "the worker process died")
            except Exception as error:
                self._suspect(number, f"{type(error).__name__}: {error}")
            else:
                if self.suspects and self.suspects[0] == number:
                    self.suspects.popleft()
                _keep(self.chunks[number], results, self.store, self.here, self.report)
                self.progress.finished(number)
        if broken:
            self._replace_pool()

    def _suspect(self, number: int, reason: str) -> None:
        if self.suspects and self.suspects[0] == number:
            self.suspects.popleft()
            self.report.failures.append(Failure(self.chunks[number].trials, reason))
            self.progress.finished(number)
        else:
            self.suspects.append(number)

    def _replace_pool(self) -> None:
        for number in self.running.values():
            self._suspect(number, "the worker process died")
        self.running.clear()
        if self.own:
            self.pool.stop()
            self.pool = Workers(self.jobs)


__all__ = ["Borrowed", "InterruptedRunError", "News", "RefusedWorkerError", "RunReport", "run_trials"]
