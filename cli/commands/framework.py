"""`minifw activations` and `minifw gradcheck`: the framework itself, looked at and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import console
from cli.completion import several_of
from cli.options import check_choice
from cli.study_command import check_folder
from experiments.config.settings import ACTIVATIONS

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
Folder = Annotated[Path, typer.Option("--results-dir", metavar="FOLDER", help="Where the figures go.")]


def activations(acts: Acts = EVERY_ACTIVATION, results_dir: Folder = Path("results")) -> None:
    """Draw each activation and its derivative (bhatt's Figures 2 and 3)."""
    names = [name.strip() for name in acts.split(",")]
    for name in names:
        check_choice("--acts", name, ACTIVATIONS)
    check_folder(results_dir)

    from experiments.figures.activations import activation_figure
    from experiments.figures.style import save

    files = []
    for name in names:
        files.append(results_dir / f"activations_{name}.png")
        save(activation_figure(name), files[-1], name)
    console.show_files(files)


def gradcheck() -> None:
    """Check every backward pass against finite differences and autograd; exit code 1 when one is wrong."""
    from experiments.workflows.gradcheck import TOLERANCE, check_everything

    rows = check_everything()
    console.show_table(
        "Largest error of each backward pass, float64",
        ["module or loss", "against finite differences", "against autograd", "verdict"],
        [
            [row.name, f"{row.difference_error:.1e}", f"{row.autograd_error:.1e}", "agrees" if row.agrees else "WRONG"]
            for row in rows.itertuples()
        ],
        f"Shown: |ours - other| / max(1, |other|), over inputs and parameters, alone and stacked; allowed {TOLERANCE:g}.",
    )
    if not rows.agrees.all():
        raise typer.Exit(1)
