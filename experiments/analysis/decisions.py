"""Arms that were given seeds until they were decided: what figures, the terminal and `minifw plot` say of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.analysis.deciding import decide
from experiments.analysis.ranking import MAX_NAMED, Ranking, centres_of, rank_arms
from experiments.config.study import Study
from experiments.formatting import SPLIT_NAMES, listed
from experiments.statistics.sequential import Direction


@dataclass(frozen=True)
class Decisions:
    """What is decided of each arm against the study's first in a final metric; the counterpart of `Ranking`.

    centres: the mean of each arm that has values, or the median where `robust`, errors as fractions.
    rows: see `decide`; margin: percentage points within which errors count as equal, 0 for losses.
    units: what is independent, `seeds` or `data sets`.
    """

    metric: str
    robust: bool
    first: str
    centres: dict[str, float]
    rows: pd.DataFrame
    margin: float
    units: str

    def verdict(self, arm: str, other: str) -> str:
        """What is decided of an arm against the first one; `undecided` of any other pair, for none other was asked about."""
        found = self.rows.loc[self.rows["arm"] == arm, "verdict"]
        return str(found.iloc[0]) if other == self.first and len(found) else str(Direction.UNDECIDED)

    def sentence(self) -> str:
        """Which arms are lower than the first, higher, equal within the margin, or not decided."""
        if not self.centres:
            return "Every trial diverged"
        split, quantity = self.metric.split("_")
        kind = "" if self._by_sign else "median " if self.robust else "mean "
        what = f"{kind}{SPLIT_NAMES[split]} {quantity}"
        first = self.first if self._by_sign else f"{self.first} ({self._value(self.first)})"
        if len(self.rows) == 1:
            return self._of_one(next(self.rows.itertuples()), what, first)
        parts = [self._of_several(direction) for direction in Direction]
        return f"{what.capitalize()} against {first}: {'; '.join(part for part in parts if part)}"

    def note(self) -> str:
        """What decides."""
        what = "a sign test, diverged runs ranking worst," if self._by_sign else "an interval of the mean"
        of = "" if self.units == "seeds" else f" of {self.units}"
        together = " for all arms together" if len(self.rows) > 1 else ""
        return f" The title states what is decided by {what} of the paired differences{of} that holds at every look{together}."

    @property
    def _by_sign(self) -> bool:
        """Whether some arm has no interval, because trials diverged or single ones are far up."""
        return bool(self.rows["low"].isna().any())

    def _of_one(self, row: Any, what: str, first: str) -> str:
        arm = self._named(row)
        if row.verdict == Direction.UNDECIDED:
            both = f"with {first} and {arm}"
            if not self._by_sign:
                both = f"is {self._value(self.first)} with {self.first} and {self._value(row.arm)} with {row.arm}"
            return f"Undecided after {row.units} {self.units}: {what} {both}"
        if row.verdict == Direction.EQUAL:
            return f"{what.capitalize()} is {self._equal} with {first} and {arm}"
        return f"{what.capitalize()} is {row.verdict} with {arm} than with {first}"

    def _of_several(self, direction: Direction) -> str:
        rows = [row for row in self.rows.itertuples() if row.verdict == direction]
        if not rows:
            return ""
        named = listed([self._named(row) for row in rows]) if len(self.rows) <= MAX_NAMED else f"{len(rows)} arms"
        return f"{self._equal if direction is Direction.EQUAL else direction} with {named}"

    @property
    def _equal(self) -> str:
        return f"equal within {self.margin:g} point{'s' if self.margin != 1 else ''}" if self.margin else "equal"

    def _named(self, row: Any) -> str:
        """The arm with what bears its verdict out: its value, a share of seeds, or when it was decided where it has turned."""
        if row.verdict == Direction.UNDECIDED and self._by_sign:
            return str(row.arm)
        if math.isnan(row.low):
            share = 1 - row.lower if row.verdict == Direction.HIGHER else row.lower
            return f"{row.arm} (in {100 * share:.0f} % of {self.units})"
        turned = {
            Direction.LOWER: row.mean >= 0,
            Direction.HIGHER: row.mean <= 0,
            Direction.EQUAL: abs(row.mean) > self.margin / 100,
        }
        if turned.get(Direction(row.verdict), False):
            return f"{row.arm} (decided at {row.decided_at:.0f} rounds)"
        return f"{row.arm} ({self._value(row.arm)})"

    def _value(self, arm: str) -> str:
        scale, unit = (100, " %") if self.metric.endswith("error") else (1, "")
        return f"{scale * self.centres[arm]:.3g}{unit}" if arm in self.centres else "diverged"


def compare_arms(study: Study, table: pd.DataFrame, metric: str, *, robust: bool = False) -> Ranking | Decisions:
    """What is said of a study's arms in a final metric.

    By a test for its number of seeds, see `rank_arms`, where that was fixed beforehand; where seeds were added until the arms
    were decided, by what holds at every look, see `decide`.
    """
    if study.until is None:
        return rank_arms(study, table, metric, robust=robust)
    return Decisions(
        metric,
        robust,
        study.arms[0].name,
        centres_of(study, table, metric, robust=robust),
        decide(study, table, metric, study.until, by_sign=robust),
        study.until.margin if metric.endswith("error") else 0.0,
        "seeds" if study.seeds_per_data_set == 1 else "data sets",
    )
