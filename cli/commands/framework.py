"""`minifw activations` and `minifw gradcheck`: the framework itself, looked at and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import console
from cli.completion import several_of
from cli.options import Folder, Json, Quiet, check_choice
from cli.study_command import check_folder
from experiments.config.settings import ACTIVATIONS

if TYPE_CHECKING:
    import pandas as pd

EVERY_ACTIVATION = ",".join(ACTIVATIONS)
Acts = Annotated[
    str,
    typer.Option(
        "--acts",
        metavar="NAMES",
        help="Which to draw, separated by commas.",
        autocompletion=several_of(ACTIVATIONS),
    ),
]


def activations(
    acts: Acts = EVERY_ACTIVATION, results_dir: Folder = Path("results"), json: Json = False, quiet: Quiet = False
) -> None:
    """Draw each activation and its derivative (bhatt's Figures 2 and 3)."""
    names = [name.strip() for name in acts.split(",")]
    for name in names:
        check_choice("--acts", name, ACTIVATIONS)
    check_folder(results_dir)

    from experiments.figures.activations import activation_figure
    from experiments.figures.saving import save

    files = []
    for name in names:
        files.append(results_dir / f"activations_{name}.png")
        save(activation_figure(name), files[-1], name)
    with console.output(json=json, quiet=quiet):
        console.show_files(files)
        console.show_json(lambda: {"files": files})


def gradcheck(json: Json = False, quiet: Quiet = False) -> None:
    """Check every backward pass against finite differences and autograd; exit code 1 when one is wrong."""
    from experiments.workflows.gradcheck import TOLERANCE, check_everything

    rows = check_everything()
    with console.output(json=json, quiet=quiet):
        _show_errors(rows, TOLERANCE)
        console.show_json(lambda: {"tolerance": TOLERANCE, "passes": rows})
    if not rows.agrees.all():
        raise typer.Exit(1)


def _show_errors(rows: pd.DataFrame, tolerance: float) -> None:
    console.show_table(
        "Largest error of each backward pass, float64",
        ["module or loss", "against finite differences", "against autograd", "verdict"],
        [
            [row.name, f"{row.difference_error:.1e}", f"{row.autograd_error:.1e}", "agrees" if row.agrees else "WRONG"]
            for row in rows.itertuples()
        ],
        f"Shown: |ours - other| / max(1, |other|), over inputs and parameters, alone and stacked; allowed {tolerance:g}.",
    )
