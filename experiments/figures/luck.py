"""Whose luck the test error is: a bar for each source of chance, with its interval."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from experiments.config.luck_design import INTERACTIONS, TEST_SET
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.formatting import listed

NAMES = {
    "data": "data set",
    "init": "initial weights",
    "order": "order of samples",
    "dropout": "dropout masks",
    INTERACTIONS: "interactions",
    TEST_SET: "finite test set",
}
PALE = 0.35


def luck_figure(table: pd.DataFrame, deviation: float, seeds: int, inside: bool) -> Figure:
    """Horizontal bars of the shares in a table as `workflows.luck` has it; pale: with what a source does jointly with others.

    inside: whether the test set's part lies within the bars above it.
    """
    figure, grid = new_figure(7.2, 0.46 * len(table) + 1.9)
    axes = grid[0, 0]
    for height, row in enumerate(table.itertuples(index=False)):
        colour = COLOURS[0] if row.source not in (INTERACTIONS, TEST_SET) else GREY
        if pd.notna(row.together):
            axes.barh(height, 100 * row.together, color=colour, alpha=PALE, height=0.62)
        hatch = {"hatch": "///", "fill": False, "edgecolor": GREY} if inside and row.source == TEST_SET else {"color": colour}
        axes.barh(height, 100 * row.alone, height=0.62, **hatch)
        axes.hlines(height, 100 * row.low, 100 * row.high, color="black", linewidth=1.4)
        axes.text(1.01, height, f"{100 * row.alone:.0f} %", transform=axes.get_yaxis_transform(), va="center", fontsize=8)
    axes.set_yticks(range(len(table)), [NAMES[source] for source in table["source"]])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the variance of the final test error, %")
    title(figure, _finding(table, inside))
    caption(figure, _words(deviation, seeds, inside))
    return figure


def _finding(table: pd.DataFrame, inside: bool) -> str:
    """Which bar is the longest; the test set's is none of its own where it lies inside the others."""
    parts = table[table["source"] != TEST_SET] if inside else table
    ranked = parts.sort_values("alone", ascending=False, kind="stable")
    first = ranked.iloc[0]
    near = [NAMES[row.source] for row in ranked.iloc[1:].itertuples() if row.high >= first["low"]]
    share = f"{100 * first['alone']:.0f} % of the variance ({100 * first['low']:.0f} to {100 * first['high']:.0f} %)"
    also = f"; {listed(near)} may own as much" if near else ""
    return f"The largest part of the luck is that of the {NAMES[first['source']]}: {share}{also}"


def _words(deviation: float, seeds: int, inside: bool) -> str:
    apart = (
        "Hatched: a part of the bars above it, p (1 - p) / n of a measured error p on n test points."
        if inside
        else "The true error p is integrated over the square; the part of a test set of n points is p (1 - p) / n."
    )
    return (
        f"Dark: the source alone; pale: with what it does jointly with others. Line: 95 % bootstrap interval over {seeds} "
        f"seeds in blocks of four. {apart} Standard deviation of the test error: {100 * deviation:.2f} points."
    )
