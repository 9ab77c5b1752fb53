"""The one place that prints: results on stdout, talk on stderr."""

from __future__ import annotations

import json
import math
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich import progress as rich_progress
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.table_layout import lay_out

if TYPE_CHECKING:
    from experiments.running.progress import Progress

SECONDS_BEFORE_FIRST_LINE = 5.0
MAX_SECONDS_BETWEEN_LINES = 60.0
DONE = 1 - 1e-9  # a share is a sum of floats


def stdout() -> Console:
    """Where results go."""
    return Console(highlight=False, soft_wrap=False)


def stderr() -> Console:
    """Where talk goes."""
    return Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Output:
    """What is printed: results as JSON in place of tables, or nothing but errors."""

    json: bool = False
    quiet: bool = False

    @property
    def tables(self) -> bool:
        """Whether results are shown as text."""
        return not (self.json or self.quiet)


PLAIN_TEXT = Output()
_output: ContextVar[Output] = ContextVar("output", default=PLAIN_TEXT)


@contextmanager
def output(*, json: bool, quiet: bool) -> Iterator[None]:
    """How what is within prints."""
    before = _output.set(Output(json, quiet))
    try:
        yield
    finally:
        _output.reset(before)


def say(line: str) -> None:
    """One line of talk."""
    if not _output.get().quiet:
        say_anyway(line)


def say_anyway(line: str) -> None:
    """One line on how a command ended, also where no talk is wanted."""
    stderr().print(line, soft_wrap=True, markup=False)


def show_error(line: str) -> None:
    """One line that says what went wrong."""
    stderr().print(f"Error: {line}", style="red", soft_wrap=True, markup=False)


class Reporter:
    """Tells how far a run is: called with its progress while trials are computed, then with the name of each phase."""

    def __call__(self, progress: Progress) -> None:
        """Trials are computed; here nobody is told."""

    def phase(self, name: str) -> None:
        """Something begins of which nobody knows how far it is."""


@contextmanager
def progress(label: str, then: str = "tables and figures") -> Iterator[Reporter]:
    """A bar with epoch, mean loss, mean error and time left on a terminal; off one, a plain line now and then.

    `then` names what comes when all trials are computed: the bar moves on without a share, for 100 % would mean done.
    """
    console = stderr()
    if _output.get().quiet:
        yield Reporter()
    elif not console.is_terminal:
        yield _Lines(label, then)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[share]}"),
            TextColumn("{task.fields[detail]}"),
            TimeRemainingColumn(),
        )
        with rich_progress.Progress(*columns, console=console, transient=True) as bar:
            yield _Bar(bar, label, then)


class _Bar(Reporter):
    def __init__(self, bar: rich_progress.Progress, label: str, then: str) -> None:
        self._bar, self._label, self._then = bar, label, then
        self._task = bar.add_task(f"{label}: trials", total=1.0, detail="", share="  0 %")

    def __call__(self, progress: Progress) -> None:
        if progress.share > DONE:
            self.phase(self._then)
            return
        detail = _detail(progress)
        if detail:
            self._bar.update(self._task, detail=detail)
        self._bar.update(self._task, completed=progress.share, share=f"{100 * progress.share:>3.0f} %")

    def phase(self, name: str) -> None:
        self._bar.update(self._task, description=f"{self._label}: {name}", total=None, detail="", share="")


def _detail(progress: Progress) -> str:
    if progress.epoch is None or progress.loss is None or progress.error is None:
        return ""
    return f"epoch {progress.epoch}/{progress.epochs}  loss {progress.loss:.4f}  error {100 * progress.error:.1f} %"


class _Lines(Reporter):
    def __init__(self, label: str, then: str) -> None:
        self._label, self._then = label, then
        self._started = self._last = time.monotonic()
        self._pause = SECONDS_BEFORE_FIRST_LINE
        self._phase = ""

    def __call__(self, progress: Progress) -> None:
        if progress.share > DONE:
            self.phase(self._then)
            return
        now = time.monotonic()
        if now - self._last < self._pause or progress.share <= 0:
            return
        self._last, self._pause = now, min(2 * self._pause, MAX_SECONDS_BETWEEN_LINES)
        left = (now - self._started) * (1 - progress.share) / progress.share
        parts = [
            f"{self._label}: {100 * progress.share:.0f} %",
            f"{progress.finished} of {progress.total} trials stored",
            _detail(progress),
        ]
        say(", ".join(part for part in parts if part) + f", about {left:.0f} s left")

    def phase(self, name: str) -> None:
        """A line, once, where the run has been long enough for lines."""
        if name != self._phase and time.monotonic() - self._started >= SECONDS_BEFORE_FIRST_LINE:
            say(f"{self._label}: {name} ...")
        self._phase = name


def show_json(describe: Callable[[], Any]) -> None:
    """What `describe` gives as JSON on stdout, when results are wanted so; what is no number is null."""
    if _output.get().json:
        stdout().print(json.dumps(as_plain(describe()), indent=2), soft_wrap=True, markup=False)


def show_list(rows: Sequence[Sequence[str]]) -> None:
    """A line a row, its columns below each other; on a terminal lines end where it does."""
    if not _output.get().tables:
        return
    console = stdout()
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        short = f"{line[: console.width - 4]} ..." if console.is_terminal and len(line) > console.width else line
        console.print(short, soft_wrap=True, markup=False)


def as_plain(value: Any) -> Any:
    """The value as JSON has it: tables as lists of rows, paths as text, numbers that are not finite as None."""
    if hasattr(value, "to_dict"):
        return as_plain(value.to_dict("records"))
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def show_heading(text: str) -> None:
    """A line that stands out, on stdout; where it is wrapped, it goes on indented."""
    if not _output.get().tables:
        return
    console = stdout()
    console.print(wrap(text, console.width, hanging=2), style="bold", soft_wrap=True, markup=False)


def show_text(text: str, indent: int = 0) -> None:
    """Running text on stdout, wrapped at the width of the terminal; below an indented line it goes on indented further."""
    if not _output.get().tables:
        return
    console = stdout()
    console.print(wrap(text, console.width, indent, 2 if indent else 0), soft_wrap=True, markup=False)


def wrap(text: str, width: int, indent: int = 0, hanging: int = 0) -> str:
    """Lines of at most `width`, broken at spaces only, so that a name or a path that is longer stays whole."""
    first, rest = " " * indent, " " * (indent + hanging)
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def counted(number: int, noun: str) -> str:
    """`1 round`, `10 rounds`."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def show_plain(text: str) -> None:
    """Text on stdout as it is, for other programs to read."""
    if _output.get().tables:
        stdout().print(text, end="", soft_wrap=True, markup=False)


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> None:
    """A table on stdout; the first column is text, the others numbers. Where it is too wide, it comes in parts."""
    if not _output.get().tables:
        return
    console = stdout()
    layout = lay_out(columns, rows, console.width)
    show_heading(title)
    for part in layout.parts:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, layout.gap - 2))
        for index in part:
            # Only a name that leaves its numbers no room is broken.
            table.add_column(
                layout.headers[index],
                justify="right" if index else "left",
                vertical="bottom",
                overflow="fold",
                no_wrap=index > 0,
            )
        for row in rows:
            table.add_row(*(row[index] for index in part))
        console.print(table)
    if caption:
        show_text(caption)


def show_files(files: Sequence[Path]) -> None:
    """The files written, one a line."""
    if not _output.get().tables:
        return
    show_text("Files written:")
    for path in files:
        stdout().print(f"  {path}", soft_wrap=True, markup=False)
