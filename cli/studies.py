"""`minifw studies`: what can be run, and what it sets."""

from __future__ import annotations

from typing import Any

from cli import screen
from experiments.config import SETTINGS
from experiments.studies import PRESETS, STUDIES
from experiments.study import StudySpec


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


def command_of(spec: StudySpec) -> str:
    """The command that runs a study."""
    preset = next((name for name, other in PRESETS.items() if other is spec), None)
    if preset:
        return "minifw train" if preset == "feng" else f"minifw train --preset {preset}"
    return f"minifw {spec.command}" if spec.command == spec.name else f"minifw study {spec.name}"


def format_settings(settings: Any) -> str:
    """`--lr 0.1 --act relu`, as they would be typed."""
    words = []
    for name, value in settings.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            words.append(option if value else "--no-" + option[2:])
        else:
            words.append(f"{option} {SETTINGS[name].kind.format(value)}")
    return " ".join(words)
