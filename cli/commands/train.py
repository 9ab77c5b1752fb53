"""`minifw train`: one setting over many seeds."""

from __future__ import annotations

from cli.options import Given, choice_option, fail, with_settings
from cli.study_command import READING, build, run
from experiments.config.setting_types import did_you_mean
from experiments.reports.catalogue import PRESETS

PRESET = choice_option("preset", "|".join(PRESETS), "A report's settings; options given beat them.", "feng")


def train(given: Given) -> None:
    """Train one setting over many seeds; the defaults are feng's study.

    Writes the history of every round, the averaged loss and error curves and a decision boundary to the results folder.
    """
    preset = given.extra["preset"]
    if preset is not None and preset not in PRESETS:
        raise fail("--preset", f"{preset!r} is not one of {', '.join(PRESETS)}{did_you_mean(preset, PRESETS)}")
    spec = PRESETS[preset or "feng"]
    reading = given.extra["reading"]
    name = "-".join(part for part in ("train", preset, reading) if part)
    run(build(spec, given, name=given.run["name"] or name), given)


command = with_settings(train, extra=(PRESET, READING))
