"""The `minifw` command."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

import cli.batch
import cli.compare
import cli.looks
import cli.reproduce
import cli.runs
import cli.studies
import cli.sweeps
import cli.train
from cli import screen

app = typer.Typer(
    name="minifw",
    help="Is a difference between two ways of training a network real, or is it the seed?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def show_version(wanted: bool) -> None:
    """Prints name and version and ends the command."""
    if wanted:
        try:
            version = metadata.version("minifw")
        except metadata.PackageNotFoundError:  # Run from a folder, never installed.
            version = "(not installed)"
        screen.show_text(f"minifw {version}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print name and version.")]


@app.callback()
def root(version: Version = False) -> None:
    """Is a difference between two ways of training a network real, or is it the seed?"""


app.command("train")(cli.train.command)
cli.sweeps.register(app)
app.command("compare-torch")(cli.compare.command)
app.command("sweep-batch")(cli.batch.sweep_batch_command)
app.command("benchmark")(cli.batch.benchmark_command)
app.command("reproduce")(cli.reproduce.reproduce)
app.command("activations")(cli.looks.activations)
app.command("gradcheck")(cli.looks.gradcheck)
app.command("studies")(cli.studies.studies)
app.command("runs")(cli.runs.runs)
app.command("plot")(cli.runs.plot)
app.command("verify")(cli.runs.verify)


def main() -> None:
    """Runs the command line."""
    app()
