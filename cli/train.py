"""`minifw train`: one setting over many seeds."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated

import typer

from cli.options import Given, fail, parameter, with_settings
from cli.studying import make_config, run, seeds_of
from experiments.kinds import did_you_mean
from experiments.studies import PRESETS
from experiments.study import Arm, Study, settings_of

PRESET = parameter(
    "preset",
    Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="|".join(PRESETS),
            help="A report's settings; options given beat them.",
            rich_help_panel="Study",
            show_default="feng",
        ),
    ],
    None,
)
READING = parameter(
    "reading",
    Annotated[
        str | None,
        typer.Option(
            "--reading",
            metavar="NAME",
            help="An alternative reading of the preset; `minifw studies` lists them.",
            rich_help_panel="Study",
            show_default="the default reading",
        ),
    ],
    None,
)


def train(given: Given) -> None:
    """Train one setting over many seeds; the defaults are feng's study.

    Writes the history of every round, the averaged loss and error curves and a decision boundary to the results folder.
    """
    preset, reading = given.extra["preset"], given.extra["reading"]
    if preset is not None and preset not in PRESETS:
        raise fail("--preset", f"{preset!r} is not one of {', '.join(PRESETS)}{did_you_mean(preset, PRESETS)}")
    spec = PRESETS[preset or "feng"]
    if reading is not None and reading not in spec.readings:
        allowed = ", ".join(spec.readings) or "none"
        raise fail("--reading", f"{reading!r} is not one of {allowed}{did_you_mean(reading, spec.readings)}")
    config = make_config(settings_of(spec, reading) | given.settings)
    name = "-".join(part for part in ("train", preset, reading) if part)
    study = Study(
        name=given.run["name"] or name,
        arms=(Arm(preset or "train", config),),
        seeds=seeds_of(given, spec.rounds),
        command=shlex.join(["minifw", *sys.argv[1:]]),
        title=spec.title,
        figures=spec.figures,
    )
    run(study, given)


command = with_settings(train, extra=(PRESET, READING))
