"""Of each order and equality that a report claims: our paired difference with its interval, and the margin that counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.claims.kinds import Equal, Order
from experiments.claims.quantities import FINAL, How, Quantity, is_percent
from experiments.figures.style import COLOURS, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.ledger import Judged
from experiments.verdicts.verdict import Verdict

SHADE = "#DDDDDD"


def paired_differences_figure(judged: Sequence[Judged], evidence: Evidence) -> Figure | None:
    """A row a claim: the interval that decided, 0, and the margin or the smallest size that counts, shaded.

    None where no order or equality was run.
    """
    verdicts = [one.verdict for one in judged if one.verdict.pair is not None]
    if not verdicts:
        return None
    figure, grid = new_figure(7.2, 0.62 * len(verdicts) + 1.5, len(verdicts), 1)
    for axes, verdict in zip(grid[:, 0], verdicts, strict=True):
        _draw(axes, verdict)
    title(figure, _finding(verdicts))
    seeds = sorted({verdict.seeds for verdict in verdicts})
    shown = f"{seeds[0]}" if len(seeds) == 1 else f"{seeds[0]} to {seeds[-1]}"
    medians = ", the median where runs diverged and rank worst (by signs)" if any(map(_by_signs, verdicts)) else ""
    caption(
        figure,
        f"Dot: our mean difference, paired by seed{medians}; line: the interval that decides ({_levels(verdicts)}). "
        f"Shaded: differences that count as none. {_rules(verdicts)} n = {shown} seeds. Each row has its own scale.",
    )
    return figure


def _rules(verdicts: Sequence[Verdict]) -> str:
    """Where the line lies when a claim of each kind that is shown holds, where when it fails, and what else decides."""
    slack = any(map(_has_slack, verdicts))
    orders = [verdict for verdict in verdicts if not isinstance(verdict.claim, Equal)]
    order = len(orders) > sum(map(_has_slack, verdicts))
    rules = {
        "an order holds where the line is right of 0, else it fails where the line is left of the shade's right end": order,
        "an order with slack holds right of the shade's left end, and fails left of it": slack,
        "an equality holds within the shade, and fails outside": len(orders) < len(verdicts),
    }
    said = "; ".join(rule for rule, shown in rules.items() if shown)
    adjusted = "The tests of a report are adjusted for their number: a line just beyond may be undecided."
    return f"{said[0].upper()}{said[1:]}. {adjusted}"


def _levels(verdicts: Sequence[Verdict]) -> str:
    """`97 % for an order, 94 % for an equality`; where claims had different looks, all their levels."""
    levels: dict[str, set[float]] = {}
    for verdict in verdicts:
        if math.isfinite(verdict.level):
            kind = "equality" if isinstance(verdict.claim, Equal) else "order"
            levels.setdefault(kind, set()).add(100 * verdict.level)
    each = {kind: " or ".join(f"{level:.3g}" for level in sorted(found)) for kind, found in levels.items()}
    return ", ".join(f"{level} % for an {kind}" for kind, level in each.items())


def _finding(verdicts: Sequence[Verdict]) -> str:
    counts = pd.Series([str(verdict.outcome) for verdict in verdicts]).value_counts(sort=False)
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    return f"Of {len(verdicts)} published orders and equalities: {told}"


def _shade(verdict: Verdict) -> tuple[float, float]:
    """Differences that count as none: within the margin of an equality, too small for an order, or within its slack."""
    margin = verdict.margin if math.isfinite(verdict.margin) else 0.0
    if _has_slack(verdict):
        return -margin, 0.0
    return (-margin if isinstance(verdict.claim, Equal) else 0.0), margin


def _has_slack(verdict: Verdict) -> bool:
    return isinstance(verdict.claim, Order) and verdict.claim.slack > 0


def _by_signs(verdict: Verdict) -> bool:
    """Whether signs decided, since runs diverged; shares of runs that diverge lose none."""
    return isinstance(verdict.claim, Order) and verdict.estimate.diverged > 0


def _draw(axes: Axes, verdict: Verdict) -> None:
    lowest, highest = _shade(verdict)
    shown = [end for end in (0.0, lowest, highest, verdict.ours, verdict.low, verdict.high) if math.isfinite(end)]
    pad = 0.06 * (max(shown) - min(shown)) or 1.0
    # An end that is not known is not drawn; one that is infinite lies beyond the edge.
    low, high = (verdict.ours if math.isnan(end) else end for end in (verdict.low, verdict.high))
    low, high = max(low, min(shown) - 2 * pad), min(high, max(shown) + 2 * pad)
    axes.axvspan(lowest, highest, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.hlines(0, low, high, color=COLOURS[0], linewidth=3, alpha=0.6)
    axes.plot([verdict.ours], [0], "o", color=COLOURS[0], markersize=6)
    axes.set(xlim=(min(shown) - pad, max(shown) + pad), ylim=(-1, 1), yticks=[])
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=7)
    axes.set_ylabel(difference_name(verdict), rotation=0, ha="right", va="center", fontsize=7.5, labelpad=6)
    text = verdict.label.replace(" (fitted)", "\n(fitted)")
    axes.text(1.01, 0.5, text, transform=axes.transAxes, va="center", fontsize=7.5)


def difference_name(verdict: Verdict) -> str:
    """Which minus which, of what, and what is claimed of it: `uniform minus xavier,\\ntraining loss, order`."""
    pair = verdict.pair
    assert pair is not None
    pairs = len(verdict.claim.pairs) if isinstance(verdict.claim, Order | Equal) else 1
    kind = "equal" if isinstance(verdict.claim, Equal) else "order with slack" if _has_slack(verdict) else "order"
    several = f"{f', of {pairs} pairs' if pairs > 1 else ''}, {kind}{' by signs' if _by_signs(verdict) else ''}"
    if pair.lower.arm != pair.higher.arm:
        return f"{pair.higher.arm} minus {pair.lower.arm},\n{_what(pair.higher)}{several}"
    if pair.lower.metric != pair.higher.metric:
        return f"{_metric(pair.higher.metric)} minus\n{_what(pair.lower)}{several}"
    return f"{_what(pair.higher)} minus\n{pair.lower.window}{several}"


def _what(quantity: Quantity) -> str:
    if quantity.window.how is How.DIVERGES:
        return f"{quantity.window} (points)"
    window = "" if quantity.window == FINAL else f", {quantity.window}"
    return f"{_metric(quantity.metric)}{' (points)' if is_percent(quantity.metric) else ''}{window}"


def _metric(metric: str) -> str:
    split, _, quantity = metric.partition("_")
    return f"{SPLIT_NAMES.get(split, split)} {quantity.replace('_', ' ')}"
