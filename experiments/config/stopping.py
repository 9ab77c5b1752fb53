"""When a study has seeds enough: `--until-decided`. Imports no numpy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# As many units as a confidence sequence is trusted from, `experiments.statistics.sequential:MIN_UNITS`.
FIRST_LOOK = 40
GROWTH = 1.25


@dataclass(frozen=True)
class UntilDecided:
    """Seeds are added until every arm is decided against the first one, or there are `max_rounds` of them.

    margin: a mean difference of the errors within so many percentage points counts as equal.

    Example:
        >>> from experiments import UntilDecided
        >>> list(UntilDecided(margin=0.5, max_rounds=100).looks())
        [40, 50, 62, 77, 96, 100]
    """

    margin: float
    max_rounds: int

    def looks(self, together: int = 1) -> Iterator[int]:
        """The numbers of rounds at which is looked: 40 data sets first, then a quarter more each time, up to max_rounds.

        Whole data sets, where `together` seeds share one. They depend on nothing that is found, so that a study that is gone on
        with looks where one that ran through would have.
        """
        sets, most = FIRST_LOOK, -(-self.max_rounds // together)
        while sets < most:
            yield sets * together
            sets = int(GROWTH * sets)
        yield most * together

    def describe(self, rounds: int, decided: int, arms: int) -> str:
        """How a study of so many rounds came to end there."""
        so_far = "every arm was" if decided == arms else f"{decided} of {arms} arms were"
        return (
            f"Stopped at {rounds} of at most {self.max_rounds} rounds, when {so_far} decided with a margin of {self.margin:g} "
            "points"
        )
