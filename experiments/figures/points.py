"""What a trained network makes of the unit square."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from experiments.analysis.stored_networks import predict
from experiments.analysis.tables import final_values
from experiments.config.study import Study
from experiments.config.trial import TrialConfig
from experiments.figures.style import INSIDE, OUTSIDE, caption, new_figure, title
from experiments.store.reader import TrialReader
from experiments.training.data import draw_points
from minifw.compiled.points import DISC_CENTRE, DISC_RADIUS

GRID = 201
MAX_PANELS = 6


def typical_seed(table: pd.DataFrame, arm: str) -> int | None:
    """The seed whose final test (or training) error is nearest the median, the smallest of several; None if all diverged."""
    errors = final_values(table, arm, "test_error").dropna()
    if errors.empty:
        errors = final_values(table, arm, "train_error").dropna()
    return None if errors.empty else int((errors - errors.median()).abs().idxmin())


def draw_regions(axes: Axes, config: TrialConfig, seed: int, parameters: dict[str, np.ndarray], split: str) -> float:
    """Draws predicted regions, a split's points with misclassified ones marked, and the circle; returns the error in %."""
    ticks = np.linspace(0, 1, GRID)
    grid = np.stack(np.meshgrid(ticks, ticks), -1).reshape(-1, 2)
    regions = predict(config, seed, parameters, grid).reshape(GRID, GRID)
    axes.imshow(
        regions, origin="lower", extent=(0, 1, 0, 1), cmap=ListedColormap([OUTSIDE, INSIDE]), vmin=0, vmax=1, alpha=0.25
    )
    points, labels = draw_points(config, seed)[split]
    wrong = predict(config, seed, parameters, points) != labels
    _scatter_classes(axes, points, labels)
    missed = points[wrong]
    axes.scatter(missed[:, 0], missed[:, 1], s=34, marker="x", c="black", linewidths=1.2)
    frame_square(axes)
    return 100 * float(wrong.mean())


def frame_square(axes: Axes) -> None:
    """The circle, and axes that show the unit square as a square."""
    axes.add_patch(Circle(DISC_CENTRE, DISC_RADIUS, fill=False, color="black", linewidth=1.2))
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="first coordinate", ylabel="second coordinate")
    axes.grid(False)


def boundary_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """Regions, circle and misclassified points of the round whose test error is nearest the median, one panel an arm."""
    arms = study.arms[:MAX_PANELS]
    columns = min(3, len(arms))
    rows = -(-len(arms) // columns)
    figure, grid = new_figure(max(5.2, 3.6 * columns), 3.6 * rows + (1.6 if len(arms) == 1 else 0.9), rows, columns)
    errors, seeds = {}, {}
    split = "test" if study.arms[0].config.test_size else "train"
    for axes, arm in zip(grid.flat, arms, strict=False):
        seed = typical_seed(table, arm.name)
        if seed is None:
            frame_square(axes)
            axes.set_title(f"{arm.name}: every trial diverged", fontsize=9)
            continue
        ((_, parameters),) = trials.parameters(arm.config, [seed])
        errors[arm.name] = draw_regions(axes, arm.config, seed, parameters, split)
        seeds[arm.name] = seed
        if len(arms) > 1:
            axes.set_title(f"{arm.name}: {errors[arm.name]:.1f} % wrong", fontsize=9)
    for axes in list(grid.flat)[len(arms) :]:
        axes.set_visible(False)
    if not errors:
        title(figure, "Every trial diverged")
        caption(figure, f"Line: the true circle. Not one of {study.rounds} rounds of an arm ended with finite losses.")
        return figure
    best, worst = min(errors, key=lambda name: errors[name]), max(errors, key=lambda name: errors[name])
    points = f"{'training' if split == 'train' else split} points"
    if len(arms) == 1:
        title(figure, f"A typical network misclassifies {errors[best]:.1f} % of its {points}")
    else:
        title(
            figure,
            f"Of its {points} a typical network misclassifies {errors[best]:.1f} % ({best}) to {errors[worst]:.1f} % ({worst})",
        )
    shown = f"seed {', '.join(map(str, seeds.values()))}"
    caption(
        figure,
        "Blue: inside; orange: outside; points by true class, shading by prediction; crosses: misclassified; line: the true "
        f"circle. The round nearest the median error of {study.rounds} ({shown})."
        + (f" The first {len(arms)} of {len(study.arms)} arms." if len(arms) < len(study.arms) else ""),
    )
    return figure


def points_figure(study: Study) -> Figure:
    """The training points of the first seed by class, and the circle."""
    config, seed = study.arms[0].config, study.seeds[0]
    points, labels = draw_points(config, seed)["train"]
    figure, grid = new_figure(5.2, 5.2)
    _scatter_classes(grid[0, 0], points, labels)
    frame_square(grid[0, 0])
    inside = 100 * float(labels.mean())
    title(figure, f"{inside:.1f} % of {len(points)} uniform points lie inside the circle of half the square's area")
    caption(figure, f"Blue discs: inside; orange squares: outside; line: the circle. The training points of seed {seed}.")
    return figure


def labels_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """The test points by the class that a typical network gives them, and the circle."""
    arm = study.arms[0]
    seed = typical_seed(table, arm.name)
    figure, grid = new_figure(5.2, 5.2)
    frame_square(grid[0, 0])
    if seed is None:
        title(figure, "Every trial diverged")
        return figure
    ((_, parameters),) = trials.parameters(arm.config, [seed])
    split, which = ("test", "unseen") if arm.config.test_size else ("train", "training")
    points, labels = draw_points(arm.config, seed)[split]
    predicted = predict(arm.config, seed, parameters, points)
    _scatter_classes(grid[0, 0], points, predicted)
    right = 100 * float((predicted == labels).mean())
    title(figure, f"A typical network labels {right:.1f} % of {len(points)} {which} points correctly")
    caption(
        figure,
        f"Blue discs: predicted inside; orange squares: predicted outside; line: the true circle. The round nearest the "
        f"median error of {study.rounds} (seed {seed}).",
    )
    return figure


def _scatter_classes(axes: Axes, points: np.ndarray, labels: np.ndarray) -> None:
    for label, colour, marker in ((1, INSIDE, "o"), (0, OUTSIDE, "s")):
        chosen = points[labels == label]
        axes.scatter(chosen[:, 0], chosen[:, 1], s=6, c=colour, marker=marker, linewidths=0)
