"""`minifw reproduce`: every report's study, times and verdicts, and the page that shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.dry_run import show_plans
from cli.errors import EXIT_UNMET, ending_well
from cli.options import JOBS, RESULTS_DIR, ROUNDS, SEED, Json, Quiet, check_choice, fail
from cli.study_command import check_folder, show_failures, warm_up
from experiments.config.setting_types import did_you_mean
from experiments.config.settings import option_name
from experiments.reports.catalogue import REPORTS
from experiments.reports.plan import Plan, plan
from experiments.verdicts.looks import LOOKS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.verdicts.changes import Changes
    from experiments.workflows.reproduce import Reproduction

Reports = Annotated[
    list[str] | None, typer.Argument(metavar="[REPORT]...", help=f"Which of {', '.join(REPORTS)}.", show_default="all")
]
FURTHER_LOOKS = [str(look) for look in LOOKS][1:]
Readings = Annotated[
    bool,
    typer.Option(
        "--readings",
        help="Run the alternative readings too, tell whose luck errors are and how often verdicts are right; so does --rounds "
        "from 1000 on.",
    ),
]
Times = Annotated[bool, typer.Option("--times/--no-times", help="Measure times, alone, after everything else.")]
Check = Annotated[
    bool, typer.Option("--check", help="Compare with a ledger, write nothing but trials; exit code 4 when a verdict changed.")
]
Looks = Annotated[
    str | None,
    typer.Option(
        "--looks",
        metavar="|".join(FURTHER_LOOKS),
        help=f"Begin with {min(LOOKS)} rounds, and look at undecided claims again with more, up to so many.",
        show_default=False,
    ),
]
COMMITTED = "results/thousand-seeds"
Ledger = Annotated[str, typer.Option("--ledger", metavar="FOLDER", help="The results whose ledger --check compares with.")]
MIN_ROUNDS_FOR_READINGS = 1000


def reproduce(
    reports: Reports = None,
    rounds: Annotated[
        str | None,
        typer.Option(
            metavar="INTEGER", help=f"{ROUNDS.help} (default: each study's own; with --check the ledger's)", show_default=False
        ),
    ] = None,
    seed: Annotated[str | None, typer.Option(metavar="INTEGER", help=f"{SEED.help} (default: 0)", show_default=False)] = None,
    readings: Readings = False,
    times: Times = True,
    looks: Looks = None,
    check: Check = False,
    ledger: Ledger = COMMITTED,
    jobs: Annotated[
        str | None, typer.Option(metavar="INTEGER", help=f"{JOBS.help} (default: the cores)", show_default=False)
    ] = None,
    results_dir: Annotated[str, typer.Option(metavar="FOLDER", help=RESULTS_DIR.help)] = "results",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be computed and how long; then stop.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run every study of the reports, measure times, judge every claim, and write results/README.md.

    Example: minifw reproduce feng --rounds 100

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
    if looks:
        check_choice("--looks", looks, FURTHER_LOOKS)
    if looks and (check or options["rounds"] not in (None, min(LOOKS))):
        raise fail("--looks", f"begins with {min(LOOKS)} rounds and says how many follow: leave out --rounds and --check")
    chosen, workers, folder = reports or list(REPORTS), options["jobs"] or os.cpu_count() or 1, Path(options["results_dir"])
    with console.output(json=json, quiet=quiet):
        with ending_well() as interruption:
            before = _ledger_of(Path(ledger), chosen) if check else None
            plans = _plan(chosen, options["rounds"] or (min(LOOKS) if looks else None), options["seed"], readings, before)
            if dry_run:
                interruption.loaded()
                show_plans([each.study for each in plans], folder, workers)
                raise typer.Exit
            check_folder(folder)
            warm_up([trial for each in plans for trial in each.study.trials], workers)

            from experiments.workflows.in_depth import Depth
            from experiments.workflows.looks import plan_by_looks
            from experiments.workflows.reproduce import reproduce as reproduce_all

            interruption.loaded()
            with console.progress("reproduce") as on_progress:
                if looks:
                    plans = plan_by_looks(
                        chosen, folder, workers, last=int(looks), first_seed=options["seed"], on_progress=on_progress
                    )
                depth = Depth() if any(each.reading for each in plans) else None
                done = reproduce_all(plans, folder, workers, times=times, check=check, depth=depth, on_progress=on_progress)
        changes = None if before is None else _compare(before, done.ledger)
        console.show_json(lambda: _describe(done, changes))
        _show(done, folder)
        if changes is not None:
            _show_changes(changes)


def _compare(before: pd.DataFrame, now: pd.DataFrame) -> Changes:
    from experiments.verdicts.changes import compare_ledgers

    return compare_ledgers(before, now)


def _describe(done: Reproduction, changes: Changes | None) -> dict[str, object]:
    """What came of it, for programs."""
    described: dict[str, object] = {
        "trials": {"computed": done.report.computed, "reused": done.report.reused, "failed": done.report.failed},
        "seconds": done.report.seconds,
        "parts": done.parts,
        "ledger": done.ledger,
        "files": done.files,
    }
    return described if changes is None else described | {"changes": vars(changes)}


def _ledger_of(folder: Path, reports: list[str]) -> pd.DataFrame:
    """The rows of a folder's ledger on some reports, or a usage error."""
    from experiments.verdicts.ledger_file import read_ledger

    ledger = read_ledger(folder)
    if ledger is None:
        raise fail("--ledger", f"there is no ledger in {folder}")
    return ledger[ledger["report"].isin(reports)]


