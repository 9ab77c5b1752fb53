"""A study: arms that are compared, the seeds they share, and where its results go. Imports no torch."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from experiments.config import SETTINGS, Trial, TrialConfig


@dataclass(frozen=True)
class Arm:
    """One setting that is compared: its name, in files and figures, and its settings."""

    name: str
    config: TrialConfig


@dataclass(frozen=True)
class Study:
    """Arms x seeds. `name` begins the file names; `command` is what was typed; the rest tells the reader what it is.

    figures: names of the figures it draws, see `experiments.figures`. group_size: how many consecutive seeds share a
    data set, when any do.
    """

    name: str
    arms: tuple[Arm, ...]
    seeds: range
    command: str = ""
    title: str = ""
    figures: tuple[str, ...] = ("loss", "error")

    @property
    def rounds(self) -> int:
        """Seeds of each arm."""
        return len(self.seeds)

    @property
    def trials(self) -> list[Trial]:
        """Every trial of the study, arm by arm."""
        return [Trial(arm.config, seed) for arm in self.arms for seed in self.seeds]

    @property
    def seeds_per_data_set(self) -> int:
        """How many consecutive seeds share one data set, in the arm where most do."""
        return max(arm.config.seeds_per_data_set for arm in self.arms)

    def settings_digest(self) -> str:
        """8 hexadecimal digits over the arms and their settings, whatever the number of rounds."""
        arms = {arm.name: arm.config.to_dict() for arm in self.arms}
        return hashlib.sha256(json.dumps(arms, sort_keys=True).encode()).hexdigest()[:8]

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)


@dataclass(frozen=True)
class Reading:
    """One way to read what a report leaves open: settings on top of the study's own.

    `fitted` says that the settings were found by search to come near the published numbers.
    """

    settings: Mapping[str, Any]
    note: str
    fitted: bool = False


@dataclass(frozen=True)
class StudySpec:
    """A study of a report, as data: `command` runs it, `arms` maps each arm's name to what sets it apart.

    `readings` are alternatives to the default reading, which is `settings`.
    """

    report: str
    command: str
    name: str
    title: str
    settings: Mapping[str, Any]
    arms: Mapping[str, Mapping[str, Any]]
    note: str = ""
    fitted: bool = False
    rounds: int = 10
    readings: Mapping[str, Reading] = dataclasses.field(default_factory=dict)
    figures: tuple[str, ...] = ("loss", "error")


def settings_of(spec: StudySpec, reading: str | None) -> dict[str, Any]:
    """The settings common to the arms in a reading. Raises KeyError for an unknown reading."""
    return dict(spec.settings) | (dict(spec.readings[reading].settings) if reading else {})


def non_default(config: TrialConfig) -> dict[str, Any]:
    """The settings in which a configuration differs from the defaults of `train`."""
    default = TrialConfig()
    return {name: getattr(config, name) for name in SETTINGS if getattr(config, name) != getattr(default, name)}
