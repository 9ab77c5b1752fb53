"""For each published value: what studies of its size would have printed, run as ours, and what was printed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.claims import Value, is_percent
from experiments.evidence import Evidence, Sample
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.ledger import Judged
from experiments.prediction import study_means

BINS = 60
FURTHEST = 0.999


def values_figure(judged: Sequence[Judged], evidence: Evidence) -> Figure | None:
    """One row a value of a report: the distribution of our n-run means, our mean, the published number. None without values."""
    rows = []
    for one in judged:
        claim = one.verdict.claim
        if isinstance(claim, Value):
            sample = evidence.sample(claim.study, claim.quantity)
            if sample is not None and sample.values.notna().sum() > 1:
                rows.append((one, claim, sample))
    if not rows:
        return None
    figure, grid = new_figure(7.2, 0.62 * len(rows) + 1.5, len(rows), 1)
    for axes, (one, claim, sample) in zip(grid[:, 0], rows, strict=True):
        _draw_row(axes, one, claim, sample)
    inside = sum(one.verdict.prediction_low <= claim.published <= one.verdict.prediction_high for one, claim, _ in rows)
    title(figure, f"{inside} of {len(rows)} published values lie where 95 % of such studies, run as ours, would have come out")
    seeds = sorted({one.verdict.seeds for one, _, _ in rows})
    shown = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    caption(
        figure,
        f"Grey: means of simulated studies with the report's number of runs, drawn from our {shown} rounds; line: the middle "
        "95 %; blue: our mean; star: the published number. Errors and accuracies in %, losses as they are; each row has its "
        "own scale.",
    )
    return figure


def _draw_row(axes: Axes, one: Judged, claim: Value, sample: Sample) -> None:
    means = study_means(sample.values.to_numpy(), claim.n, sample.groups)
    low, high = np.quantile(means, [1 - FURTHEST, FURTHEST])
    low, high = min(low, claim.published), max(high, claim.published)
    pad = 0.04 * (high - low) or 1e-6
    counts, edges = np.histogram(means, BINS, (low - pad, high + pad))
    axes.bar(edges[:-1], counts / counts.max(), np.diff(edges), align="edge", color=GREY, alpha=0.45, linewidth=0)
    verdict = one.verdict
    axes.plot([verdict.prediction_low, verdict.prediction_high], [0.06, 0.06], color="black", linewidth=1.4)
    axes.plot([verdict.ours], [0.5], marker="|", markersize=16, markeredgewidth=2.4, color=COLOURS[0])
    axes.plot([claim.published], [0.5], marker="*", markersize=11, color=COLOURS[1], markeredgecolor="black", clip_on=False)
    axes.set(xlim=(low - pad, high + pad), ylim=(0, 1.15), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=7)
    unit = " %" if is_percent(claim.quantity.metric) else ""
    axes.set_ylabel(
        f"{claim.id}\n{claim.published:g}{unit}, n = {claim.n}", rotation=0, ha="right", va="center", fontsize=7.5, labelpad=6
    )
    axes.text(1.01, 0.5, verdict.label.replace(" (fitted)", "\n(fitted)"), transform=axes.transAxes, va="center", fontsize=7.5)
