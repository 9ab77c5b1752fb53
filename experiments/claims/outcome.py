"""What can be said of a published claim."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What can be said of a published claim."""

    REPRODUCED = "reproduced"
    SMALL_OFFSET = "reproduced, small offset"
    COMPATIBLE = "compatible"
    AT_THE_MARGIN = "at the margin"
    UNDECIDED = "undecided"
    NOT_REPRODUCED = "not reproduced"
    NOT_TESTABLE = "not testable"
