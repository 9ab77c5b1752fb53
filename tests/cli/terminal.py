"""Running the command line in this process, and reading what it shows."""

import re
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

ROOT = Path(__file__).parents[2]
# A study that trains in milliseconds.
QUICK = ("--hidden", "4", "--epochs", "3", "--train-size", "24", "--test-size", "16", "--batch-size", "8")


@dataclass
class Shown:
    """The exit code and what is on the screen, with boxes and line breaks taken out."""

    code: int
    out: str
    err: str


def minifw(*arguments: str | Path) -> Shown:
    """What `minifw ARGUMENTS` shows. A traceback is an error of the test."""
    from cli.main import app

    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Shown(result.exit_code, plain(result.stdout), plain(result.stderr))


def plain(text: str) -> str:
    """Without the boxes that errors are drawn in, and in one line."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return " ".join(re.sub(r"[│╭╮╰╯─━]", " ", text).split())


def train(folder: Path, *arguments: str | Path) -> Shown:
    """`minifw train` with a quick study."""
    return minifw("train", *QUICK, "--results-dir", folder, *arguments)
