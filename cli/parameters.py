"""Makes of options and settings a function with keywords as Typer reads them, so that a new setting needs no line here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer

from cli import console
from cli.completion import values_of
from cli.options import Given, NoOptions, Option, RunOptions, fail, options_of
from cli.sources import Typed, gather
from experiments.config.setting_types import Switch
from experiments.config.settings import Setting, SettingError, option_name
from experiments.config.trial import SETTINGS, TrialConfig, parse_setting

RUN_OPTIONS = tuple(option.name for option in options_of(RunOptions))


def with_settings(
    function: Callable[[Given[Any]], None],
    *,
    own: type = NoOptions,
    leave_out: Sequence[str] = (),
    run_options: Sequence[str] = RUN_OPTIONS,
    defaults: Mapping[str, str] | None = None,
) -> Callable[..., None]:
    """A function with one keyword an option, as Typer reads it, that calls `function` with what was given.

    Args:
        own: the dataclass of the command's own options.
        leave_out: settings that the command fills in itself.
        run_options: names of the run options it takes; the others keep their defaults.
        defaults: what help says of settings and run options whose default differs from that of `train`.
    """
    defaults = defaults or {}
    settings = {name: setting for name, setting in SETTINGS.items() if name not in leave_out}
    running = [option for option in options_of(RunOptions) if option.name in run_options]
    parameters = [_parameter(option, option.default_text) for option in options_of(own)]
    parameters += [_setting(name, setting, defaults.get(name, setting.default_text)) for name, setting in settings.items()]
    parameters += [_parameter(option, defaults.get(option.name, option.default_text)) for option in running]

    def command(**typed: Any) -> None:
        given = gather(typed, [option.name for option in options_of(own) if option.default == ()])
        run = RunOptions(**{option.name: read(option, given.get(option.name)) for option in running})
        with console.output(json=run.json, quiet=run.quiet):
            chosen = own(**{option.name: read(option, given.get(option.name)) for option in options_of(own)})
            function(Given({name: read_setting(name, given[name]) for name in settings if name in given}, run, chosen))

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def read(option: Option, given: Typed | None) -> Any:
    """The value of an option, or a usage error naming where it was given."""
    if given is None:
        return option.default
    flag = option.default is False
    if isinstance(given.value, tuple) or (flag and isinstance(given.value, bool)):
        return given.value
    try:
        return Switch().parse(str(given.value)) if flag else option.parse(str(given.value))
    except ValueError as error:
        raise fail(given.where, str(error)) from None


def read_setting(name: str, given: Typed) -> Any:
    """The value of a setting, or a usage error naming where it was given."""
    switch = isinstance(SETTINGS[name].type, Switch)
    try:
        return given.value if switch and isinstance(given.value, bool) else parse_setting(name, str(given.value))
    except SettingError as error:
        raise fail(given.where, error.message) from None


def _setting(name: str, setting: Setting, default: str) -> inspect.Parameter:
    help = f"{setting.help} (default: {default})"
    if isinstance(setting.type, Switch):
        # What is off by default needs no word for off.
        flag = option_name(name) + (f"/--no-{option_name(name)[2:]}" if TrialConfig.__dataclass_fields__[name].default else "")
        declared = typer.Option(flag, help=help, rich_help_panel=setting.panel, show_default=False)
        return _keyword(name, Annotated[bool | None, declared], None)
    declared = typer.Option(
        option_name(name),
        help=help,
        metavar=setting.type.metavar,
        rich_help_panel=setting.panel,
        show_default=False,
        autocompletion=values_of(setting.type),
    )
    return _keyword(name, Annotated[str | None, declared], None)


def _parameter(option: Option, default: str) -> inspect.Parameter:
    help = option.help + (f" (default: {default})" if default else "")
    if option.argument:
        argument = typer.Argument(metavar=option.metavar, help=help, autocompletion=option.complete)
        return _keyword(option.name, Annotated[str, argument], inspect.Parameter.empty)
    flag = option.default is False
    declared = typer.Option(
        option_name(option.name),
        help=help,
        metavar=None if flag else option.metavar,
        rich_help_panel=option.panel,
        show_default=False,
        autocompletion=option.complete,
    )
    if flag:
        return _keyword(option.name, Annotated[bool, declared], False)
    if option.default == ():
        return _keyword(option.name, Annotated[list[str] | None, declared], None)
    return _keyword(option.name, Annotated[str | None, declared], None)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
