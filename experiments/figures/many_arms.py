"""More arms than lines can be told apart: what they end at, over rates where arms are rates, or beside the first arm."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.decisions import Decisions, compare_arms
from experiments.analysis.ranking import ALPHA, NOT_TOLD_APART, Ranking
from experiments.analysis.tables import final_values, groups_of, present_metrics, rows_by_arm
from experiments.config.study import Arm, Study
from experiments.figures.arms import (
    INCOMPARABLE,
    arm_colour,
    arm_style,
    axis_name,
    curves_of_arms,
    one_kind,
    rounds_of_arms,
    style_text,
)
from experiments.figures.curve import band_text
from experiments.figures.style import COLOURS, caption, label_lines, new_figure, plain_numbers, title
from experiments.formatting import SPLIT_NAMES
from experiments.statistics.bootstrap import summarise
from experiments.statistics.times import median_of

MIN_RATES = 3
MARKERS = ("o", "s", "D")
ROW_INCHES = 0.24


@dataclass(frozen=True)
class Centre:
    """The middle of final values, a mean or a median, with its 95 % interval."""

    value: float
    low: float
    high: float


def many_arms_figure(study: Study, table: pd.DataFrame, quantity: str) -> Figure:
    """What each of many arms ends at; `quantity` is `loss` or `error`."""
    metrics = [metric for metric in present_metrics(table) if metric.endswith(quantity)]
    shown = curves_of_arms(study, table, metrics)
    robust = quantity == "loss" and any(one.astray for one in shown.values())
    ranking = compare_arms(study, table, metrics[-1], robust=robust)
    comparable = one_kind(study, quantity)
    lines = lines_of_rates(study.arms)
    figure, words = (
        _over_rates(study, table, metrics, lines, robust) if lines else _beside_the_first(study, table, metrics, robust)
    )
    title(figure, ranking.sentence() if comparable or not ranking.centres else INCOMPARABLE)
    clear = ranking.note() if comparable else ""
    firsts = {arm.name: shown[arm.name, metrics[0]] for arm in study.arms}
    caption(figure, f"{words}{clear} {rounds_of_arms(study, firsts)}")
    return figure


def lines_of_rates(arms: Sequence[Arm]) -> dict[str, dict[float, Arm]]:
    """Arms named `NETWORK-RATE` by network and rate; nothing unless all are, and each network has a few rates."""
    found: dict[str, dict[float, Arm]] = {}
    for arm in arms:
        parts = re.fullmatch(r"(.+?)-(\d+(?:\.\d+)?(?:e-?\d+)?)", arm.name)
        if parts is None:
            return {}
        found.setdefault(parts[1], {})[float(parts[2])] = arm
    return found if min(map(len, found.values())) >= MIN_RATES else {}


def centre_of(study: Study, values: pd.Series, robust: bool) -> Centre:
    """Mean and bootstrap interval of final values, or median and the interval between order statistics."""
    kept = values.dropna()
    if robust:
        middle = median_of(kept.to_numpy())
        return Centre(middle.value, middle.low, middle.high)
    mean = summarise(kept.to_numpy(), groups_of(study, kept.index))
    return Centre(mean.mean, mean.low, mean.high)


def _over_rates(
    study: Study, table: pd.DataFrame, metrics: Sequence[str], lines: Mapping[str, Mapping[float, Arm]], robust: bool
) -> tuple[Figure, str]:
    """A panel a split: final values over rates, a line a network."""
    rows = rows_by_arm(study, table)
    networks = Study(
        study.name, tuple(Arm(name, next(iter(arms.values())).config) for name, arms in lines.items()), study.seeds
    )
    figure, grid = new_figure(4.6 * len(metrics), 4.4, 1, len(metrics), share=True)
    for axes, metric in zip(grid[0], metrics, strict=True):
        axes.set(xscale="log", yscale="log", ylabel=f"{axis_name(study, metric)}, logarithmic")
        axes.set_xlabel("learning rate, as the arms are named, logarithmic")
        scale = 100 if metric.endswith("error") else 1
        ends = []
        for name, arms in lines.items():
            rates = sorted(arms)
            found = [
                centre_of(study, scale * final_values(rows[arms[rate].name], arms[rate].name, metric), robust) for rate in rates
            ]
            values = [centre.value for centre in found]
            colour = arm_colour(networks, name)
            axes.plot(rates, values, arm_style(networks, name), marker="o", markersize=4, color=colour)
            axes.vlines(rates, [centre.low for centre in found], [centre.high for centre in found], color=colour, linewidth=1)
            ends += [(values[-1], name, colour)] if np.isfinite(values[-1]) else []
        plain_numbers(axes)
        axes.set_xticks(sorted({rate for arms in lines.values() for rate in arms}))
        axes.minorticks_off()
        label_lines(axes, max(max(arms) for arms in lines.values()), ends, gap=8)
    kind = "median" if robust else "mean"
    what = "error" if metrics[0].endswith("error") else "loss"
    dots = f"Dots: the {kind} {what} after the last epoch, bars: its 95 % interval."
    return figure, f"{dots}{style_text(networks)}{_by_data_sets(study)}"


def _beside_the_first(study: Study, table: pd.DataFrame, metrics: Sequence[str], robust: bool) -> tuple[Figure, str]:
    """A row an arm: how far it ends above the first, each split a colour; arms that are told apart from it are filled."""
    first, others = study.arms[0].name, study.arms[1:]
    rows = rows_by_arm(study, table)
    figure, grid = new_figure(6.8, 1.7 + ROW_INCHES * len(others) * len(metrics) / 1.4)
    axes = grid[0, 0]
    axes.axvline(0, color="black", linewidth=0.8)
    scale = 100 if metrics[0].endswith("error") else 1
    for index, metric in enumerate(metrics):
        reference = final_values(rows[first], first, metric)
        ranking = compare_arms(study, table, metric, robust=robust)
        for row, arm in enumerate(others):
            centre = centre_of(study, scale * (final_values(rows[arm.name], arm.name, metric) - reference), robust)
            _draw_dot(axes, centre, row + _offset(index, len(metrics)), index, filled=_clear(ranking, arm.name, first))
    for index, metric in enumerate(metrics):
        axes.plot([], [], MARKERS[index], color=COLOURS[index], markersize=5, label=SPLIT_NAMES[metric.split("_")[0]])
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(metrics), fontsize=8, frameon=False)
    for row, (arm, after) in enumerate(itertools.pairwise(others)):
        if arm.name.partition("-")[0] != after.name.partition("-")[0]:
            axes.axhline(row + 0.5, color="#B0B0B0", linewidth=0.8)
    axes.set_yticks(range(len(others)), [arm.name for arm in others])
    axes.set_ylim(len(others) - 0.5, -0.5)
    what, unit = ("error", "points") if scale == 100 else ("loss", axis_name(study, metrics[0]).partition("(")[2].rstrip(")"))
    axes.set_xlabel(f"{what} after the last epoch minus that of {first} ({unit})")
    kind = "median" if robust else "mean"
    clear = f"told apart from {first}{_by_which_test(ranking)}, hollow: {NOT_TOLD_APART}"
    filled = clear if study.until is None else "decided as lower or higher, hollow: as equal, or undecided"
    return figure, (
        f"Dots: the {kind} difference from {first}, paired by seed, and its 95 % interval; filled: {filled}."
        f"{_by_data_sets(study)}"
    )


def _draw_dot(axes: Axes, centre: Centre, height: float, index: int, *, filled: bool) -> None:
    colour = COLOURS[index]
    axes.hlines(height, centre.low, centre.high, color=colour, linewidth=1.4)
    axes.plot(
        [centre.value], [height], MARKERS[index], color=colour, markerfacecolor=colour if filled else "white", markersize=5
    )


def _offset(index: int, count: int) -> float:
    """Moves the dots of one row apart: 0 for a single one, else from -0.2 to 0.2."""
    return 0.4 * index / (count - 1) - 0.2 if count > 1 else 0.0


def _clear(ranking: Ranking | Decisions, arm: str, other: str) -> bool:
    return ranking.verdict(arm, other) in ("lower", "higher")


def _by_which_test(ranking: Ranking | Decisions) -> str:
    """The test where no note will say which it is."""
    if isinstance(ranking, Ranking) and not ranking.note():
        return f", p below {ALPHA} in {ranking.test}"
    return " in the adjusted test"


def _by_data_sets(study: Study) -> str:
    return "" if study.seeds_per_data_set == 1 else " " + band_text(study).replace("The band", "An interval")
