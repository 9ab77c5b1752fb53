"""Which studies a reproduction runs, and with how many seeds. Imports no torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.config.spec import StudySpec
from experiments.config.study import Study
from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of

# Alternative readings need fewer seeds than the default ones: they only show where a verdict would change.
MAX_ROUNDS_OF_A_READING = 200


@dataclass(frozen=True)
class Plan:
    """One study to run, where it comes from, and the reading it is."""

    spec: StudySpec
    reading: str | None
    study: Study

    @property
    def alternative(self) -> bool:
        """Whether it only shows what would come out otherwise."""
        return self.reading is not None or self.spec.alternative

    @property
    def fitted(self) -> bool:
        """Whether its settings were found by search to come near the published numbers."""
        return self.spec.readings[self.reading].fitted if self.reading else self.spec.fitted

    @property
    def note(self) -> str:
        """What is left open and how it is read."""
        return self.spec.readings[self.reading].note if self.reading else self.spec.note

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that all its arms share."""
        return {**self.spec.settings, **(self.spec.readings[self.reading].settings if self.reading else {})}


def plan(
    reports: Sequence[str], rounds: int | Mapping[str, int] | None = None, readings: bool = False, first_seed: int = 0
) -> list[Plan]:
    """The studies of some reports, with their alternative readings when asked for.

    A number of `rounds` widens or narrows all: to whole data sets where seeds share them, and to no more than a study's own
    limit. Rounds by study, such as those of a ledger, are taken as they are, and an alternative study among them runs too.
    An alternative shows its errors only: it is there for the verdicts that it would change.

    Example:
        >>> from experiments import plan
        >>> [planned.study.name for planned in plan(["feng"], rounds=20)]
        ['train', 'compare-torch', 'compare-vmap']
    """
    plans = []
    known = rounds if isinstance(rounds, Mapping) else {}
    for spec in STUDIES.values():
        if spec.report in reports and (readings or not spec.alternative or spec.name in known):
            for reading in (None, *(spec.readings if readings else ())):
                wanted = _rounds(spec, rounds, reading)
                seeds = range(first_seed, first_seed + wanted)
                command = command_of(spec, reading, seeds)
                study = spec.build(rounds=wanted, first_seed=first_seed, reading=reading, arms=spec.core, command=command)
                found = Plan(spec, reading, study)
                errors_only = dataclasses.replace(study, figures=("error",))
                plans.append(dataclasses.replace(found, study=errors_only) if found.alternative else found)
    return plans


def _rounds(spec: StudySpec, rounds: int | Mapping[str, int] | None, reading: str | None) -> int:
    if isinstance(rounds, Mapping):
        if spec.name in rounds and not reading:
            return rounds[spec.name]
        rounds = rounds.get(spec.name)
    wanted = rounds or spec.rounds
    return rounds_of(spec, min(wanted, MAX_ROUNDS_OF_A_READING) if reading else wanted)


def rounds_of(spec: StudySpec, wanted: int) -> int:
    """No more than the study's own limit, or a few more, so that every data set has all of its seeds."""
    together = int(spec.settings.get("seeds_per_data_set", 1))
    return -(-min(wanted, spec.max_rounds or wanted) // together) * together
