"""The one place that prints: results on stdout, talk on stderr."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich import progress as rich_progress
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.table_layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.running.progress import Progress

SECONDS_BEFORE_FIRST_LINE = 5.0
MAX_SECONDS_BETWEEN_LINES = 60.0


def stdout() -> Console:
    """Where results go."""
    return Console(highlight=False, soft_wrap=False)


def stderr() -> Console:
    """Where talk goes."""
    return Console(stderr=True, highlight=False)


def say(line: str) -> None:
    """One line of talk."""
    stderr().print(line, soft_wrap=True, markup=False)


def show_error(line: str) -> None:
    """One line that says what went wrong."""
    stderr().print(f"Error: {line}", style="red", soft_wrap=True, markup=False)


@contextmanager
def progress(label: str) -> Iterator[Callable[[Progress], None]]:
    """A bar with epoch, mean loss, mean error and time left on a terminal; off one, a plain line now and then."""
    console = stderr()
    if not console.is_terminal:
        yield _plain_lines(label)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[detail]}"),
        TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=1.0, detail="")

        def on_progress(progress: Progress) -> None:
            detail = _detail(progress)
            if detail:
                bar.update(task, detail=detail)
            bar.update(task, completed=progress.share)

        yield on_progress


def _detail(progress: Progress) -> str:
    if progress.epoch is None or progress.loss is None or progress.error is None:
        return ""
    return f"epoch {progress.epoch}/{progress.epochs}  loss {progress.loss:.4f}  error {100 * progress.error:.1f} %"


def _plain_lines(label: str) -> Callable[[Progress], None]:
    started = last = time.monotonic()
    pause = SECONDS_BEFORE_FIRST_LINE

    def on_progress(progress: Progress) -> None:
        nonlocal last, pause
        now = time.monotonic()
        if now - last < pause or not 0 < progress.share < 1:
            return
        last, pause = now, min(2 * pause, MAX_SECONDS_BETWEEN_LINES)
        left = (now - started) * (1 - progress.share) / progress.share
        parts = [
            f"{label}: {100 * progress.share:.0f} %",
            f"{progress.finished} of {progress.total} trials stored",
            _detail(progress),
        ]
        say(", ".join(part for part in parts if part) + f", about {left:.0f} s left")

    return on_progress


def show_heading(text: str) -> None:
    """A line that stands out, on stdout; where it is wrapped, it goes on indented."""
    console = stdout()
    console.print(wrap(text, console.width, hanging=2), style="bold", soft_wrap=True, markup=False)


def show_text(text: str, indent: int = 0) -> None:
    """Running text on stdout, wrapped at the width of the terminal; below an indented line it goes on indented further."""
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


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> None:
    """A table on stdout; the first column is text, the others numbers. Where it is too wide, it comes in parts."""
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
    show_text("Files written:")
    for path in files:
        stdout().print(f"  {path}", soft_wrap=True, markup=False)
