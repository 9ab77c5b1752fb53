"""What a typical network makes of the plane, for data sets of two features and any number of classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from experiments.analysis.class_errors import split_shown
from experiments.analysis.stored_networks import predict
from experiments.config.comparison import TITLES, compares_engines, ours_and_torch
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.figures.points import GRID, MAX_PANELS, typical_seed
from experiments.figures.style import COLOURS, caption, new_figure, title
from experiments.formatting import SPLIT_NAMES
from experiments.store.reader import TrialReader
from experiments.training.data import classes_of, draw_points

# Seen apart also where colours are not, and in the order of the colours.
MARKERS = ("o", "s", "^", "D", "v", "P", "p", "h")
SHADE = 0.3
MARGIN = 0.06
MAX_NAMED = 24


def class_colour(label: int) -> str:
    """The colour of a class; from the ninth class on they come again."""
    return COLOURS[label % len(COLOURS)]


def regions_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """Regions by predicted class, points by true class and those misclassified, of a typical round, one panel an arm."""
    compared = compares_engines(study)
    arms = ours_and_torch(study).arms if compared else study.arms[:MAX_PANELS]
    columns = min(3, len(arms))
    rows = -(-len(arms) // columns)
    figure, grid = new_figure(max(5.2, 3.6 * columns), 3.6 * rows + (1.6 if len(arms) == 1 else 0.9), rows, columns)
    seeds = {arm.name: typical_seed(table, arms[0].name if compared else arm.name) for arm in arms}
    names = {arm.name: TITLES[arm.config.engine] if compared else arm.name for arm in arms}
    errors = {}
    for axes, arm in zip(grid.flat, arms, strict=False):
        drawn = _draw_panel(axes, arm, seeds[arm.name], trials)
        said = "diverged" if drawn is None else f"{drawn:.1f} % wrong"
        if len(arms) > 1:
            axes.set_title(f"{names[arm.name]}: {said}", fontsize=9)
        if drawn is not None:
            errors[names[arm.name]] = drawn
    for axes in list(grid.flat)[len(arms) :]:
        axes.set_visible(False)
    title(figure, _title(errors, SPLIT_NAMES[split_shown(arms[0].config)]))
    _legend(figure, classes_of(arms[0].config))
    caption(figure, _caption(study, arms, [seed for seed in seeds.values() if seed is not None]))
    return figure


def _draw_panel(axes: Axes, arm: Arm, seed: int | None, trials: TrialReader) -> float | None:
    """Draws one arm's network; returns its error in percent, or None where it has diverged."""
    found = [] if seed is None else list(trials.parameters(arm.config, [seed]))
    if not found or not all(np.isfinite(values).all() for values in found[0][1].values()):
        return None
    ((number, parameters),) = found
    return draw_plane(axes, arm.config, number, parameters, split_shown(arm.config))


def draw_plane(axes: Axes, config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], split: str) -> float:
    """Draws predicted regions, a split's points, and crosses on those misclassified; returns the error in percent."""
    points, labels = draw_points(config, seed)[split]
    low, high = points.min(0), points.max(0)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    first, second = (np.linspace(start, stop, GRID) for start, stop in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(first, second), -1).reshape(-1, 2)
    regions = predict(config, seed, parameters, grid).reshape(GRID, GRID)
    shades = 1 - SHADE * (1 - np.array([to_rgb(class_colour(label)) for label in range(int(regions.max()) + 1)]))
    axes.imshow(shades[regions], origin="lower", extent=(low[0], high[0], low[1], high[1]), aspect="auto")
    for label in np.unique(labels):
        chosen = points[labels == label]
        marker = MARKERS[label % len(MARKERS)]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=7, c=class_colour(label), marker=marker, linewidths=0)
    wrong = predict(config, seed, parameters, points) != labels
    axes.scatter(points[wrong, 0], points[wrong, 1], s=34, marker="x", c="black", linewidths=1.2)
    names = config.facts().features or ("first feature", "second feature")
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=names[0], ylabel=names[1])
    axes.grid(False)
    return 100 * float(wrong.mean())


def _title(errors: dict[str, float], split: str) -> str:
    if not errors:
        return "Every trial diverged"
    best, worst = min(errors, key=lambda name: errors[name]), max(errors, key=lambda name: errors[name])
    if len(errors) == 1:
        return f"A typical network misclassifies {errors[best]:.1f} % of its {split} points"
    if f"{errors[best]:.1f}" == f"{errors[worst]:.1f}":
        return f"In every panel a typical network misclassifies {errors[best]:.1f} % of its {split} points"
    between = f"{errors[best]:.1f} % ({best}) to {errors[worst]:.1f} % ({worst})"
    return f"Of its {split} points a typical network misclassifies {between}"


def _legend(figure: Figure, classes: Sequence[str]) -> None:
    handles = [
        Line2D([], [], color=class_colour(label), marker=MARKERS[label % len(MARKERS)], linestyle="", markersize=5, label=name)
        for label, name in enumerate(classes[:MAX_NAMED])
    ]
    figure.legend(handles=handles, loc="outside right upper", fontsize=8, handletextpad=0.1, frameon=False)


def _caption(study: Study, arms: Sequence[Arm], seeds: Sequence[int]) -> str:
    which = f"The round nearest the median error of {study.rounds}" if study.rounds > 1 else "The one round"
    shown = f" (seed {', '.join(map(str, dict.fromkeys(seeds)))})" if seeds else ""
    cut = len(study.arms) > len(arms) == MAX_PANELS
    more = f" The first {len(arms)} of {len(study.arms)} arms." if cut else ""
    return f"Points by true class, shading by predicted class; crosses: misclassified. {which}{shown}.{more}"
