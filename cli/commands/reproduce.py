"""`minifw reproduce`: every report's study, times and verdicts, and the page that shows them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.errors import ending_well
from cli.options import JOBS, RESULTS_DIR, ROUNDS, SEED, fail
from cli.study_command import check_folder, show_failures, warm_up
from experiments.config.setting_types import did_you_mean
from experiments.config.settings import option_name
from experiments.reports.catalogue import REPORTS
from experiments.reports.plan import plan

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from experiments.workflows.reproduce import Reproduction

EXIT_CHANGED = 4

Reports = Annotated[
    list[str] | None, typer.Argument(metavar="[REPORT]...", help=f"Which of {', '.join(REPORTS)}.", show_default="all")
]
Readings = Annotated[bool, typer.Option("--readings", help="Run the alternative readings too; so does --rounds from 1000 on.")]
Times = Annotated[bool, typer.Option("--times/--no-times", help="Measure times, alone, after everything else.")]
Check = Annotated[
    bool, typer.Option("--check", help="Compare with the folder's ledger, write nothing; exit code 4 when a verdict changed.")
]
MIN_ROUNDS_FOR_READINGS = 1000


def reproduce(
    reports: Reports = None,
    rounds: Annotated[
        str | None, typer.Option(metavar="INTEGER", help=f"{ROUNDS.help} (default: each study's own)", show_default=False)
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="INTEGER", help=f"{SEED.help} (default: 0)", show_default=False)] = None,
    readings: Readings = False,
    times: Times = True,
    check: Check = False,
    jobs: Annotated[
        str | None, typer.Option(metavar="INTEGER", help=f"{JOBS.help} (default: the cores)", show_default=False)
    ] = None,
    results_dir: Annotated[str, typer.Option(metavar="FOLDER", help=RESULTS_DIR.help)] = "results",
) -> None:
    """Run every study of the reports, measure times, judge every claim, and write results/README.md.

    Trials that are stored already are not computed again; more --rounds widen all studies.
    """
    for report in reports or ():
        if report not in REPORTS:
            raise fail("REPORT", f"{report!r} is not one of {', '.join(REPORTS)}{did_you_mean(report, REPORTS)}")
    options = {}
    for option, text in ((ROUNDS, rounds), (SEED, seed), (JOBS, jobs), (RESULTS_DIR, results_dir)):
        try:
            options[option.name] = option.parse(text)
        except ValueError as error:
            raise fail(option_name(option.name), str(error)) from None
    wanted = options["rounds"]
    with_readings = readings or (wanted or 0) >= MIN_ROUNDS_FOR_READINGS
    plans = plan(reports or list(REPORTS), wanted, with_readings, options["seed"])
    workers = options["jobs"] or os.cpu_count() or 1

    from pathlib import Path

    folder = Path(options["results_dir"])
    with ending_well() as interruption:
        check_folder(folder)
        warm_up([trial for each in plans for trial in each.study.trials], workers)

        from experiments.verdicts.ledger import changed_verdicts
        from experiments.verdicts.ledger_file import fill_not_run, read_ledger
        from experiments.workflows.reproduce import reproduce as reproduce_all

        interruption.loaded()
        before = read_ledger(folder)
        if check and before is None:
            raise fail("--check", f"there is no ledger in {folder}")
        with console.progress("reproduce") as on_progress:
            done = reproduce_all(plans, folder, workers, times=times, check=check, on_progress=on_progress)
    _show(done, folder)
    if check and before is not None:
        asked = before[before["report"].isin(reports or list(REPORTS))]
        _show_changes(changed_verdicts(asked, fill_not_run(done.ledger, asked)))


def _show(done: Reproduction, folder: Path) -> None:
    from experiments.verdicts.ledger import count_outcomes

    for notice in done.notices:
        console.say(f"Note: {notice}.")
    counts = count_outcomes(done.ledger).reset_index()
    rows = [[str(cell) for cell in row] for row in counts.itertuples(index=False)]
    console.show_table(f"{len(done.judged)} claims", list(counts.columns), rows, "fitted: the reading was found by search.")
    parts = [[row.part, f"{row.seconds:.1f}"] for row in done.parts.itertuples()]
    space = f"store {done.space['store']:.0f} MB, memory of this process at most {done.space['memory']:.0f} MB"
    console.show_table("what it took", ["part", "seconds"], parts, space)
    console.show_text(f"{done.report.computed} trials computed in {done.report.seconds:.0f} s, {done.report.reused} reused.")
    if done.files:
        console.show_text(f"{len(done.files)} files written; begin with {folder / 'README.md'}")
    show_failures(done.report.failures)


def _show_changes(changes: pd.DataFrame) -> None:
    rows = [[row.claim, row.old, row.new] for row in changes.itertuples()]
    if not rows:
        console.show_text("No verdict has changed.")
        return
    console.show_table("Verdicts that have changed", ["claim", "ledger", "now"], rows)
    raise typer.Exit(EXIT_CHANGED)
