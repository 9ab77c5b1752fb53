"""A random sample of mistakes, and which of them the tests let live."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import ClassVar

from tests.mutation.copies import TIMED_OUT, Run, copy_of, load_once, run_tests
from tests.mutation.equivalent import reason
from tests.mutation.mapping import files_of_tests, source_files
from tests.mutation.mistakes import Mistake, mistakes_in

PASSED, NO_TEST_RAN = 0, 5
UNKNOWN = Run(TIMED_OUT, "")


@dataclass(frozen=True)
class Sample:
    """What became of a random sample: the mistakes `found`, each with the test that failed, and those `alive`."""

    found: list[tuple[Mistake, str]] = field(default_factory=list)
    alive: list[Mistake] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of all mistakes, those found."""
        return len(self.found) / ((len(self.found) + len(self.alive)) or 1)


def draw_mistakes(root: Path, modules: Sequence[str], count: int, seed: int) -> list[Mistake]:
    """As many mistakes, drawn from all that can be made in the modules but for those known to change nothing."""
    possible = [
        mistake
        for file in source_files(root, list(modules))
        for mistake in mistakes_in(file, (root / file).read_text(encoding="utf-8"))
    ]
    random.Random(seed).shuffle(possible)
    return [mistake for mistake in possible if reason(mistake, root) is None][:count]


@dataclass(frozen=True)
class Trying:
    """What is tried: a mistake, the test files that mirror its module, the others, and the seconds they have."""

    mistake: Mistake
    tests: tuple[list[str], list[str]]
    limit: float


def try_sample(
    root: Path, modules: Sequence[str], count: int, seed: int, at_once: int = 2, limit: float = 150, say: Callable = print
) -> Sample:
    """Plants a random sample of mistakes one by one. Tests that pass for `limit` seconds have let one live."""
    load_once()
    sample, drawn = Sample(), draw_mistakes(root, modules, count, seed)
    trials = [Trying(mistake, files_of_tests(root, mistake.file), limit) for mistake in drawn]
    with workers_on_copies(root, at_once) as workers:
        for mistake, test in zip(drawn, workers.map(killer, trials), strict=True):
            say(f"{'lives' if test is None else 'found'}  {mistake}" + (f"   [{test}]" if test else ""), flush=True)
            sample.alive.append(mistake) if test is None else sample.found.append((mistake, test))
    return sample


@contextmanager
def workers_on_copies(root: Path, at_once: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that have a `Workplace` each; no threads, for a fork beside one may wait for ever on what that thread held."""
    context = multiprocessing.get_context("fork")
    with ExitStack() as stack:
        folders = context.SimpleQueue()
        for _ in range(at_once):
            folders.put(stack.enter_context(copy_of(root)))
        yield stack.enter_context(ProcessPoolExecutor(at_once, context, Workplace.take, (folders,)))


class Workplace:
    """A process's own copy of the tree, and how its test files end unchanged; each is run when that is first asked."""

    mine: ClassVar[Workplace]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._unchanged: dict[tuple[str, ...], Run] = {}

    @classmethod
    def take(cls, folders: SimpleQueue) -> None:
        """Gives this process one of the copies."""
        cls.mine = cls(folders.get())

    def run_with(self, file: str, change: Callable[[str], str], tests: Sequence[str], limit: float) -> Run:
        """The tests with a file's text changed, which is taken back."""
        path = self.folder / file
        source = path.read_text(encoding="utf-8")
        path.write_text(change(source), encoding="utf-8")
        try:
            return run_tests(self.folder, tests, limit)
        finally:
            path.write_text(source, encoding="utf-8")

    def run_without(self, files: tuple[str, ...], limit: float) -> Run:
        """The tests on the tree as it is; a run that came to an end is not repeated."""
        if self._unchanged.get(files, UNKNOWN).code == TIMED_OUT:
            self._unchanged[files] = run_tests(self.folder, files, limit)
        return self._unchanged[files]


def killer(trying: Trying) -> str | None:
    """The test that fails with the mistake in place and not without it; "time" where they no longer end."""
    here = Workplace.mine
    for files in filter(None, trying.tests):
        run = here.run_with(trying.mistake.file, trying.mistake.planted_in, files, trying.limit)
        if run.code == TIMED_OUT:
            if here.run_without(tuple(files), trying.limit / 2).code == PASSED:
                return "time"
        elif run.code not in (PASSED, NO_TEST_RAN):
            failed = run.failed or files[0]
            if here.run_without((failed.partition("::")[0],), trying.limit).code in (PASSED, TIMED_OUT):
                return failed
    return None
