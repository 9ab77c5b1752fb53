"""The first picture of the page: two numbers that one report prints for one training, over what many seeds of it give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.analysis.tables import final_values
from experiments.formatting import three_digits
from experiments.pages.content import Page

# The claims whose numbers are shown, with where the report prints them.
REPORT, STUDY, METRIC = "feng", "train", "test_error"
PLACES = {"F2": "Figure 2", "F3-test": "Table I"}
# Width of a bar, in percent of the test points.
BIN = 0.5


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram, in percent of the picture's width and height, and what it stands for."""

    x: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Star:
    """A printed number: where it stands in the picture, in percent of its width, and in the report."""

    x: float
    text: str
    place: str


@dataclass(frozen=True)
class FirstPicture:
    """What the template draws, places in percent of the picture's width.

    mean: of the seeds. low, high: between them lie 95 % of means of as many `runs` as the report had. inside: the places in
    the report whose number lies between them. beyond: where the last bar begins if it counts seeds off the axis, else nothing.
    """

    seeds: int
    runs: int
    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    stars: Sequence[Star]
    mean_x: float
    mean: str
    low_x: float
    low: str
    high_x: float
    high: str
    inside: Sequence[str]
    beyond: str


def first_picture(page: Page) -> FirstPicture | None:
    """The picture of this run; none where the study or its verdicts are missing, or nearly all trials diverged."""
    rows = {row.claim: row for row in page.ledger.itertuples() if row.claim in PLACES} if len(page.ledger) else {}
    if STUDY not in page.tables or set(rows) != set(PLACES):
        return None
    errors = 100 * final_values(page.tables[STUDY], STUDY, METRIC).dropna().to_numpy(dtype=float)
    judged = rows["F2"]
    if len(errors) < 2 or np.isnan([judged.ours, judged.prediction_low, judged.prediction_high]).any():
        return None
    return _draw(errors, judged, {PLACES[claim]: row.published for claim, row in rows.items()})


def _draw(errors: np.ndarray, judged: Any, printed: dict[str, float]) -> FirstPicture:
    most = max(*printed.values(), judged.prediction_high, float(np.quantile(errors, 0.995)))
    right = BIN * math.ceil(most / BIN + 1)

    def x(value: float) -> float:
        return round(100 * value / right, 2)

    low, high = judged.prediction_low, judged.prediction_high
    return FirstPicture(
        seeds=len(errors),
        runs=int(judged.n),
        bars=_bars(errors, right),
        ticks=[(x(value), f"{value:g} %") for value in range(0, int(right) + 1, 2)],
        stars=[Star(x(value), f"{value:g} %", place) for place, value in printed.items()],
        mean_x=x(judged.ours),
        mean=three_digits(judged.ours),
        low_x=x(low),
        low=three_digits(low),
        high_x=x(high),
        high=three_digits(high),
        inside=[place for place, value in printed.items() if low <= value <= high],
        beyond=f"{right - BIN:g} %" if (errors > right).any() else "",
    )


def _bars(errors: np.ndarray, right: float) -> list[Bar]:
    """The histogram up to `right`; the few runs beyond are counted in its last bar."""
    edges = np.arange(0, right + BIN / 2, BIN)
    # Errors are multiples of 0.1 %: edges just below keep each of them in the bin that its digits name.
    counts, _ = np.histogram(np.minimum(errors, right - BIN / 2), edges - 1e-6)
    width = 100 * BIN / right
    return [
        Bar(
            x=round(k * width, 2),
            width=round(width, 2),
            height=round(100 * count / counts.max(), 1),
            text=f"{_range(edges[k], right, errors)}: {count} of {len(errors)} seeds",
        )
        for k, count in enumerate(counts)
        if count
    ]


def _range(first: float, right: float, errors: np.ndarray) -> str:
    """What a bar that begins there counts."""
    open_ended = first + BIN >= right and (errors > right).any()
    return f"{first:g} % and above" if open_ended else f"{first:g} to {first + BIN:g} %"
