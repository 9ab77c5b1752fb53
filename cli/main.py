"""The `minifw` command."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from cli import console
from cli.commands import benchmark, compare_torch, framework, reproduce, store, studies, sweep, train

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
        console.show_text(f"minifw {version}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print name and version.")]


@app.callback()
def root(version: Version = False) -> None:
    """Is a difference between two ways of training a network real, or is it the seed?"""


app.command("train")(train.command)
sweep.register(app)
app.command("compare-torch")(compare_torch.command)
app.command("sweep-batch")(benchmark.sweep_batch_command)
app.command("benchmark")(benchmark.benchmark_command)
app.command("reproduce")(reproduce.reproduce)
app.command("activations")(framework.activations)
app.command("gradcheck")(framework.gradcheck)
app.command("studies")(studies.studies)
app.command("runs")(store.runs)
app.command("plot")(store.plot)
app.command("verify")(store.verify)


def main() -> None:
    """Runs the command line."""
    app()
