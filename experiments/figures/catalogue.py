"""From a figure's name to the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.curves import error_figure, loss_figure
from experiments.figures.iterations import steps_figure
from experiments.figures.points import boundary_figure, labels_figure, points_figure
from experiments.store import Store
from experiments.study import Study


@dataclass(frozen=True)
class Material:
    """What a figure is drawn from: the study, its history table, and the store for parameters and steps."""

    study: Study
    table: pd.DataFrame
    store: Store
    digest: str


FIGURES: dict[str, Callable[[Material], Figure]] = {
    "loss": lambda m: loss_figure(m.study, m.table),
    "error": lambda m: error_figure(m.study, m.table),
    "boundary": lambda m: boundary_figure(m.study, m.table, m.store, m.digest),
    "points": lambda m: points_figure(m.study),
    "labels": lambda m: labels_figure(m.study, m.table, m.store, m.digest),
    "steps": lambda m: steps_figure(m.study, m.table, m.store, m.digest),
}
