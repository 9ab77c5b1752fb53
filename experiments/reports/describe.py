"""A study in words: the command that runs it, and its settings as they would be typed. Imports no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.config.settings import option_name
from experiments.config.spec import StudySpec
from experiments.config.trial import SETTINGS
from experiments.reports.catalogue import PRESETS

MAX_LISTED = 13


def command_of(spec: StudySpec, reading: str | None = None, seeds: range | None = None) -> str:
    """The command that runs a study, or a reading of it; with these seeds where given."""
    preset = next((name for name, other in PRESETS.items() if other is spec), None)
    if preset:
        command = "minifw train" if preset == "feng" else f"minifw train --preset {preset}"
    else:
        command = f"minifw {spec.command}" if spec.command == spec.name else f"minifw study {spec.name}"
    command += f" --reading {reading}" if reading else ""
    if seeds is None:
        return command
    return f"{command} --rounds {len(seeds)}" + (f" --seed {seeds.start}" if seeds.start else "")


def list_arms(names: Sequence[str]) -> str:
    """The names, or their number and the first of them where there are many; names with commas are parted by semicolons."""
    comma = "; " if any("," in name for name in names) else ", "
    return comma.join(names) if len(names) <= MAX_LISTED else f"{len(names)}{comma}{comma.join(names[:3])} ..."


def format_settings(settings: Mapping[str, Any]) -> str:
    """`--lr 0.1 --act relu`, as they would be typed."""
    words = []
    for name, value in settings.items():
        option = option_name(name)
        if isinstance(value, bool):
            words.append(option if value else "--no-" + option[2:])
        else:
            words.append(f"{option} {SETTINGS[name].type.format(value)}")
    return " ".join(words)
