"""The `minifw` command."""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import Annotated

import typer

from cli import console
from cli.commands import (
    benchmark,
    calibrate,
    compare_torch,
    framework,
    judge,
    luck,
    predict,
    reproduce,
    store,
    studies,
    sweep,
    train,
)


def show_version(wanted: bool) -> None:
    """Prints name and version and ends the command."""
    if wanted:
        try:
            version = metadata.version("minifw")
        except metadata.PackageNotFoundError:  # Run from a folder, never installed.
            version = "(not installed)"
        console.show_text(f"minifw {version}")
        console.show_text(describe_engine())
        raise typer.Exit


def describe_engine() -> str:
    """Whether the compiled engine runs as machine code or as WebAssembly, and why; or why it does not run."""
    from minifw.compiled import EngineError
    from minifw.compiled.engine import the_engine

    try:
        return the_engine().describe()
    except EngineError as error:
        return f"compiled engine: does not run, {error}"


Version = Annotated[
    bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print name, version and engine.")
]


def root(version: Version = False) -> None:
    """Is a difference between two ways of training a network real, or is it the seed?

    \b
    trial    one network trained from one seed: its data, start and shuffles
    arm      one of the settings compared; a round is one seed in every arm
    run      one use of a command, which computes what is not stored yet
    reading  one way to read what a report leaves open
    fitted   of settings: searched for, to come near the printed numbers

    An option may be typed, or stand in the environment as MINIFW_LR=0.1, or in a file given with --config as lr = 0.1.
    """


COMPARE, REPORTS, RESULTS, FRAMEWORK = "Train and compare", "The reports", "What is stored", "The framework"
COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("train", train.command, COMPARE),
    ("sweep", sweep.command, COMPARE),
    ("compare-torch", compare_torch.command, COMPARE),
    ("judge", judge.judge, COMPARE),
    ("luck", luck.command, COMPARE),
    ("calibrate", calibrate.calibrate, COMPARE),
    ("studies", studies.studies, REPORTS),
    ("study", sweep.study_command, REPORTS),
    *((name, command, REPORTS) for name, command in sweep.named_sweeps()),
    ("sweep-batch", benchmark.sweep_batch_command, REPORTS),
    ("reproduce", reproduce.reproduce, REPORTS),
    ("runs", store.runs, RESULTS),
    ("plot", store.plot, RESULTS),
    ("verify", store.verify, RESULTS),
    ("predict", predict.predict, RESULTS),
    ("activations", framework.activations, FRAMEWORK),
    ("gradcheck", framework.gradcheck, FRAMEWORK),
    ("benchmark", benchmark.benchmark_command, FRAMEWORK),
)


def help_of(command: Callable[..., None]) -> str:
    """The docstring with each paragraph on one line, for a terminal to wrap; one that begins with a backspace stays."""
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    return "\n\n".join(text if text.startswith("\b") else " ".join(text.split()) for text in paragraphs)


def make_app(commands: Iterable[tuple[str, Callable[..., None], str]]) -> typer.Typer:
    """The command line of some commands, each with its name and the panel of help that it stands in."""
    made = typer.Typer(name="minifw", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=True)
    made.callback()(root)
    for name, command, panel in commands:
        made.command(name, help=help_of(command), rich_help_panel=panel)(command)
    return made


app = make_app(COMMANDS)


def main() -> None:
    """Runs the command line.

    Typer reads the options of every command that it is given before it runs one: here it is given the typed one alone. And what
    is loaded stays to the end: to look for garbage in it, time and again and once more on leaving, is a fifth of a short
    command's time. `Interruption.loaded` says when looking begins.
    """
    typed = [command for command in COMMANDS if command[0] in sys.argv[1:2]]
    gc.disable()
    try:
        make_app(typed or COMMANDS)()
    finally:
        gc.freeze()
