"""Kinds of published claim, as data: what was printed where, and which of our quantities it speaks of.

Claims are declared before the run (`experiments.claims_of`) and judged after it (`experiments.verdicts`). Errors and
accuracies are in percent, as the reports print them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class How(StrEnum):
    """What a window makes of the measured epochs in it."""

    MEAN = "mean"
    LOWEST = "lowest"
    FALLS = "falls"


@dataclass(frozen=True)
class Window:
    """Epochs, and what is made of them: by default the value after the last epoch.

    first, last: a range of epochs, both included. tail: that many measured epochs at the end, or anywhere for LOWEST.
    LOWEST is the mean over those `tail` measured epochs in a row in which the mean of the *other* half of the seeds is
    lowest, so that nobody's noise chooses its own minimum. FALLS is 100 for a trial that fell at every measured epoch, else 0.
    """

    first: int | None = None
    last: int | None = None
    tail: int = 1
    how: How = How.MEAN

    def __str__(self) -> str:
        if self.how is How.FALLS:
            return "share of runs in which it falls at every epoch"
        if self.how is How.LOWEST:
            return f"lowest {self.tail} epochs in a row"
        if self.first is not None:
            return f"mean of epochs {self.first}-{self.last}"
        return "final epoch" if self.tail == 1 else f"mean of the last {self.tail} epochs"


FINAL = Window()
LAST_TEN = Window(tail=10)
EVERY_EPOCH_FALLS = Window(how=How.FALLS)


def epochs(first: int, last: int) -> Window:
    """The mean over a range of epochs, both included."""
    return Window(first, last)


@dataclass(frozen=True)
class Quantity:
    """One number a trial: a metric of an arm over a window of epochs."""

    arm: str
    metric: str
    window: Window = FINAL

    def __str__(self) -> str:
        return f"{self.arm} {self.metric} ({self.window})"


def is_percent(metric: str) -> bool:
    """Whether a metric is shown in percent; losses are not."""
    return not metric.endswith(("_loss", "_loss_gap"))


def default_margin(metric: str, published: float) -> tuple[float, str]:
    """The margin of a value that has none of its own, and why."""
    if not is_percent(metric):
        return 0.15 * published, "15 % of the loss"
    error = 100 - published if metric.endswith("_accuracy") else published
    return max(0.5, 0.15 * error), "the larger of 0.5 points and 15 % of the error"


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
    """A printed number, with the deviation over its runs where that is printed; the default margin unless it has its own."""

    kind = "value"
    quantity: Quantity
    published: float
    published_std: float | None = None
    margin: float | None = None
    margin_reason: str = ""

    def allowed(self) -> tuple[float, str]:
        """The margin and its reason."""
        if self.margin is None:
            return default_margin(self.quantity.metric, self.published)
        return self.margin, self.margin_reason


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


AS_PRINTED = "as printed"


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
class NotTestable(Claim):
    """A claim that no run can judge, and why."""

    kind = "not testable"
    reason: str
    published: float | None = None


def name_of_reading(study: str, reading: str) -> str:
    """What a reading of a study is called among the studies."""
    return f"{study}-{reading}"


def split_reading(name: str, studies: Iterable[str]) -> tuple[str, str]:
    """The study and the reading in a name: the longest study that it begins with, and what follows, if anything."""
    found = [study for study in studies if f"{name}-".startswith(f"{study}-")]
    study = max(found, key=len, default=name)
    return study, name[len(study) + 1 :]


def under_reading(claim: Claim, reading: str) -> Claim:
    """The same claim about the study run under another reading, whose window of epochs it takes where it has one."""
    changes: dict[str, object] = {"study": name_of_reading(claim.study, reading)}
    window = dict(claim.windows).get(reading)
    if window is not None and isinstance(claim, Value | Bound):
        changes["quantity"] = dataclasses.replace(claim.quantity, window=window)
    elif window is not None and isinstance(claim, Contradiction):
        changes["second"] = dataclasses.replace(claim.second, window=window)
    elif window is not None and isinstance(claim, Order | Equal):
        replaced = (
            Pair(dataclasses.replace(pair.lower, window=window), dataclasses.replace(pair.higher, window=window))
            for pair in claim.pairs
        )
        changes["pairs"] = tuple(replaced)
    return dataclasses.replace(claim, **changes)  # type: ignore[arg-type]


def digest(claims: Iterable[Claim]) -> str:
    """8 hexadecimal digits over everything that the claims declare."""
    rows = [{"kind": claim.kind, **dataclasses.asdict(claim)} for claim in claims]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:8]
