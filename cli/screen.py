"""The one place that prints: results on stdout, talk on stderr."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.api import Outcome
    from experiments.runner import News

SECONDS_BETWEEN_LINES = 5.0


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

    def tell(news: News) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SECONDS_BETWEEN_LINES or not 0 < news.share < 1:
            return
        last = now
        left = (now - started) * (1 - news.share) / news.share
        parts = [f"{label}: {100 * news.share:.0f} %", f"{news.finished} of {news.total} trials stored", _detail(news)]
        say(", ".join(part for part in parts if part) + f", about {left:.0f} s left")

    return tell


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> None:
    """A table on stdout; the first column is text, the others numbers."""
    table = Table(
        title=title, caption=caption, title_justify="left", caption_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    for index, name in enumerate(columns):
        table.add_column(name, justify="left" if index == 0 else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    stdout().print(table)


def show_outcome(outcome: Outcome) -> None:
    """The summary of a study, what was computed, and the files written."""
    from experiments.tables import METRICS

    study = outcome.study
    several = len(study.arms) > 1
    rows = []
    for row in outcome.summary.itertuples():
        is_error = row.metric.endswith("error")
        name = row.metric.replace("_", " ") + (" %" if is_error else "")
        numbers = [row.mean, row.std, row.low, row.high, row.minimum, row.maximum]
        shown = [_number(100 * value, 2) if is_error else _number(value, 3) for value in numbers]
        cells = [name, shown[0], shown[1], f"{shown[2]} to {shown[3]}", shown[4], shown[5], str(row.diverged)]
        rows.append([row.arm, *cells] if several else cells)
    if several:
        rows = [row for row in rows if not row[1].startswith("train loss")] if len(study.arms) * len(METRICS) > 30 else rows
    header = ["final value", "mean", "std", "95 % interval", "min", "max", "diverged"]
    show_table(
        f"{study.name}: {study.rounds} round{'s' if study.rounds > 1 else ''}",
        ["arm", *header] if several else header,
        rows,
        "Interval: bootstrap of the mean.",
    )
    console = stdout()
    report = outcome.report
    if report.computed:
        reused = f", {report.reused} reused" if report.reused else ""
        console.print(f"{report.computed} trials computed in {report.seconds:.1f} s{reused}.")
    elif not report.failures:
        console.print(f"Nothing to compute: all {report.total} trials were stored already.")
    console.print("Files written:")
    for path in outcome.files:
        console.print(f"  {path}", soft_wrap=True)


def _number(value: float, digits: int) -> str:
    return "-" if value != value else f"{value:.{digits}f}"
