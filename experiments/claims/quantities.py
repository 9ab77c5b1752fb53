"""What a claim speaks of: a metric of an arm over a window of epochs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """What a window makes of the measured epochs in it."""

    MEAN = "mean"
    LOWEST = "lowest"
    FALLS = "falls"
    DIVERGES = "diverges"


@dataclass(frozen=True)
class Window:
    """Epochs, and what is made of them: by default the value after the last epoch.

    first, last: a range of epochs, both included. tail: that many measured epochs at the end, or anywhere for LOWEST.
    LOWEST is the mean over those `tail` measured epochs in a row in which the mean of the *other* half of the seeds is
    lowest, so that nobody's noise chooses its own minimum. FALLS is 100 for a trial that fell at every measured epoch, else 0;
    DIVERGES is 100 for one that diverged, else 0.
    """

    first: int | None = None
    last: int | None = None
    tail: int = 1
    how: How = How.MEAN

    def __str__(self) -> str:
        if self.how is How.FALLS:
            return "share of runs in which it falls at every epoch"
        if self.how is How.DIVERGES:
            return "share of runs that diverge"
        if self.how is How.LOWEST:
            return f"lowest {self.tail} epochs in a row"
        if self.first is not None:
            return f"mean of epochs {self.first}-{self.last}"
        return "final epoch" if self.tail == 1 else f"mean of the last {self.tail} epochs"


FINAL = Window()
LAST_TEN = Window(tail=10)
EVERY_EPOCH_FALLS = Window(how=How.FALLS)
DIVERGES = Window(how=How.DIVERGES)


def epochs(first: int, last: int) -> Window:
    """The mean over a range of epochs, both included."""
    return Window(first, last)


@dataclass(frozen=True)
class Quantity:
    """One number a trial: a metric of an arm over a window of epochs."""

    arm: str
    metric: str
    window: Window = FINAL

    @property
    def in_percent(self) -> bool:
        """Whether it is shown in percent: errors and shares of runs, of whatever metric."""
        return self.window.how in (How.FALLS, How.DIVERGES) or is_percent(self.metric)

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
