"""From a figure's name to the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from experiments.config.comparison import compares_engines, ours_and_torch
from experiments.config.study import Study
from experiments.figures.finals import finals_figure
from experiments.figures.iterations import steps_figure
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.ours_and_torch import both_boundaries_figure, errors_figure
from experiments.figures.points import boundary_figure, labels_figure, points_figure
from experiments.figures.runs import gap_figure, rises_figure
from experiments.figures.spread import spread_figure
from experiments.store.reader import TrialReader


@dataclass(frozen=True)
class Material:
    """What a figure is drawn from: the study, its history table, and its stored trials for parameters and steps."""

    study: Study
    table: pd.DataFrame
    trials: TrialReader


def _readable(study: Study) -> Study:
    """Of the same trials by several engines, only ours and torch's: all follow the same curve."""
    return ours_and_torch(study) if compares_engines(study) else study


def _boundary(material: Material) -> Callable[..., Figure]:
    return both_boundaries_figure if compares_engines(material.study) else boundary_figure


FIGURES: dict[str, Callable[[Material], Figure]] = {
    "loss": lambda m: loss_figure(_readable(m.study), m.table),
    "error": lambda m: error_figure(_readable(m.study), m.table),
    "errors": lambda m: errors_figure(m.study, m.table),
    "boundary": lambda m: _boundary(m)(m.study, m.table, m.trials),
    "points": lambda m: points_figure(m.study),
    "labels": lambda m: labels_figure(m.study, m.table, m.trials),
    "spread": lambda m: spread_figure(m.study, m.table),
    "finals": lambda m: finals_figure(m.study, m.table),
    "gap": lambda m: gap_figure(m.study, m.table),
    "rises": lambda m: rises_figure(m.study, m.table),
    "steps": lambda m: steps_figure(m.study, m.table, m.trials),
}
