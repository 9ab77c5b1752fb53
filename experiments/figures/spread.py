"""Where seeds share data sets: how far the data set moves an error, beside how far the initialisation does."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.tables import final_values, groups_of
from experiments.claims.kinds import Value
from experiments.config.study import Study
from experiments.figures.curve import rounds_text
from experiments.figures.style import COLOURS, caption, new_figure, title
from experiments.reports.published import published_claims
from experiments.statistics.variance import Spreads, spreads

METRIC = "test_error"
DATA_SETS, STARTS = 1.0, 0.0
MAX_COLUMNS = 3


def spread_figure(study: Study, table: pd.DataFrame) -> Figure:
    """A panel an arm: the means of its data sets, and its runs around the mean of their data set, with both deviations.

    For studies whose seeds share data sets; `Spreads` says how the two deviations are told apart.
    """
    columns = min(MAX_COLUMNS, len(study.arms))
    rows = math.ceil(len(study.arms) / columns)
    figure, grid = new_figure(3.0 * columns, 1.75 * rows + 0.9, rows, columns)
    found = {}
    starred = False
    for axes, arm in zip(grid.flat, study.arms, strict=False):
        values = 100 * final_values(table, arm.name, METRIC).dropna()
        groups = groups_of(study, values.index)
        if groups is None or len(np.unique(groups)) < 2:
            axes.set_title(f"{arm.name}: fewer than two data sets", fontsize=9)
            continue
        found[arm.name] = spreads(values.to_numpy(), groups)
        _draw(axes, values.to_numpy(), groups, found[arm.name])
        for claim in published_claims(study.name, arm.name, METRIC):
            _mark_published(axes, claim)
            starred = True
        axes.set_title(arm.name, fontsize=9)
    for axes in grid.flat[len(study.arms) :]:
        axes.set_visible(False)
    title(figure, _finding(found))
    star = " Star: the published mean, with the published deviation where there is one." if starred else ""
    caption(
        figure,
        "Test error in % of points; each panel has its own scale. Upper row: the mean of each data set; lower row: every run, "
        "moved by as much as the mean of its data set lies off the mean of all. Bars: one standard deviation to either side, "
        f"that of the upper row without what few runs a data set add to it.{star} {rounds_text(study)}",
    )
    return figure


def _draw(axes: Axes, values: np.ndarray, groups: np.ndarray, found: Spreads) -> None:
    means = pd.Series(values).groupby(groups).transform("mean").to_numpy()
    centre = values.mean()
    for height, shown, deviation, colour in (
        (DATA_SETS, np.unique(means), found.between, COLOURS[0]),
        (STARTS, values - means + centre, found.within, COLOURS[1]),
    ):
        ticks = 90 / max(len(shown), 90)
        axes.plot(shown, np.full(len(shown), height), "|", color=colour, markersize=13, alpha=max(0.08, 0.5 * ticks))
        axes.plot(
            [centre - deviation, centre + deviation], [height - 0.28] * 2, color=colour, linewidth=3, solid_capstyle="butt"
        )
        axes.annotate(
            f"± {deviation:.2f}",
            (1, height),
            (3, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=colour,
        )
    axes.set_yticks([STARTS, DATA_SETS], ["initial-\nisation", "data\nset"], fontsize=8)
    axes.set_ylim(STARTS - 0.75, DATA_SETS + 0.55)
    axes.tick_params(axis="x", labelsize=8)


def _mark_published(axes: Axes, claim: Value) -> None:
    """Puts a star at the published mean, and a line over the published deviation where there is one."""
    height = STARTS - 0.52
    if claim.published_std is not None:
        axes.errorbar([claim.published], [height], xerr=[claim.published_std], color="black", linewidth=1.2, capsize=2.5)
    axes.plot([claim.published], [height], "*", markersize=9, color=COLOURS[1], markeredgecolor="black", zorder=5)


def _finding(found: dict[str, Spreads]) -> str:
    if not found:
        return "One data set cannot show what the choice of a data set does"
    larger = sum(each.between > each.within for each in found.values())
    ratios = sorted(each.between / each.within for each in found.values() if each.within > 0)
    middle = float(np.median(ratios)) if ratios else math.nan
    times = f": {middle:.1f} times as much, the median of the arms" if math.isfinite(middle) else ""
    return f"The data set moves the test error more than the initialisation does in {larger} of {len(found)} arms{times}"
