"""`minifw train`: one setting over many seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli.commands.sweep import parse_values
from cli.completion import one_of, setting_to_vary
from cli.options import Given, check_choice, fail, fail_setting, option
from cli.parameters import with_settings
from cli.study_command import build, reading_option, run
from cli.until_decided import UntilOptions
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import SETTINGS, TrialConfig
from experiments.reports.catalogue import PRESETS


@dataclass(frozen=True)
class TrainOptions(UntilOptions):
    """Which report's study to start from, and what to hold it against."""

    preset: str | None = option(
        None, "A report's settings; options given beat them.", "feng", metavar="|".join(PRESETS), complete=one_of(PRESETS)
    )
    reading: str | None = reading_option()
    against: tuple[str, ...] = option(
        (),
        "A second arm with another value of a setting; several of these are its settings together.",
        metavar="SETTING=VALUE",
        complete=setting_to_vary,
    )


def train(given: Given[TrainOptions]) -> None:
    """Train one setting over many seeds; the defaults are feng's study.

    Example: minifw train --hidden 25,25 --act tanh --lr 0.05 --rounds 100

    Writes the history of every round, the averaged loss and error curves and a decision boundary to the results folder.
    """
    preset, reading = given.own.preset, given.own.reading
    spec = PRESETS[check_choice("--preset", preset or "feng", PRESETS)]
    name = "-".join(part for part in (spec.name, reading) if part)
    name = given.run.name or (f"{name}-against" if given.own.against else name)
    study = build(spec, given, reading=reading, name=name)
    if given.own.against:
        study = _with_second_arm(study, given.own.against)
        # That the second arm has other values of these was asked for, and is no news.
        first, second = (arm.config for arm in study.arms)
        shared = {name: value for name, value in given.settings.items() if getattr(first, name) == getattr(second, name)}
        given = dataclasses.replace(given, settings=shared)
    run(study, given)


def _with_second_arm(study: Study, texts: tuple[str, ...]) -> Study:
    """The study with an arm that differs from its own in these settings, or a usage error."""
    settings: dict[str, Any] = {}
    for text in texts:
        name, values = parse_values("--against", text)
        if len(values) > 1:
            raise fail("--against", f"{text!r} has several values; `minifw sweep --over {text}` compares them")
        settings[name] = values[0]
    (arm,) = study.arms
    try:
        config = arm.config.replace(**settings)
    except SettingError as error:
        raise fail_setting(error) from None
    if config.key() == arm.config.key():
        raise fail("--against", f"{', '.join(texts)} is what {arm.name} has already")
    arms = tuple(Arm(_name(each, settings), each) for each in (arm.config, config))
    return dataclasses.replace(study, arms=arms, figures=("loss", "error"))


def _name(config: TrialConfig, settings: Mapping[str, Any]) -> str:
    """An arm by what it has of the settings in which the two differ: `lr=0.3, act=tanh`."""
    return ", ".join(f"{name}={_value(config, name)}" for name in settings)


def _value(config: TrialConfig, name: str) -> str:
    """A setting as it would be typed; what it comes to where it was left to others, and `default` where that is nothing."""
    for held in (config, config.resolve()):
        if (value := getattr(held, name)) is not None:
            return str(SETTINGS[name].type.format(value))
    return "default"


command = with_settings(train, own=TrainOptions)
