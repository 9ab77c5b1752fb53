"""A thing learnt from many seeds, in words that rest on verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from experiments.claims.outcome import Outcome


class Section(StrEnum):
    """The parts of the page of findings."""

    OVERALL = "Over all reports"
    HOLDS = "What holds"
    LUCK = "What was luck, or rests on too few runs"
    NOT_AS_DESCRIBED = "What does not hold as described"


@dataclass(frozen=True)
class Finding:
    """One thing learnt.

    text: prose with places for the ledger's numbers, such as `{F2.ours:.2f}`; `size` is ours without its sign,
    `{counts[value][compatible]}` counts rows of a kind with a verdict, and `{counts[value][all]}` all of that kind. verdicts:
    what it rests on, by claim. figure: the file that shows it. command: what shows it again, with as
    many `{rounds}` as its claims rest on. luck: where it rests on whose luck a report's errors are, the source of chance that
    owns the most there; the text has its shares as `{luck[feng][data]:.0%}`.
    """

    section: Section
    title: str
    text: str
    verdicts: Mapping[str, Outcome]
    figure: str
    command: str
    luck: Mapping[str, str] = field(default_factory=dict)
