"""Anyone's arms beside their reference: a row an arm, the difference with its interval, and the margin shaded."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure

from experiments.analysis.judging import Judgement, count_units
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.formatting import listed

COLOUR_OF = {
    Judgement.BETTER: COLOURS[0],
    Judgement.WORSE: COLOURS[1],
    Judgement.EQUAL: COLOURS[2],
    Judgement.UNDECIDED: GREY,
    Judgement.TOO_FEW: GREY,
}
SHADE = "#E4E4E4"


def judged_figure(judged: pd.DataFrame) -> Figure:
    """A dot figure of a judged table."""
    metric, margin, reference = judged.attrs["metric"], judged.attrs["margin"], judged["reference"].iloc[0]
    figure, grid = new_figure(7.2, 0.42 * len(judged) + 1.9)
    axes = grid[0, 0]
    if margin is not None:
        axes.axvspan(-margin, margin, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(0, color="black", linewidth=0.8)
    for height, row in enumerate(judged.itertuples(index=False)):
        colour = COLOUR_OF[Judgement(str(row.verdict))]
        axes.hlines(height, row.low, row.high, color=colour, linewidth=3, alpha=0.6)
        axes.plot([row.difference], [height], "o", color=colour, markersize=6)
        axes.text(1.01, height, str(row.verdict), transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.set_yticks(range(len(judged)), [str(arm) for arm in judged["arm"]])
    axes.set_ylim(len(judged) - 0.5, -0.5)
    axes.set_xlim(*_limits(judged, margin))
    better = "right" if judged.attrs["higher_is_better"] else "left"
    axes.set_xlabel(f"{metric}, difference from {reference} (better to the {better})")
    title(figure, _finding(judged))
    caption(figure, _words(judged))
    return figure


def _limits(judged: pd.DataFrame, margin: float | None) -> tuple[float, float]:
    """All intervals, 0 and the margin, with some room."""
    shown = [*judged["low"], *judged["high"], *judged["difference"], 0.0, margin or 0.0, -(margin or 0.0)]
    finite = [value for value in shown if math.isfinite(value)]
    low, high = min(finite), max(finite)
    pad = 0.06 * (high - low) or 1.0
    return low - pad, high + pad


def _finding(judged: pd.DataFrame) -> str:
    metric, reference = judged.attrs["metric"], judged["reference"].iloc[0]
    named = [
        f"{listed([str(arm) for arm in judged['arm'][judged['verdict'] == word]])}: {word}"
        for word in Judgement
        if (judged["verdict"] == word).any()
    ]
    return f"In {metric}, compared with {reference}, {'; '.join(named)}"


def _words(judged: pd.DataFrame) -> str:
    how = " or ".join(dict.fromkeys(judged["test"]))
    fewest, most = (
        count_units(*judged.loc[judged["units"] == edge(judged["units"]), ["units", "unit"]].iloc[0]) for edge in (min, max)
    )
    rests = fewest if fewest == most else f"{fewest} to {most}"
    together = "" if len(judged) == 1 else f", which hold together for {len(judged)} arms (Bonferroni)"
    shaded = "" if judged.attrs["margin"] is None else f" Shaded: differences of less than {judged.attrs['margin']:g}."
    return f"Dot: mean difference; line: its 95 % interval{together}, by {how}, n = {rests}.{shaded}"
