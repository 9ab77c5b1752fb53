"""`minifw studies`: what can be run, and what it sets."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from cli import console
from cli.completion import one_of
from cli.options import Json, Quiet, check_choice
from experiments.config.data_sets import DataFacts, built_in, data_set_names, facts_of
from experiments.config.spec import StudySpec
from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of, format_settings, list_arms

OWN_DATA = (
    "A table of yours: --data points.csv --target COLUMN; every other column a number, two or more classes.",
    "A function of yours: --data file.py:FUNCTION, (samples, generator) -> inputs, labels.",
)
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[STUDY]...", help="Whose arms, settings and readings to show.", autocompletion=one_of(STUDIES)),
]
All = Annotated[bool, typer.Option("--all", help="Show the arms, settings and readings of all.")]
Data = Annotated[bool, typer.Option("--data", help="List the data sets that --data of other commands takes.")]


def studies(names: Names = None, all: All = False, data: Data = False, json: Json = False, quiet: Quiet = False) -> None:
    """List the reports' studies; named ones with their arms, settings and readings."""
    chosen = [STUDIES[check_choice("STUDY", name, STUDIES)] for name in (STUDIES if all else names or ())]
    with console.output(json=json, quiet=quiet):
        if data:
            show_data_sets()
            return
        console.show_json(lambda: [describe(spec) for spec in chosen or STUDIES.values()])
        if chosen:
            for spec in chosen:
                show_study(spec)
            return
        console.show_list([[spec.name, f"{spec.report}: {spec.title}"] for spec in STUDIES.values()])
        console.show_text("minifw study NAME runs one; minifw studies NAME shows its arms, settings and readings.")
        console.show_text("minifw studies --data lists the data sets that any of them can be run on.")


def show_data_sets() -> None:
    """What --data takes: a line each, then how one's own is given."""
    sets = {name: facts_of(built_in(name), None) for name in data_set_names()}
    console.show_json(lambda: [describe_data_set(name, facts) for name, facts in sets.items()])
    console.show_list([[name, _points(facts), facts.about] for name, facts in sets.items()])
    for line in OWN_DATA:
        console.show_text(line)


def _points(facts: DataFacts) -> str:
    """`2 classes, 2 features, drawn (noise 0.1)`."""
    rows = f"{facts.rows} rows" if facts.rows else "drawn" + (f", noise {facts.noise:g}" if facts.noise is not None else "")
    return f"{len(facts.classes or ())} classes, {len(facts.features or ())} features, {rows}"


def describe_data_set(name: str, facts: DataFacts) -> dict[str, object]:
    """A data set as plain values."""
    return {"name": name, **vars(facts), "needs": facts.needs and facts.needs[1]}


def show_study(spec: StudySpec) -> None:
    """What a study and each of its readings set."""
    show = partial(console.show_text, indent=2)
    console.show_heading(f"{spec.report}: {spec.title}")
    show(f"{command_of(spec)}  ({spec.rounds} rounds{', fitted' if spec.fitted else ''})")
    if spec.note:
        show(f"{spec.note}")
    show(f"sets: {format_settings(spec.settings) or 'nothing, these are the defaults'}")
    if len(spec.arms) > 1:
        show(f"arms: {list_arms(list(spec.arms))}")
    for name, reading in spec.readings.items():
        settings = [format_settings(reading.settings)]
        settings += [f"{arm}: {format_settings(changes)}" for arm, changes in reading.arms.items()]
        fitted = " (fitted)" if reading.fitted else ""
        show(f"--reading {name}{fitted}: {reading.note} {'; '.join(part for part in settings if part)}")
    console.show_text("")


def describe(spec: StudySpec) -> dict[str, object]:
    """A study as plain values."""
    readings = {
        name: {"note": reading.note, "fitted": reading.fitted, "settings": reading.settings, "arms": reading.arms}
        for name, reading in spec.readings.items()
    }
    return {
        "name": spec.name,
        "report": spec.report,
        "title": spec.title,
        "command": command_of(spec),
        "rounds": spec.rounds,
        "fitted": spec.fitted,
        "settings": spec.settings,
        "arms": spec.arms,
        "readings": readings,
    }