def _plan(reports: list[str], rounds: int | None, seed: int, readings: bool, before: pd.DataFrame | None) -> list[Plan]:
    """The studies to run, with the rounds that were asked for; else those of the ledger to compare with, or their own."""
    if rounds is None and before is not None:
        from experiments.verdicts.changes import rounds_of

        return plan(reports, rounds_of(before), readings, seed)
    return plan(reports, rounds, readings or (rounds or 0) >= MIN_ROUNDS_FOR_READINGS, seed)


def _show(done: Reproduction, folder: Path) -> None:
    from experiments.verdicts.ledger import count_claims

    for notice in done.notices:
        console.say(f"Note: {notice}.")
    counts = count_claims(done.ledger).reset_index()
    rows = [[str(cell) for cell in row] for row in counts.itertuples(index=False)]
    note = "fitted: the reading was found by search; mixed: the rows of a claim come out differently."
    console.show_table(
        f"{counts[['stated', 'fitted']].to_numpy().sum()} claims in {len(done.judged)} rows", list(counts.columns), rows, note
    )
    parts = [[row.part, f"{row.seconds:.1f}"] for row in done.parts.itertuples()]
    space = f"store {done.space['store']:.0f} MB, memory of this process at most {done.space['memory']:.0f} MB"
    console.show_table("what it took", ["part", "seconds"], parts, space)
    console.show_text(f"{done.report.computed} trials computed in {done.report.seconds:.0f} s, {done.report.reused} reused.")
    if done.files:
        console.show_text(f"{len(done.files)} files written; begin with {folder / 'README.md'}")
    show_failures(done.report.failures)


def _show_changes(changes: Changes) -> None:
    if changes.not_run:
        console.show_text(f"Not run this time: {', '.join(changes.not_run)}.")
    if len(changes.needs_seeds):
        rows = [[str(cell) for cell in row] for row in changes.needs_seeds.itertuples(index=False)]
        note = "Undecided with the seeds of this run; without --rounds, --check takes the ledger's."
        console.show_table("Claims that need more seeds", ["claim", "ledger", "its seeds", "seeds now"], rows, note)
    if changes.changed.empty:
        console.show_text("No verdict has changed.")
        return
    rows = [[row.claim, row.old, row.new] for row in changes.changed.itertuples()]
    console.show_table("Verdicts that have changed", ["claim", "ledger", "now"], rows)
    raise typer.Exit(EXIT_UNMET)
