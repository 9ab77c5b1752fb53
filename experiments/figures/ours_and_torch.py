"""Ours and PyTorch side by side, on the same seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.analysis.tables import final_values, groups_of
from experiments.config.comparison import TITLES, ours_and_torch
from experiments.config.study import Study
from experiments.figures.points import draw_regions, frame_square, typical_seed
from experiments.figures.style import COLOURS, GREY, caption, new_figure, title
from experiments.formatting import signed
from experiments.statistics.bootstrap import interval_of_mean, summarise
from experiments.store.reader import TrialReader

PAIRED = " The title's differences are paired by seed; brackets: the same interval of their mean."


def both_boundaries_figure(study: Study, table: pd.DataFrame, trials: TrialReader) -> Figure:
    """How ours and torch.nn classify the points of one seed, with the circle: the round nearest the median error of ours."""
    pair = ours_and_torch(study)
    figure, grid = new_figure(7.6, 4.7, 1, 2)
    seed = typical_seed(table, pair.arms[0].name)
    split = "test" if pair.arms[0].config.test_size else "train"
    errors, found = [], []
    for axes, arm in zip(grid[0], pair.arms, strict=True):
        if seed is None or not np.isfinite(final_values(table, arm.name, f"{split}_error").get(seed, np.nan)):
            frame_square(axes)
            axes.set_title(f"{TITLES[arm.config.engine]}: the trial diverged", fontsize=9)
            continue
        ((_, parameters),) = trials.parameters(arm.config, [seed])
        found.append(parameters)
        errors.append(draw_regions(axes, arm.config, seed, parameters, split))
        axes.set_title(f"{TITLES[arm.config.engine]}: {errors[-1]:.1f} % wrong", fontsize=9)
    grid[0, 1].set_ylabel("")
    points = "training points" if split == "train" else "test points"
    later = "later rounding parts them"
    if len(errors) == 2:
        title(figure, _both(errors, points))
        later = "they end with the same parameters, bit for bit" if _same(*found) else later
    elif seed is None:
        title(figure, "Every trial of ours diverged")
        return figure
    else:
        title(figure, f"From one start, ours misclassifies {errors[0]:.1f} % of the {points} and torch.nn diverged")
    caption(
        figure,
        "Blue: inside; orange: outside; points by true class, shading by prediction; crosses: misclassified; line: the true "
        f"circle. Both networks have the points, initial weights and batches of seed {seed}, the nearest to the median error "
        f"of ours among {study.rounds}; {later}.",
    )
    return figure


def _both(errors: Sequence[float], points: str) -> str:
    ours, torch = (f"{error:.1f} %" for error in errors)
    if errors[0] == errors[1]:
        return f"From one start, ours and torch.nn both misclassify {ours} of the {points}"
    return f"From one start, ours misclassifies {ours} of the {points} and torch.nn {torch}"


def _same(ours: Mapping[str, np.ndarray], torch: Mapping[str, np.ndarray]) -> bool:
    return ours.keys() == torch.keys() and all(np.array_equal(ours[name], torch[name]) for name in ours)


def errors_figure(study: Study, table: pd.DataFrame) -> Figure:
    """Final errors of every seed by engine, joined by seed between ours and torch.nn, with means and intervals."""
    engines = [arm.config.engine for arm in study.arms]
    both = [arm.name for arm in ours_and_torch(study).arms]
    errors = {
        split: pd.DataFrame({arm.name: 100 * final_values(table, arm.name, f"{split}_error") for arm in study.arms})
        for split in ("train", "test")
    }
    errors = {split: finals for split, finals in errors.items() if not finals[both].dropna().empty}
    figure, grid = new_figure(7.6 if len(errors) == 2 else 4.6, 4.4, 1, max(1, len(errors)), share=True)
    if not errors:
        title(figure, "Every pair of trials diverged")
        return figure
    found = {}
    for axes, (split, finals) in zip(grid[0], errors.items(), strict=True):
        pair = finals[both].dropna()
        axes.plot([0, 1], pair.to_numpy().T, color=GREY, linewidth=0.6, alpha=max(0.25, min(0.8, 20 / len(pair))))
        for column, name in enumerate(finals):
            values = finals[name].dropna()
            colour = COLOURS[column % len(COLOURS)]
            axes.scatter(np.full(len(values), column), values, s=12, color=colour, alpha=0.6, linewidths=0)
            mean = summarise(values.to_numpy(), groups_of(study, values.index))
            spread = [[mean.mean - mean.low], [mean.high - mean.mean]]
            axes.errorbar([column + 0.18], [mean.mean], yerr=spread, fmt="D", color=colour, markersize=5, linewidth=1.8)
        axes.set_xticks(range(len(finals.columns)), [_two_lines(name) for name in engines], fontsize=8)
        axes.set_xlim(-0.4, len(finals.columns) - 0.4)
        axes.set_title("training" if split == "train" else "test", fontsize=9)
        found["training" if split == "train" else split] = pair
    # A little below 0, so that dots there are seen whole.
    top = grid[0, 0].get_ylim()[1]
    grid[0, 0].set_ylim(-0.02 * top, top)
    grid[0, 0].set_ylabel("error after the last epoch (% of points)")
    title(figure, _differences(study, found))
    caption(
        figure,
        f"Dots: n = {study.rounds} rounds; grey: the same seed by ours and by torch.nn; diamonds: mean with its 95 % bootstrap "
        f"interval.{'' if all(map(_equal, found.values())) else PAIRED}",
    )
    return figure


def _differences(study: Study, pairs: Mapping[str, pd.DataFrame]) -> str:
    """The mean differences of the splits, or that there are none."""
    if all(_equal(pair) for pair in pairs.values()):
        return f"torch.nn and ours end with the same {' and '.join(pairs)} error from every seed"
    said = ", ".join(f"{split} error {_difference(study, pair)}" for split, pair in pairs.items())
    return f"torch.nn minus ours, in points: {said}"


def _equal(pair: pd.DataFrame) -> bool:
    return bool(np.allclose(pair.iloc[:, 0], pair.iloc[:, 1], rtol=0, atol=1e-9))


def _difference(study: Study, pair: pd.DataFrame) -> str:
    if _equal(pair):
        return "equal from every seed"
    differences = (pair.iloc[:, 1] - pair.iloc[:, 0]).to_numpy()
    low, high = interval_of_mean(differences, groups_of(study, pair.index))
    return f"{signed(float(differences.mean()))} ({signed(float(low))} to {signed(float(high))})"


def _two_lines(engine: str) -> str:
    first, _, second = TITLES[engine].partition(", ")
    return f"{first}\n{second}"
