"""Command-line options made from the table of settings, so that a new setting needs no line here.

Loads neither torch nor pandas nor matplotlib.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.config.setting_types import Integer, SettingType, Switch
from experiments.config.settings import SettingError, option_name
from experiments.config.trial import SETTINGS, TrialConfig, parse_setting


@dataclass(frozen=True)
class RunOption:
    """An option that says how a study runs or where its results go, not what a trial is."""

    name: str
    type: SettingType | None
    default: Any
    help: str
    default_text: str
    metavar: str = "INTEGER"
    panel: str = "Study"

    def parse(self, text: str | None) -> Any:
        """The value; raises ValueError saying what is allowed."""
        if text is None:
            return self.default
        return text if self.type is None else self.type.parse(text)


ROUNDS = RunOption("rounds", Integer(1), None, "Seeds of each arm.", "10")
SEED = RunOption("seed", Integer(0), 0, "The first seed; rounds take consecutive ones.", "0")
JOBS = RunOption("jobs", Integer(1), None, "Worker processes for large studies.", "the cores", panel="Results")
RESULTS_DIR = RunOption(
    "results_dir", None, "results", "Folder for the store, tables and figures.", "results", "FOLDER", "Results"
)
NAME = RunOption("name", None, None, "What file names begin with.", "the command's own", "NAME", "Results")
EXECUTOR = RunOption("executor", None, None, "Compute on a Dask cluster: dask://HOST:PORT.", "this machine", "URL", "Results")
RUN_OPTIONS = (ROUNDS, SEED, JOBS, EXECUTOR, RESULTS_DIR, NAME)


@dataclass(frozen=True)
class Given:
    """What the user typed: settings by name, parsed and checked one by one, and run options by name."""

    settings: dict[str, Any]
    run: dict[str, Any]
    extra: dict[str, Any]

    @property
    def folder(self) -> Path:
        """The results folder."""
        return Path(self.run["results_dir"])


def fail(option: str, message: str) -> typer.BadParameter:
    """The error that ends a command with exit code 2 and a panel naming the option."""
    return typer.BadParameter(message, param_hint=f"'{option}'")


def fail_setting(error: SettingError) -> typer.BadParameter:
    """The same for a setting that is not allowed."""
    return fail(option_name(error.setting), error.message)


def with_settings(
    function: Callable[[Given], None],
    *,
    leave_out: Sequence[str] = (),
    run_options: Sequence[RunOption] = RUN_OPTIONS,
    extra: Sequence[inspect.Parameter] = (),
    defaults: Mapping[str, str] | None = None,
) -> Callable[..., None]:
    """A function with one keyword a setting, as Typer reads it, that hands `function` what was given.

    Args:
        leave_out: settings that the command fills in itself.
        run_options: which run options it takes.
        extra: parameters of the command's own, handed on as they are.
        defaults: what help says of settings and run options whose default differs from that of `train`.
    """
    defaults = defaults or {}
    parameters = list(extra)
    for name, setting in SETTINGS.items():
        if name not in leave_out:
            text = defaults.get(name, setting.default_text)
            parameters.append(_setting_parameter(name, setting.type, setting.help, setting.panel, text))
    for each in run_options:
        text = defaults.get(each.name, each.default_text)
        parameters.append(_text_parameter(each.name, each.metavar, each.help, each.panel, text))

    def command(**values: Any) -> None:
        settings = {}
        for name in SETTINGS:
            value = values.get(name)
            if value is not None:
                try:
                    settings[name] = parse_setting(name, value) if isinstance(value, str) else value
                except SettingError as error:
                    raise fail_setting(error) from None
        run = {}
        for option in run_options:
            try:
                run[option.name] = option.parse(values[option.name])
            except ValueError as error:
                raise fail(option_name(option.name), str(error)) from None
        function(Given(settings, run, {parameter.name: values[parameter.name] for parameter in extra}))

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    """A keyword of a command."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def choice_option(name: str, metavar: str, help: str, default: str, panel: str = "Study") -> inspect.Parameter:
    """A text option of a command's own."""
    return _text_parameter(name, metavar, help, panel, default)


def _setting_parameter(name: str, kind: SettingType, help: str, panel: str, default: str) -> inspect.Parameter:
    if isinstance(kind, Switch):
        # What is off by default needs no word for off.
        flag = option_name(name) + (f"/--no-{option_name(name)[2:]}" if TrialConfig.__dataclass_fields__[name].default else "")
        option = typer.Option(flag, help=f"{help} (default: {default})", rich_help_panel=panel, show_default=False)
        return parameter(name, Annotated[bool | None, option], None)
    return _text_parameter(name, kind.metavar, help, panel, default)


def _text_parameter(name: str, metavar: str, help: str, panel: str, default: str) -> inspect.Parameter:
    option = typer.Option(
        option_name(name), help=f"{help} (default: {default})", metavar=metavar, rich_help_panel=panel, show_default=False
    )
    return parameter(name, Annotated[str | None, option], None)
