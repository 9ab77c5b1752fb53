"""Where seeds share data sets: how far the data set moves an error, beside how far the initialisation does."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.tables import final_values
from experiments.config.study import Study
from experiments.figures.curve import rounds_text
from experiments.figures.style import COLOURS, caption, ink, new_figure, title
from experiments.reports.published import Published, published_of
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
    together = one_data_set(study)
    figure, grid = new_figure(3.0 * columns, (1.2 if together else 1.75) * rows + 0.9, rows, columns)
    found: dict[str, Spreads] = {}
    starred = False
    for axes, arm in zip(grid.flat, study.arms, strict=False):
        values = 100 * final_values(table, arm.name, METRIC).dropna()
        groups = np.array([seed // study.seeds_per_data_set for seed in values.index])
        if values.empty:
            axes.set_axis_off()
            axes.set_title(f"{arm.name}: every trial diverged", fontsize=9)
            continue
        found[arm.name] = _spreads(values.to_numpy(), groups)
        _draw(axes, values.to_numpy(), groups, found[arm.name])
        for published in published_of(study.name, arm, METRIC):
            _mark_published(axes, published)
            starred = True
        axes.set_title(arm.name, fontsize=9)
    for axes in grid.flat[len(study.arms) :]:
        axes.set_visible(False)
    title(figure, _finding(found))
    star = " Star: the published mean, with the published deviation where there is one." if starred else ""
    rows_shown = (
        "Every run on the one data set. Bars: one standard deviation to either side."
        if together
        else "Upper row: the mean of each data set; lower row: every run, moved by as much as the mean of its data set lies "
        "off the mean of all. Bars: one standard deviation to either side, that of the upper row without what few runs a data "
        "set add to it."
    )
    caption(figure, f"Test error in % of points; each panel has its own scale. {rows_shown}{star} {rounds_text(study)}")
    return figure


def one_data_set(study: Study) -> bool:
    """Whether all rounds share one data set."""
    return study.seeds[0] // study.seeds_per_data_set == study.seeds[-1] // study.seeds_per_data_set


def _spreads(values: np.ndarray, groups: np.ndarray) -> Spreads:
    """Both deviations; that of the runs alone where they share one data set."""
    if len(np.unique(groups)) > 1:
        return spreads(values, groups)
    return Spreads(float(values.std(ddof=1)) if len(values) > 1 else math.nan, math.nan)


def _draw(axes: Axes, values: np.ndarray, groups: np.ndarray, found: Spreads) -> None:
    means = pd.Series(values).groupby(groups).transform("mean").to_numpy()
    centre = values.mean()
    for height, shown, deviation, colour in (
        (DATA_SETS, np.unique(means), found.between, COLOURS[0]),
        (STARTS, values - means + centre, found.within, COLOURS[1]),
    ):
        if math.isnan(deviation):
            continue
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
            color=ink(colour),
        )
    both = math.isfinite(found.between)
    axes.set_yticks([STARTS, DATA_SETS][: 1 + both], ["initial-\nisation", "data\nset"][: 1 + both], fontsize=8)
    axes.set_ylim(STARTS - 0.75, (DATA_SETS if both else STARTS) + 0.55)
    axes.tick_params(axis="x", labelsize=8)


def _mark_published(axes: Axes, published: Published) -> None:
    """Puts a star at the published mean, and a line over the published deviation where there is one."""
    height = STARTS - 0.52
    if published.std is not None:
        axes.errorbar([published.value], [height], xerr=[published.std], color="black", linewidth=1.2, capsize=2.5)
    axes.plot([published.value], [height], "*", markersize=9, color=COLOURS[1], markeredgecolor="black", zorder=5)


def _finding(found: dict[str, Spreads]) -> str:
    if not found:
        return "Every trial diverged"
    if all(math.isnan(each.between) and math.isnan(each.within) for each in found.values()):
        return "Where every run has a data set of its own, nobody can say which of the two moves the test error"
    if all(math.isnan(each.between) for each in found.values()):
        deviations = sorted(each.within for each in found.values() if math.isfinite(each.within))
        between = f": ± {deviations[0]:.2f} to ± {deviations[-1]:.2f} points" if deviations else ""
        return f"One data set shows only how far the initialisation moves the test error{between}"
    larger = sum(each.between > each.within for each in found.values())
    ratios = sorted(each.between / each.within for each in found.values() if each.within > 0)
    middle = float(np.median(ratios)) if ratios else math.nan
    times = f": {middle:.1f} times as much, the median of the arms" if math.isfinite(middle) else ""
    return f"The data set moves the test error more than the initialisation does in {larger} of {len(found)} arms{times}"
