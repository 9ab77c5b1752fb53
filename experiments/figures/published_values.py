"""For each published value: what studies of its size would have printed, run as ours, and what was printed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.claims.kinds import AS_PRINTED, Bound, Value
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import FINAL, Quantity, is_percent
from experiments.claims.readings import split_reading
from experiments.config.trial import TrialConfig
from experiments.figures.gutter import short_place
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.reports.catalogue import STUDIES
from experiments.statistics.prediction import prediction_interval, study_means
from experiments.verdicts.evidence import Evidence, Sample
from experiments.verdicts.ledger import Judged
from experiments.verdicts.verdict import Verdict

BINS = 60
MAX_STEPS = 240
FURTHEST = 0.999


@dataclass(frozen=True)
class _Row:
    """A printed number with its sign, what was judged of it, and our values."""

    verdict: Verdict
    published: float
    sign: str
    sample: Sample

    @property
    def quantity(self) -> Quantity:
        claim = self.verdict.claim
        assert isinstance(claim, Value | Bound)
        return claim.quantity

    @property
    def place(self) -> str:
        return short_place(self.verdict.claim.place)

    @property
    def means(self) -> np.ndarray:
        return study_means(self.sample.values.to_numpy(), self.verdict.claim.n, self.sample.groups)

    @property
    def interval(self) -> tuple[float, float]:
        return prediction_interval(self.sample.values.to_numpy(), self.verdict.claim.n, self.sample.groups)


def values_figure(judged: Sequence[Judged], evidence: Evidence) -> Figure | None:
    """One row a printed number of a report, value or limit: the distribution of our n-run means, our mean, the number.

    None where nothing is printed or was run.
    """
    rows = list(_rows(judged, evidence))
    if not rows:
        return None
    figure, grid = new_figure(7.2, 0.62 * len(rows) + 1.5, len(rows), 1)
    for axes, row, name in zip(grid[:, 0], rows, _names(rows), strict=True):
        _draw(axes, row, name)
    title(figure, _finding(rows))
    seeds = sorted({row.verdict.seeds for row in rows})
    marks = ["star: the published number"] * any(not row.sign for row in rows)
    marks += ["dashed: the published limit, shaded: what it allows"] * any(row.sign for row in rows)
    shown = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    caption(
        figure,
        f"Grey: means of simulated studies with the report's number of runs n, drawn from our {shown} rounds; line: the middle "
        f"95 %; blue: our mean; {' and '.join(marks)}. Each row has its own scale.",
    )
    return figure


def _rows(judged: Sequence[Judged], evidence: Evidence) -> Iterator[_Row]:
    for one in judged:
        claim = one.verdict.claim
        if isinstance(claim, Value):
            published, sign = claim.published, ""
        elif isinstance(claim, Bound) and claim.limit_reason == AS_PRINTED:
            published, sign = claim.limit, "< " if claim.below else "> "
        else:
            continue
        sample = evidence.sample(claim.study, claim.quantity)
        if sample is not None and sample.values.notna().sum() > 1:
            yield _Row(one.verdict, published, sign, sample)


def _finding(rows: Sequence[_Row]) -> str:
    values = [row for row in rows if not row.sign]
    if not values:
        held = sum(row.verdict.outcome is Outcome.REPRODUCED for row in rows)
        return f"Our mean keeps to {held} of {len(rows)} published limits"
    intervals = [row.interval for row in values]
    if np.isnan(intervals).any():
        return "Too few seeds to say where such studies, run as ours, come out"
    inside = sum(low <= row.published <= high for row, (low, high) in zip(values, intervals, strict=True))
    return f"{inside} of {len(values)} published values lie where 95 % of such studies, run as ours, would have come out"


def _draw(axes: Axes, row: _Row, name: str) -> None:
    means = row.means
    lowest, highest = _possible(row)
    low, high = np.quantile(means, [1 - FURTHEST, FURTHEST])
    low, high = min(low, row.published), max(high, row.published)
    pad = 0.04 * (high - low) or 1e-6
    left, right = max(lowest, low - pad), min(highest, high + pad)
    edges = np.unique(np.clip(_edges(means, left, right), lowest, highest))
    counts, edges = np.histogram(means, edges)
    axes.bar(edges[:-1], counts / counts.max(), np.diff(edges), align="edge", color=GREY, alpha=0.45, linewidth=0)
    axes.plot(row.interval, [0.06, 0.06], color="black", linewidth=1.4)
    axes.plot([row.verdict.ours], [0.5], marker="|", markersize=16, markeredgewidth=2.4, color=COLOURS[0])
    axes.set(xlim=(left, right), ylim=(0, 1.15), yticks=[])
    if row.sign:
        _draw_limit(axes, row)
    else:
        axes.plot([row.published], [0.5], marker="*", markersize=11, color=COLOURS[1], markeredgecolor="black", clip_on=False)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=7)
    label = f"{name}\n{row.sign}{row.published:g}{_unit(row)}, n = {row.verdict.claim.n}"
    axes.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=7.5, labelpad=6)
    verdict = row.verdict.label.replace(" (fitted)", "\n(fitted)")
    axes.text(1.01, 0.5, verdict, transform=axes.transAxes, va="center", fontsize=7.5)


def _draw_limit(axes: Axes, row: _Row) -> None:
    """A line at the limit, and the side that it allows shaded."""
    left, right = axes.get_xlim()
    axes.axvline(row.published, color=COLOURS[1], linewidth=1.8, linestyle="--")
    allowed = (left, row.published) if row.sign.startswith("<") else (row.published, right)
    axes.axvspan(*allowed, color=COLOURS[1], alpha=0.12, linewidth=0, zorder=0)


def _possible(row: _Row) -> tuple[float, float]:
    """Between what the means can lie: no error or loss is below 0, no share above 100 %."""
    percent = is_percent(row.quantity.metric)
    signed = row.quantity.metric.endswith("_gap")
    return (-math.inf if signed else 0.0, 100.0 if percent else math.inf)


def _unit(row: _Row) -> str:
    """` %` for errors and accuracies, ` nats` for a cross-entropy; a squared error has none."""
    if is_percent(row.quantity.metric):
        return " %"
    return " nats" if _arms(row)[row.quantity.arm].loss == "cross-entropy" else ""


def _names(rows: Sequence[_Row]) -> list[str]:
    """What each row is about, `adam, test accuracy`; without the arm where a study has but one."""
    names = []
    for row in rows:
        split, _, metric = row.quantity.metric.partition("_")
        what = f"{SPLIT_NAMES.get(split, split)} {metric.replace('_', ' ')}".strip()
        window = "" if row.quantity.window == FINAL else f", {row.quantity.window}"
        arm = f"{row.quantity.arm}, " if len(_arms(row)) > 1 else ""
        names.append(f"{arm}{what}{window}")
    return [f"{name}, {row.place}" if names.count(name) > 1 else name for name, row in zip(names, rows, strict=True)]


def _arms(row: _Row) -> dict[str, TrialConfig]:
    """The arms of the study that a row is about."""
    name, _ = split_reading(row.verdict.claim.study, STUDIES)
    return {arm.name: arm.config for arm in STUDIES[name].build().arms}


def _edges(means: np.ndarray, low: float, high: float) -> np.ndarray:
    """Edges of bins over the axis, each with as many of the steps in which means come as any other: else a comb is drawn."""
    distinct = np.unique(np.round(means, 9))
    step = float(np.diff(distinct).min()) if 1 < len(distinct) <= MAX_STEPS else 0.0
    if not step:
        return np.linspace(low, high, BINS + 1)
    width = step * math.ceil((high - low) / step / BINS)
    first = distinct[0] - step / 2
    return first + width * np.arange(math.floor((low - first) / width), math.ceil((high - first) / width) + 1)
