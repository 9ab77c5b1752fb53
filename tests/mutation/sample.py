"""A random sample of mistakes, and which of them the tests let live."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.copies import TIMED_OUT, copy_of, load_once, run_tests
from tests.mutation.equivalent import reason
from tests.mutation.mapping import source_files, tests_of
from tests.mutation.mistakes import Mistake, mistakes_in

NO_TEST_RAN, A_TEST_FAILED = 5, 1
SECONDS_UNCHANGED = 600.0


@dataclass(frozen=True)
class Sample:
    """What became of a random sample: `found` with the test that failed, `alive`, and test files that fail unchanged."""

    found: list[tuple[Mistake, str]] = field(default_factory=list)
    alive: list[Mistake] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)


def draw_mistakes(root: Path, modules: Sequence[str], count: int, seed: int) -> list[Mistake]:
    """As many mistakes, drawn from all that can be made in the modules but for those known to change nothing."""
    possible = [
        mistake
        for file in source_files(root, list(modules))
        for mistake in mistakes_in(file, (root / file).read_text(encoding="utf-8"))
    ]
    random.Random(seed).shuffle(possible)
    return [mistake for mistake in possible if reason(mistake, root) is None][:count]


class Copies:
    """Copies of the tree, as many as runs at once, each lent to one run at a time."""

    def __init__(self, root: Path, at_once: int) -> None:
        self.root, self.at_once, self._stack = root, at_once, ExitStack()
        self._free: SimpleQueue[Path] = SimpleQueue()

    def __enter__(self) -> Copies:
        for _ in range(self.at_once):
            self._free.put(self._stack.enter_context(copy_of(self.root)))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def map(self, work: Callable, items: Sequence) -> Iterator:
        """`work(folder, item)` for every item, results in order."""

        def lent(item: object) -> object:
            folder = self._free.get()
            try:
                return work(folder, item)
            finally:
                self._free.put(folder)

        with ThreadPoolExecutor(self.at_once) as pool:
            yield from pool.map(lent, items)


def try_sample(
    root: Path, modules: Sequence[str], count: int, seed: int, at_once: int = 2, longest: float = 60, say: Callable = print
) -> Sample:
    """Plants a random sample of mistakes one by one. Test files that take longer than `longest` seconds are left out."""
    load_once()
    sample, drawn = Sample(), draw_mistakes(root, modules, count, seed)
    mapped = {file: tests_of(root, file) for file in {mistake.file for mistake in drawn}}
    files = sorted({test for own, others in mapped.values() for test in (*own, *others)})
    with Copies(root, at_once) as copies:
        unchanged = dict(zip(files, copies.map(lambda folder, file: run_tests(folder, [file], SECONDS_UNCHANGED), files), strict=True))
        sample.failing.extend(file for file, run in unchanged.items() if run.code not in (0, NO_TEST_RAN))
        seconds = {file: run.seconds for file, run in unchanged.items() if run.code == 0 and run.seconds <= longest}

        def try_one(folder: Path, mistake: Mistake) -> str | None:
            return killer(folder, mistake, mapped[mistake.file], seconds)

        for mistake, test in zip(drawn, copies.map(try_one, drawn), strict=True):
            say(f"{'lives' if test is None else 'found'}  {mistake}" + (f"   [{test}]" if test else ""), flush=True)
            sample.alive.append(mistake) if test is None else sample.found.append((mistake, test))
    return sample


def killer(folder: Path, mistake: Mistake, tests: tuple[list[str], list[str]], seconds: dict[str, float]) -> str | None:
    """The test that fails with the mistake in place, "time" when they don't end, None when all pass."""
    own, others = ([file for file in files if file in seconds] for files in tests)
    files = [*own, *sorted(others, key=seconds.__getitem__)]
    if not files:
        return None
    path = folder / mistake.file
    source = path.read_text(encoding="utf-8")
    path.write_text(mistake.planted_in(source), encoding="utf-8")
    try:
        run = run_tests(folder, files, 60 + 4 * sum(seconds[file] for file in files))
    finally:
        path.write_text(source, encoding="utf-8")
    if run.code in (0, NO_TEST_RAN):
        return None
    named = [line for line in run.output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "time" if run.code == TIMED_OUT else named[-1].partition(" - ")[0] if named else f"exit code {run.code}"
