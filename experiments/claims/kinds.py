"""Kinds of published claim, as data: what was printed where, and which of our quantities it speaks of.

Claims are declared before the run (`experiments.reports`) and judged after it (`experiments.verdicts.judge`). Errors and
accuracies are in percent, as the reports print them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from experiments.claims.quantities import (
    Quantity,
    Window,
    default_margin,
)

AS_PRINTED = "as printed"
# Half of the last digit that reports print.
PRINTED_DIGIT = 0.005


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What every claim states. `place` and `quote` say where it is printed and how; `n` is the number of runs behind it.

    fitted: the study's settings were found by search to come near the published numbers. contradicts: claims that cannot
    hold together with this one. windows: the window that a reading brings, where that differs from the claim's own.
    """

    kind: ClassVar[str]
    id: str
    report: str
    place: str
    quote: str
    study: str = ""
    n: int = 1
    fitted: bool = False
    contradicts: tuple[str, ...] = ()
    windows: tuple[tuple[str, Window], ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Value(Claim):
    """A printed number, with the deviation over its runs where that is printed; the default margin unless it has its own.

    alike: other arms, as (study, arm), that train the same by another engine: figures show the number beside them too.
    """

    kind = "value"
    quantity: Quantity
    published: float
    published_std: float | None = None
    alike: tuple[tuple[str, str], ...] = ()
    margin: float | None = None
    margin_reason: str = ""

    def allowed(self) -> tuple[float, str]:
        """The margin and its reason."""
        if self.margin is None:
            return default_margin(self.quantity.metric, self.published)
        return self.margin, self.margin_reason


@dataclass(frozen=True, kw_only=True)
class Deviation(Claim):
    """A printed standard deviation over `n` runs on one data set: `published` is the deviation, in the quantity's unit."""

    kind = "deviation"
    quantity: Quantity
    published: float

    def allowed(self) -> tuple[float, str]:
        """Twice what the deviation of so few normal runs scatters by chance, 1 / sqrt(2 (n - 1)) of it; and why."""
        share = 2 / math.sqrt(2 * (self.n - 1))
        reason = f"{share:.0%}: twice what the deviation of {self.n} normal runs scatters"
        return max(share * self.published, PRINTED_DIGIT), reason


@dataclass(frozen=True, kw_only=True)
class Insignificant(Claim):
    """In most pairs of `arms`, Welch's test of `n` runs on one data set finds no significant difference at 5 %.

    at_least: how many pairs are most. printed: the report's own mean and deviation of each arm, to which its sentence applies
    as well.
    """

    kind = "insignificance"
    arms: tuple[Quantity, ...]
    at_least: int
    printed: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two quantities of the same seeds that are compared."""

    lower: Quantity
    higher: Quantity


@dataclass(frozen=True, kw_only=True)
class Order(Claim):
    """In each pair, the lower quantity is lower than the higher one; in at least so many of the pairs, where that is given.

    slack: how much higher the lower one may be and still count as no worse. negligible: differences that are surely
    smaller than this count as none; by default a tenth of a point, one test point in a thousand, and 2 % of a loss.
    """

    kind = "order"
    pairs: tuple[Pair, ...]
    at_least: int | None = None
    slack: float = 0.0
    slack_reason: str = ""
    negligible: float | None = None


@dataclass(frozen=True, kw_only=True)
class Shape(Order):
    """An order on a window of epochs."""

    kind = "shape"


@dataclass(frozen=True, kw_only=True)
class Equal(Claim):
    """In each pair, or at least so many, the mean difference is within a margin, or a fraction of the mean of both."""

    kind = "equal"
    pairs: tuple[Pair, ...]
    margin: float
    margin_reason: str
    relative: bool = False
    at_least: int | None = None


@dataclass(frozen=True, kw_only=True)
class Bound(Claim):
    """The mean is below a limit, or above it. The limit is the report's own where its reason is AS_PRINTED."""

    kind = "bound"
    quantity: Quantity
    limit: float
    below: bool = True
    limit_reason: str = ""


class Relation(StrEnum):
    """How a measured time relates to the published one or to a reference."""

    SIMILAR = "similar to the published one"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, kw_only=True)
class TimeRatio(Claim):
    """A time against another, measured interleaved on one machine: numerator / denominator, or their difference in `unit`.

    printed: whether `published` follows from printed numbers; else it is what the words mean to us.
    evidence names the measurement; numerator and denominator its arms, several of which are averaged. SIMILAR holds
    within a fraction `margin` of what was published; BELOW and ABOVE compare with `reference`.
    """

    kind = "time ratio"
    evidence: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    published: float
    relation: Relation = Relation.SIMILAR
    margin: float = 0.15
    margin_reason: str = "15 %, as for losses"
    reference: float = 1.0
    unit: str = "ratio"
    printed: bool = True


@dataclass(frozen=True, kw_only=True)
class Contradiction(Claim):
    """Two printed numbers said to come from the same training: is their difference one that two such studies show?"""

    kind = "contradiction"
    first: Quantity
    first_published: float
    second: Quantity
    second_published: float


@dataclass(frozen=True, kw_only=True)
class Granularity(Claim):
    """Percentages said to be means over `runs` runs, each of `points` points: do they look like it?"""

    kind = "granularity"
    values: tuple[float, ...]
    points: int
    runs: int


@dataclass(frozen=True, kw_only=True)
class Checked(Claim):
    """A statement of fact, settled by arithmetic or by a source rather than by runs: whether it holds, and why."""

    kind = "checked"
    holds: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class NotTestable(Claim):
    """A claim that no run can judge, and why."""

    kind = "not testable"
    reason: str
    published: float | None = None


def digest(claims: Iterable[Claim]) -> str:
    """8 hexadecimal digits over everything that the claims declare."""
    rows = [{"kind": claim.kind, **dataclasses.asdict(claim)} for claim in claims]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:8]
