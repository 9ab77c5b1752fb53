"""`NAME.json` of what `minifw luck` wrote, read back so that it can be drawn again. Imports no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from experiments.config.luck_design import LuckDesign
from experiments.config.trial import config_from_dict


@dataclass(frozen=True)
class LuckManifest:
    """What `NAME.json` says of a luck: its design, how many seeds share a data set by the settings, what was typed."""

    name: str
    design: LuckDesign
    seeds_per_data_set: int
    command: str


def read_luck_manifest(folder: Path, name: str) -> LuckManifest | None:
    """The description of a luck, or None when there is none of that name that can be understood."""
    try:
        held = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        seeds = range(held["first_seed"], held["first_seed"] + held["rounds"])
        design = LuckDesign(config_from_dict(held["settings"]), tuple(held["sources"]), dict(held["left_out"]), seeds)
        return LuckManifest(name, design, held["seeds_per_data_set"], held["command"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def luck_names(folder: Path) -> list[str]:
    """The names of the lucks in a folder that can be drawn again."""
    return sorted(path.stem for path in folder.glob("*.json") if read_luck_manifest(folder, path.stem))
