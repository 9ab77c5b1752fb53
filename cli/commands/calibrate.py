"""`minifw calibrate`: how often each verdict is given, and how often it is wrong, where the truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.errors import ending_well
from cli.options import Folder, Json, Quiet, fail, parse_option
from cli.study_command import check_folder, check_name
from experiments.config.setting_types import Integer
from experiments.errors import TableError

if TYPE_CHECKING:
    from experiments.workflows.calibrate import Calibration

REPORTS, STORED = "80", "results/thousand-seeds"
SHORT = ("repr.", "offset", "comp.", "margin", "undec.", "not", "wrong")
Stored = Annotated[
    str, typer.Argument(metavar="FOLDER", help=f"Where reproduce left its tables (default: {STORED})", show_default=False)
]
Reports = Annotated[
    str, typer.Option("--reports", metavar="INTEGER", help="Made-up reports of each situation.", show_default=REPORTS)
]
Seed = Annotated[str, typer.Option("--seed", metavar="INTEGER", help="The seed of the draws.", show_default="0")]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help="What file names begin with.", show_default="calibrate")]


def calibrate(
    folder: Stored = STORED,
    reports: Reports = REPORTS,
    seed: Seed = "0",
    results_dir: Folder = Path("results"),
    name: Name = "calibrate",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Judge the judge: thousands of made-up reports whose truth is known, how often each verdict is given and is wrong.

    Example: minifw calibrate --reports 200

    Stored final errors are cut in two at random: one half is ours, of the other a report is made up, of the same settings or
    moved by half a margin, one or two, with few or many runs, with runs that diverge, with seeds that share data sets. Writes
    NAME.csv and NAME.md.
    """
    count, first = parse_option("--reports", Integer(1), reports), parse_option("--seed", Integer(0), seed)
    check_name(name)
    if not Path(folder).is_dir():
        raise fail("FOLDER", f"there is no folder {folder!r}")
    check_folder(results_dir)
    with ending_well() as interruption:
        from experiments.workflows.calibrate import calibrate_judge

        interruption.loaded()
        try:
            done = calibrate_judge(Path(folder), results_dir, name, count, first)
        except TableError as error:
            raise fail("FOLDER", error.message) from None
    with console.output(json=json, quiet=quiet):
        show(done)
        console.show_json(lambda: {"table": done.table, "trials": done.trials, "files": done.files})


def show(done: Calibration) -> None:
    """The shares of verdicts in percent, and the files."""
    verdicts = list(done.table.columns[5:])
    rows = [
        [
            " ".join(filter(None, (row["claim"], row["case"]))),
            f"{row['shift']:g}",
            str(row["runs"]),
            *(f"{100 * row[verdict]:.0f}" for verdict in verdicts),
        ]
        for row in done.table.to_dict("records")
    ]
    total = int(done.table["reports"].sum())
    console.show_table(
        f"verdicts on {total} made-up reports, in % of those of each row",
        ["claim", "off", "runs", *SHORT],
        rows,
        f"off: by how many margins the truth lies away. {_words(verdicts)}. wrong: verdicts that contradict the truth; of a "
        "value that is off by one margin none does.",
    )
    console.show_files(done.files)


def _words(verdicts: list[str]) -> str:
    named = zip(SHORT[:-1], verdicts[:-1], strict=True)
    return ", ".join(f"{short} = {verdict}" for short, verdict in named)
