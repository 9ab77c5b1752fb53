"""`minifw train`: one setting over many seeds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from cli.commands.sweep import parse_values
from cli.completion import one_of, setting_to_vary
from cli.options import Given, check_choice, fail, fail_setting, option
from cli.parameters import with_settings
from cli.study_command import build, reading_option, run
from cli.until_decided import UntilOptions
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import SETTINGS
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
    name = "-".join(part for part in ("train", preset, reading) if part)
    name = given.run.name or (f"{name}-against" if given.own.against else name)
    study = build(spec, given, reading=reading, name=name)
    run(_with_second_arm(study, given.own.against) if given.own.against else study, given)


def _with_second_arm(study: Study, texts: tuple[str, ...]) -> Study:
    """The study with an arm that differs from its own in these settings, or a usage error."""
    settings = {}
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
    second = Arm(", ".join(f"{name}={SETTINGS[name].type.format(value)}" for name, value in settings.items()), config)
    return dataclasses.replace(study, arms=(arm, second), figures=("loss", "error"))


command = with_settings(train, own=TrainOptions)
