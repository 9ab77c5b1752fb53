"""`minifw studies`: what can be run, and what it sets."""

from __future__ import annotations

from functools import partial

from cli import console
from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of, format_settings, list_arms


def studies() -> None:
    """List the reports' studies, their presets and readings, with what each sets."""
    show = partial(console.show_text, indent=2)
    for spec in STUDIES.values():
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
