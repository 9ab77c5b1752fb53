"""`minifw sweep` and the named sweeps of the reports, which are the same thing with the arms filled in."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cli import console
from cli.completion import one_of, setting_to_vary, several_of
from cli.options import Given, check_choice, fail, fail_setting, option
from cli.parameters import with_settings
from cli.study_command import build, reading_option, run, seeds_of, typed_command
from cli.until_decided import UntilOptions
from experiments.config.setting_types import ListOf, did_you_mean
from experiments.config.settings import SettingError, option_name
from experiments.config.spec import StudySpec, make_configs
from experiments.config.study import Arm, Study
from experiments.config.trial import SETTINGS, parse_setting
from experiments.reports.catalogue import STUDIES

MAX_ARMS = 400


def named_sweep(spec: StudySpec) -> Callable[..., None]:
    """The command of a report's sweep: its arms can be chosen, and every other setting of `train` given."""

    def sweep(given: Given[Any]) -> None:
        listed = {axis: getattr(given.own, axis) for axis in spec.axes}
        chosen = {axis: _split(text) for axis, text in listed.items() if text is not None}
        try:
            arms = spec.select(chosen)
        except SettingError as error:
            raise fail_setting(error) from None
        _run(build(spec, given, reading=given.own.reading, arms=arms), given)

    sweep.__name__ = spec.name
    sweep.__doc__ = f"{spec.title} ({spec.report}).\n\n{spec.note}"
    varied = {name for settings in spec.arms.values() for name in settings}
    pinned = {name for name in varied if all(name in settings for settings in spec.arms.values())}
    defaults = {name: SETTINGS[name].type.format(value) for name, value in spec.settings.items()} | {"rounds": str(spec.rounds)}
    return with_settings(sweep, own=_axes_options(spec), leave_out=sorted(pinned), defaults=defaults)


def _run(study: Study, given: Given[Any]) -> None:
    if len(study.arms) == 1:
        console.say(f"Note: there is one arm, {study.arms[0].name}, so that nothing is compared.")
    run(study, given)


def _axes_options(spec: StudySpec) -> type:
    axes = [(axis, str | None, _axis_option(spec, axis, values)) for axis, values in spec.axes.items()]
    return dataclasses.make_dataclass(
        "AxesOptions", [*axes, ("reading", str | None, reading_option())], bases=(UntilOptions,), frozen=True
    )


def _axis_option(spec: StudySpec, axis: str, values: Sequence[str]) -> Any:
    others = f", or any other of --{spec.free_setting}" if spec.free_setting else ""
    words = f"Which {axis} to compare, in the order given: {', '.join(values)}{others}."
    return option(None, words, "all", metavar=",".join(values[:2]) + ",...", complete=several_of(values))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


@dataclass(frozen=True)
class SweepOptions(UntilOptions):
    """What is varied, and how."""

    over: tuple[str, ...] = option(
        (),
        "What to vary, e.g. lr=0.001,0.01 or hidden=25,25;50,50 (lists are separated by semicolons). Repeat for more.",
        metavar="SETTING=VALUES",
        complete=setting_to_vary,
    )
    together: bool = option(False, "Vary them together, first with first, not every one with every other.")


def sweep(given: Given[SweepOptions]) -> None:
    """Compare settings: every combination of the values given with --over is an arm.

    Example: minifw sweep --over lr=0.01,0.1 --over act=relu,tanh --rounds 20

    All options of train apply to all arms. Arms that differ in numbers only train in one stack.
    """
    if not given.own.over:
        raise fail("--over", "is missing; say what to vary, for instance --over lr=0.01,0.1")
    varied = [parse_values("--over", text) for text in given.own.over]
    names = [name for name, _ in varied]
    for name in names:
        if names.count(name) > 1:
            raise fail("--over", f"{name} is varied twice; give all its values in one")
        if name in given.settings:
            raise fail(option_name(name), "is varied by --over already")
    values = [values for _, values in varied]
    if given.own.together and len({len(column) for column in values}) > 1:
        raise fail("--together", f"needs as many values of each, not {', '.join(str(len(column)) for column in values)}")
    rows = list(zip(*values, strict=True) if given.own.together else itertools.product(*values))
    if len(rows) > MAX_ARMS:
        raise fail("--over", f"{len(rows)} arms are more than {MAX_ARMS}")
    apart = {}
    for row in rows:
        settings = dict(zip(names, row, strict=True))
        apart[", ".join(f"{name}={SETTINGS[name].type.format(value)}" for name, value in settings.items())] = settings
    try:
        configs = make_configs({}, given.settings, apart)
    except SettingError as error:
        raise fail_setting(error) from None
    study = Study(
        name=given.run.name or "sweep",
        arms=tuple(Arm(name, config) for name, config in configs.items()),
        seeds=seeds_of(given, 10),
        command=typed_command(),
        title=f"A sweep over {' and '.join(names)}",
    )
    _run(study, given)


def parse_values(option: str, text: str) -> tuple[str, list[Any]]:
    """The setting and the values in SETTING=VALUE,VALUE, or a usage error naming the option."""
    typed, _, listed = text.partition("=")
    name = typed.strip().lstrip("-").replace("-", "_")
    if name not in SETTINGS:
        raise fail(option, f"{typed!r} is no setting of train{did_you_mean(name, SETTINGS)}; it has {', '.join(SETTINGS)}")
    if not listed.strip():
        allowed = SETTINGS[name].type.describe()
        raise fail(option, f"{text!r} gives no values to compare; write {name}=VALUE,VALUE, each {allowed}")
    separator = ";" if isinstance(SETTINGS[name].type, ListOf) and ";" in listed else ","
    parts = [part.strip() for part in listed.split(separator)]
    try:
        values = [parse_setting(name, part) for part in parts]
    except SettingError as error:
        raise fail(option, str(error)) from None
    if len(set(values)) < len(values):
        hint = f"; lists are separated by semicolons, as in {name}=5;25,25" if isinstance(SETTINGS[name].type, ListOf) else ""
        raise fail(option, f"{text!r} has a value twice{hint}")
    return name, values


@dataclass(frozen=True)
class StudyOptions(UntilOptions):
    """Which study, and how it is read."""

    study: str = option("", "One of `minifw studies`.", metavar="STUDY", argument=True, complete=one_of(STUDIES))
    reading: str | None = reading_option()


def study(given: Given[StudyOptions]) -> None:
    """Run any study of a report by its name; `minifw studies` lists them."""
    spec = STUDIES[check_choice("STUDY", given.own.study, STUDIES)]
    run(build(spec, given, reading=given.own.reading), given)


def named_sweeps() -> list[tuple[str, Callable[..., None]]]:
    """The name and the command of every sweep of a report."""
    specs = [spec for spec in STUDIES.values() if spec.command == spec.name and spec.command.startswith("sweep-")]
    return [(spec.name, named_sweep(spec)) for spec in specs]


command = with_settings(sweep, own=SweepOptions)
study_command = with_settings(study, own=StudyOptions, defaults={"rounds": "the study's own, listed by `minifw studies`"})
