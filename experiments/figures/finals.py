"""What each arm ends at beside what its report printed: a row an arm, a panel a split."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.decisions import compare_arms
from experiments.analysis.tables import final_values, groups_of, present_metrics, rows_by_arm
from experiments.config.study import Arm, Study
from experiments.figures.arms import arm_colour
from experiments.figures.curve import band_text, rounds_text
from experiments.figures.style import caption, new_figure, plain_numbers, title
from experiments.formatting import SPLIT_NAMES, listed
from experiments.reports.published import published_of
from experiments.statistics.bootstrap import summarise

# Where the largest error shown is so many times the smallest, the scale is logarithmic.
FAR_APART = 10
OURS, PRINTED = -0.12, 0.2


def finals_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Final errors: our mean with its interval and the deviation of single runs; a star at the printed mean with its own."""
    metrics = [metric for metric in present_metrics(table) if metric.endswith("error")]
    rows = rows_by_arm(study, table)
    figure, grid = new_figure(4.0 * len(metrics) + 0.8, 0.52 * len(study.arms) + 1.7, 1, len(metrics), share=True)
    starred, shown = False, []
    for axes, metric in zip(grid[0], metrics, strict=True):
        for row, arm in enumerate(study.arms):
            values = 100 * final_values(rows[arm.name], arm.name, metric)
            shown += _draw_ours(axes, study, arm, values, row)
            printed = _draw_printed(axes, study, arm, metric, row)
            starred |= bool(printed)
            shown += printed
        axes.set_title(SPLIT_NAMES[metric.removesuffix("_error")], fontsize=9)
    positive = [value for value in shown if value > 0]
    logarithmic = bool(positive) and max(positive) > FAR_APART * min(positive)
    for axes in grid[0]:
        if logarithmic:
            axes.set_xscale("log")
            axes.set_xlim(min(positive) / 1.2, 1.2 * max(positive))
            plain_numbers(axes)
        else:
            axes.set_xlim(0, 1.06 * max(positive, default=1))
        axes.set_xlabel(f"error after the last epoch (% of points){', logarithmic' * logarithmic}")
    grid[0, 0].set_yticks(range(len(study.arms)), [arm.name for arm in study.arms])
    grid[0, 0].set_ylim(len(study.arms) - 0.5, -0.5)
    ranking = compare_arms(study, table, metrics[-1])
    title(figure, ranking.sentence())
    star = " Star: the published mean, with the published deviation where there is one." * starred
    lost = {arm.name: int(final_values(rows[arm.name], arm.name, metrics[-1]).isna().sum()) for arm in study.arms}
    rounds = rounds_text(study, sum(lost.values()), listed([name for name, count in lost.items() if count]))
    caption(
        figure,
        "Dot: the mean of our rounds; thick: its 95 % bootstrap interval; thin: one standard deviation of single runs to "
        f"either side.{star} {band_text(study).replace('The band', 'The interval')}{ranking.note()} {rounds}",
    )
    return figure


def _draw_ours(axes: Axes, study: Study, arm: Arm, values: pd.Series, row: int) -> list[float]:
    """Draws our mean; returns the values that the scale has to show, none where every trial diverged."""
    ours = summarise(values.to_numpy(), groups_of(study, values.index))
    if not ours.n:
        return []
    colour = arm_colour(study, arm.name)
    height = row + OURS
    axes.hlines(height, ours.mean - ours.std, ours.mean + ours.std, color=colour, linewidth=1)
    axes.hlines(height, ours.low, ours.high, color=colour, linewidth=4, alpha=0.6)
    axes.plot([ours.mean], [height], "o", color=colour, markersize=5)
    return [ours.mean, ours.mean - ours.std, ours.mean + ours.std]


def _draw_printed(axes: Axes, study: Study, arm: Arm, metric: str, row: int) -> list[float]:
    """Draws stars at the printed numbers; returns the values that the scale has to show."""
    height = row + PRINTED
    found = published_of(study.name, arm, metric)
    for printed in found:
        if printed.std is not None:
            axes.errorbar([printed.value], [height], xerr=[printed.std], color="black", linewidth=1, capsize=2.5)
        axes.plot([printed.value], [height], "*", color=arm_colour(study, arm.name), markersize=10, markeredgecolor="black")
    return [printed.value + side * (printed.std or 0) for printed in found for side in (0, -1, 1)]
