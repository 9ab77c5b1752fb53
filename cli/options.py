"""What the options of commands are: how each is read, what a user is told of it, and what a command is given.

A command declares its own options as a dataclass whose fields are made by `option`; `RunOptions` are those that all studies
share; the settings of trials come from their table. Loads neither torch nor pandas nor matplotlib.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import typer

from experiments.config.setting_types import Integer, SettingType, did_you_mean
from experiments.config.settings import SettingError, option_name


@dataclass(frozen=True)
class Option:
    """What a user is told of an option, and how its text becomes a value.

    type: how its text is read; None for text that is taken as it is. complete: the values that a shell offers. argument:
    whether it is given without its name. A default of False makes it a flag, one of () an option that may be repeated.
    """

    name: str
    default: Any
    help: str
    default_text: str = ""
    type: SettingType | None = None
    metavar: str = "TEXT"
    panel: str = "Study"
    complete: Callable[..., list[str]] | None = None
    argument: bool = False

    def parse(self, text: str | None) -> Any:
        """The value; raises ValueError saying what is allowed."""
        if text is None:
            return self.default
        return text if self.type is None else self.type.parse(text)


def option(default: Any, help: str, default_text: str = "", **more: Any) -> Any:
    """A field of a dataclass of options; `more` are further fields of `Option`."""
    if isinstance(more.get("type"), SettingType):
        more = {"metavar": more["type"].metavar, **more}
    return field(default=default, metadata={"option": Option("", default, help, default_text, **more)})


def options_of(kind: type) -> tuple[Option, ...]:
    """The options that a dataclass declares, in order."""
    return tuple(dataclasses.replace(f.metadata["option"], name=f.name) for f in dataclasses.fields(kind))


@dataclass(frozen=True)
class RunOptions:
    """How a study runs and where its results go; None stands for a default that the command decides."""

    rounds: int | None = option(None, "Seeds of each arm.", "10", type=Integer(1))
    seed: int = option(0, "The first seed; rounds take consecutive ones.", "0", type=Integer(0))
    jobs: int | None = option(None, "Worker processes for large studies.", "the cores", type=Integer(1), panel="Results")
    executor: str | None = option(
        None, "Compute on a Dask cluster: dask://HOST:PORT.", "this machine", metavar="URL", panel="Results"
    )
    results_dir: str = option(
        "results", "Folder for the store, tables and figures.", "results", metavar="FOLDER", panel="Results"
    )
    name: str | None = option(None, "What file names begin with.", "the command's own", metavar="NAME", panel="Results")
    config: str | None = option(
        None, "A TOML file of options, lr = 0.1 a line; what is typed beats it.", "none", metavar="FILE", panel="Results"
    )
    save: bool = option(False, "Keep the trained networks, a file an arm, for `minifw predict` and torch.", panel="Results")
    dry_run: bool = option(False, "Say what would be computed or timed, why and how long; then stop.", panel="Results")
    json: bool = option(False, "Print the results as JSON.", panel="Results")
    quiet: bool = option(False, "Print nothing but errors.", panel="Results")


@dataclass(frozen=True)
class NoOptions:
    """The own options of a command that has none."""


ROUNDS, SEED, JOBS, EXECUTOR, RESULTS_DIR, *_ = options_of(RunOptions)
Own = TypeVar("Own")

# The options of commands that run no study.
Folder = Annotated[
    Path,
    typer.Option("--results-dir", metavar="FOLDER", help="The results folder.", envvar="MINIFW_RESULTS_DIR", show_envvar=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print the results as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


@dataclass(frozen=True)
class Given(Generic[Own]):
    """What the user gave: settings of trials by name, how to run, and the command's own options; each checked by itself."""

    settings: dict[str, Any]
    run: RunOptions
    own: Own

    @property
    def folder(self) -> Path:
        """The results folder."""
        return Path(self.run.results_dir)


def fail(option: str, message: str) -> typer.BadParameter:
    """The error that ends a command with exit code 2 and a panel naming the option."""
    return typer.BadParameter(message, param_hint=f"'{option}'")


def fail_setting(error: SettingError) -> typer.BadParameter:
    """The same for a setting that is not allowed."""
    return fail(option_name(error.setting), error.message)


def parse_option(option: str, type: SettingType, text: str) -> Any:
    """The value of an option's text, or a usage error naming the option."""
    try:
        return type.parse(text)
    except ValueError as error:
        raise fail(option, str(error)) from None


def check_choice(option: str, name: str, names: Iterable[str]) -> str:
    """The name, or a usage error with all that are allowed and the nearest."""
    if name not in names:
        raise fail(option, f"{name!r} is not one of {', '.join(names)}{did_you_mean(name, names)}")
    return name
