"""`minifw studies`: what can be run, and what it sets."""

from __future__ import annotations

from cli import screen
from experiments.studies import STUDIES
from experiments.studies.describe import command_of, format_settings


def studies() -> None:
    """List the reports' studies, their presets and readings, with what each sets."""
    for spec in STUDIES.values():
        screen.show_heading(f"{spec.report}: {spec.title}")
        screen.show_text(f"  {command_of(spec)}  ({spec.rounds} rounds{', fitted' if spec.fitted else ''})")
        if spec.note:
            screen.show_text(f"  {spec.note}")
        screen.show_text(f"  sets: {format_settings(spec.settings) or 'nothing, these are the defaults'}")
        if len(spec.arms) > 1:
            shown = ", ".join(spec.arms) if len(spec.arms) <= 13 else f"{len(spec.arms)}, {', '.join(list(spec.arms)[:3])} ..."
            screen.show_text(f"  arms: {shown}")
        for name, reading in spec.readings.items():
            settings = [format_settings(reading.settings)]
            settings += [f"{arm}: {format_settings(changes)}" for arm, changes in reading.arms.items()]
            fitted = " (fitted)" if reading.fitted else ""
            screen.show_text(f"  --reading {name}{fitted}: {reading.note} {'; '.join(part for part in settings if part)}")
        screen.show_text("")
