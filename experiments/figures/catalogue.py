"""From a figure's name to the function that draws it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from experiments.config.comparison import compares_engines, ours_and_torch
from experiments.config.data_sets import DEFAULT
from experiments.config.study import Study
from experiments.figures.classes import classes_figure, confusion_figure
from experiments.figures.finals import finals_figure
from experiments.figures.iterations import steps_figure
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.ours_and_torch import both_boundaries_figure, errors_figure
from experiments.figures.points import boundary_figure, labels_figure, points_figure
from experiments.figures.regions import regions_figure
from experiments.figures.runs import gap_figure, rises_figure
from experiments.figures.spread import spread_figure
from experiments.store.reader import TrialReader
from experiments.training.data import features_of


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
    "regions": lambda m: regions_figure(m.study, m.table, m.trials),
    "classes": lambda m: classes_figure(m.study, m.table, m.trials),
    "confusion": lambda m: confusion_figure(m.study, m.table, m.trials),
}
# What shows the disc's circle and square.
OF_DISC = frozenset({"boundary", "points", "labels"})


def with_suitable_figures(study: Study) -> Study:
    """The study with figures that suit its data: in place of the disc's, regions for two features, errors by class for more.

    A single arm has its confusion matrix too. Where arms have different data, nothing takes the place of the disc's.
    """
    if all(arm.config.data.label == DEFAULT for arm in study.arms):
        return study
    figures = tuple(name for name in study.figures if name not in OF_DISC)
    if len({arm.config.data for arm in study.arms}) == 1:
        if figures != study.figures:
            figures += ("regions",) if features_of(study.arms[0].config) == 2 else ("classes",)
        figures += ("confusion",) if len(study.arms) == 1 else ()
    return dataclasses.replace(study, figures=tuple(dict.fromkeys(figures)))
