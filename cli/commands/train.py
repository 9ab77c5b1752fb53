"""`minifw train`: one setting over many seeds."""

from __future__ import annotations

from dataclasses import dataclass

from cli.completion import one_of
from cli.options import Given, check_choice, option
from cli.parameters import with_settings
from cli.study_command import build, reading_option, run
from experiments.reports.catalogue import PRESETS


@dataclass(frozen=True)
class TrainOptions:
    """Which report's study to start from."""

    preset: str | None = option(
        None, "A report's settings; options given beat them.", "feng", metavar="|".join(PRESETS), complete=one_of(PRESETS)
    )
    reading: str | None = reading_option()


def train(given: Given[TrainOptions]) -> None:
    """Train one setting over many seeds; the defaults are feng's study.

    Example: minifw train --hidden 25,25 --act tanh --lr 0.05 --rounds 100

    Writes the history of every round, the averaged loss and error curves and a decision boundary to the results folder.
    """
    preset, reading = given.own.preset, given.own.reading
    spec = PRESETS[check_choice("--preset", preset or "feng", PRESETS)]
    name = "-".join(part for part in ("train", preset, reading) if part)
    run(build(spec, given, reading=reading, name=given.run.name or name), given)


command = with_settings(train, own=TrainOptions)
