"""The one place that prints: results on stdout, talk on stderr."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cli.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.api import Outcome
    from experiments.runner import News

SECONDS_BEFORE_FIRST_LINE = 5.0
MOST_SECONDS_BETWEEN_LINES = 60.0
SUMMARY_COLUMNS = ("mean", "std", "95 % interval", "min", "max", "diverged")
INTERVAL_NOTE = "Interval: bootstrap of the mean."


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
def progress(label: str) -> Iterator[Callable[[News], None]]:
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
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=1.0, detail="")

        def tell(news: News) -> None:
            detail = _detail(news)
            if detail:
                bar.update(task, detail=detail)
            bar.update(task, completed=news.share)

        yield tell


def _detail(news: News) -> str:
    if news.epoch is None or news.loss is None or news.error is None:
        return ""
    return f"epoch {news.epoch}/{news.epochs}  loss {news.loss:.4f}  error {100 * news.error:.1f} %"


def _plain_lines(label: str) -> Callable[[News], None]:
    started = last = time.monotonic()
    pause = SECONDS_BEFORE_FIRST_LINE

    def tell(news: News) -> None:
        nonlocal last, pause
        now = time.monotonic()
        if now - last < pause or not 0 < news.share < 1:
            return
        last, pause = now, min(2 * pause, MOST_SECONDS_BETWEEN_LINES)
        left = (now - started) * (1 - news.share) / news.share
        parts = [f"{label}: {100 * news.share:.0f} %", f"{news.finished} of {news.total} trials stored", _detail(news)]
        say(", ".join(part for part in parts if part) + f", about {left:.0f} s left")

    return tell


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


def show_outcome(outcome: Outcome) -> None:
    """The summary of a study, what was computed, and the files written."""
    study = outcome.study
    rounds = f"{study.rounds} round{'s' if study.rounds > 1 else ''}"
    if len(study.arms) == 1:
        rows = [[metric_name(row.metric), *_cells(row)] for row in outcome.summary.itertuples()]
        show_table(f"{study.name}: {rounds}", ["final value", *SUMMARY_COLUMNS], rows, INTERVAL_NOTE)
    else:
        for metric, part in outcome.summary.groupby("metric", sort=False):
            rows = [[row.arm, *_cells(row)] for row in part.itertuples()]
            show_table(f"{study.name}: final {metric_name(str(metric))}, {rounds}", ["arm", *SUMMARY_COLUMNS], rows)
        show_text(INTERVAL_NOTE)
        show_differences(outcome)
    report = outcome.report
    if report.computed:
        reused = f", {report.reused} reused" if report.reused else ""
        show_text(f"{report.computed} trials computed in {report.seconds:.1f} s{reused}.")
    elif not report.failures:
        show_text(f"Nothing to compute: all {report.total} trials were stored already.")
    show_files(outcome.files)


def show_differences(outcome: Outcome) -> None:
    """Every arm against the first, paired by seed, in the last error shown: is the difference real, or is it the seed?"""
    from experiments.tables import paired_table, present_metrics

    study = outcome.study
    metric = [name for name in present_metrics(outcome.table) if name.endswith("error")][-1]
    first = study.arms[0].name
    rows = []
    for row in paired_table(study, outcome.table, metric).itertuples():
        real = "not told apart" if not (row.low > 0 or row.high < 0) else "lower" if row.high < 0 else "higher"
        interval = f"{_number(100 * row.low, 2)} to {_number(100 * row.high, 2)}"
        rows.append([row.arm, _number(100 * row.mean, 2), interval, f"{100 * row.lower:.0f} %", str(row.pairs), real])
    show_table(
        f"{study.name}: {metric.replace('_', ' ')} minus {first}'s, in points, paired by seed",
        ["arm", "mean", "95 % interval", "lower in", "seeds", f"than {first}"],
        rows,
        "Of several arms, one in twenty seems apart by chance.",
    )


def show_files(files: Sequence[Path]) -> None:
    """The files written, one a line."""
    show_text("Files written:")
    for path in files:
        stdout().print(f"  {path}", soft_wrap=True, markup=False)


def metric_name(metric: str) -> str:
    """`test error %` for test_error."""
    return metric.replace("_", " ") + (" %" if metric.endswith("error") else "")


def _cells(row: Any) -> list[str]:
    scale, digits = (100, 2) if row.metric.endswith("error") else (1, 3)
    mean, std, low, high, minimum, maximum = (
        _number(scale * value, digits) for value in (row.mean, row.std, row.low, row.high, row.minimum, row.maximum)
    )
    return [mean, std, f"{low} to {high}", minimum, maximum, str(row.diverged)]


def _number(value: float, digits: int) -> str:
    return "-" if value != value else f"{value:.{digits}f}"
