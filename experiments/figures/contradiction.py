"""Two printed numbers that are said to come from one training, on what each reading of it would have printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.claims.kinds import Contradiction
from experiments.claims.quantities import Quantity
from experiments.figures.style import COLOURS, GREY, caption, ink, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.statistics.prediction import prediction_interval, study_means
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.ledger import Judged

BINS = 70
DEFAULT = "default reading"
FIRST, SECOND = COLOURS[0], COLOURS[1]
WHITE = {"facecolor": "white", "alpha": 0.7, "pad": 1, "linewidth": 0}


@dataclass(frozen=True)
class _Shown:
    """One quantity under one reading: means of simulated studies, and whether the printed number is among the middle 95 %."""

    quantity: Quantity
    seeds: int
    means: np.ndarray
    low: float
    high: float
    published: float

    @property
    def holds(self) -> bool:
        return self.low <= self.published <= self.high


def contradiction_figure(judged: Sequence[Judged], evidence: Evidence) -> Figure | None:
    """A column a contradiction, a row a reading: the n-run means of both quantities, and both printed numbers as lines.

    None where nothing contradicts or was run.
    """
    columns = [one for one in judged if isinstance(one.verdict.claim, Contradiction)]
    grids = [dict(_rows(one, evidence)) for one in columns]
    readings = list(dict.fromkeys(name for grid in grids for name in grid))
    if not readings:
        return None
    figure, axes = new_figure(4.3 * len(columns), 1.45 * len(readings) + 1.3, len(readings), len(columns), share=True)
    for column, grid in enumerate(grids):
        for row, reading in enumerate(readings):
            _draw(axes[row, column], grid.get(reading, ()), reading)
        split, _, quantity = grid[readings[0]][0].quantity.metric.partition("_")
        axes[-1, column].set_xlabel(f"{SPLIT_NAMES[split]} {quantity} (% of points)")
    title(figure, _finding(grids, readings))
    claim = columns[0].verdict.claim
    caption(
        figure,
        f"Shaded: means of simulated studies of {claim.n} runs, drawn from our rounds of each reading; what is averaged stands "
        "in the shade, grey where it is the same for both numbers. Lines: the printed numbers, blue and unbroken that of "
        f"{claim.place.split(' and ')[0]}, orange and dashed that of {claim.place.split(' and ')[-1]}; black: the middle 95 % "
        f"of the means, in which a number lies that such a training could have printed. {_rounds(grids, readings)}",
    )
    return figure


def _rounds(grids: Sequence[dict[str, tuple[_Shown, _Shown]]], readings: Sequence[str]) -> str:
    """How many rounds there are of each reading: `n = 1000 rounds of the default reading, 200 of centred`."""
    found = {name: next(grid[name][0].seeds for grid in grids if name in grid) for name in readings}
    first, *others = (f"{seeds} of {name}" for name, seeds in found.items())
    return f"n = {', '.join([first.replace(f' of {DEFAULT}', f' rounds of the {DEFAULT}'), *others])}."


def _rows(one: Judged, evidence: Evidence) -> Iterator[tuple[str, tuple[_Shown, _Shown]]]:
    for name, verdict in ((DEFAULT, one.verdict), *one.readings.items()):
        claim = verdict.claim
        assert isinstance(claim, Contradiction)
        first = _shown(claim.study, claim.first, claim.first_published, claim.n, evidence)
        second = _shown(claim.study, claim.second, claim.second_published, claim.n, evidence)
        if first is not None and second is not None:
            yield name, (first, second)


def _shown(study: str, quantity: Quantity, published: float, n: int, evidence: Evidence) -> _Shown | None:
    sample = evidence.sample(study, quantity)
    if sample is None or sample.values.notna().sum() < 2:
        return None
    values = sample.values.to_numpy()
    low, high = prediction_interval(values, n, sample.groups)
    return _Shown(quantity, int(np.isfinite(values).sum()), study_means(values, n, sample.groups), low, high, published)


def _draw(axes: Axes, pair: Sequence[_Shown], reading: str) -> None:
    one_window = len({shown.quantity for shown in pair}) == 1
    for shown, colour, style in zip(pair, (FIRST, SECOND), ("-", "--"), strict=False):
        axes.axvline(shown.published, color=colour, linestyle=style, linewidth=1.6)
        axes.annotate(
            f"{shown.published:g}",
            (shown.published, 1.06),
            (3, 0),
            textcoords="offset points",
            va="top",
            fontsize=8,
            color=ink(colour),
        )
    for shown, colour in zip(pair[:1] if one_window else pair, (GREY,) if one_window else (FIRST, SECOND), strict=False):
        counts, edges = np.histogram(shown.means, BINS, tuple(np.quantile(shown.means, [0.001, 0.999])))
        axes.hlines(0.02, shown.low, shown.high, color="black", linewidth=2, zorder=4)
        axes.fill_between(edges[:-1], 0.9 * counts / counts.max(), color=colour, alpha=0.35, step="post", linewidth=0)
        axes.text(float(np.median(shown.means)), 0.06, str(shown.quantity.window), ha="center", fontsize=7.5, bbox=WHITE)
    axes.set(ylim=(0, 1.08), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.set_title(reading, fontsize=9)


def _finding(grids: Sequence[dict[str, tuple[_Shown, _Shown]]], readings: Sequence[str]) -> str:
    """For each pair of printed numbers, the readings under which one training could have printed both."""
    parts = []
    for grid in grids:
        first, second = grid[readings[0]]
        both = [name for name in readings if name in grid and all(shown.holds for shown in grid[name])]
        under = f"under {', '.join(both)}" if both else "under no reading that was run"
        parts.append(f"{first.published:g} and {second.published:g} % {under}")
    return f"What one training could have printed: {'; '.join(parts)}"
