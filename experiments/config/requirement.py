"""What a comparison of arms has to show, as typed: `new better than old`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """How an arm has to compare with another; all but the first rest on a margin."""

    BETTER = "better than"
    NO_WORSE = "no worse than"
    EQUAL = "equal to"


@dataclass(frozen=True)
class Requirement:
    """An arm, how it has to compare, and the arm that it is compared with."""

    arm: str
    relation: Relation
    reference: str

    def __str__(self) -> str:
        return f"{self.arm} {self.relation} {self.reference}"


def parse_requirement(text: str) -> Requirement:
    """The requirement in a text. Raises ValueError saying what is allowed."""
    for relation in Relation:
        arm, found, reference = text.partition(f" {relation} ")
        if found and arm.strip() and reference.strip():
            return Requirement(arm.strip(), relation, reference.strip())
    raise ValueError(f"{text!r} is not of the form 'ARM {'|'.join(Relation)} ARM'")
