"""What tests ask of the artists on a figure, and the made-up studies that they are drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.config.study import Study
from experiments.reports.catalogue import STUDIES
from tests.experiments.madeup import history_of, study_of

ONE = study_of("only", rounds=6, first=4)
ONE_TABLE = history_of(ONE)
TWO = study_of("b", "a")
TWO_TABLE = history_of(TWO)


def declared(name: str, rounds: int = 6, reading: str | None = None, **settings) -> Study:
    """A study as its report declares it, or with other settings."""
    return STUDIES[name].build(rounds=rounds, reading=reading, given=settings)


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_visible()]


def curves_of(axes: Axes) -> list[np.ndarray]:
    """The data (epochs, values) of every line that is no star."""
    return [np.array(line.get_data()) for line in axes.get_lines() if line.get_marker() != "*"]


def stars(axes: Axes) -> list[tuple[float, float, str]]:
    lines = [line for line in axes.get_lines() if line.get_marker() == "*"]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0]), to_hex(line.get_color())) for line in lines]


def band(axes: Axes, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Low and high ends of a band by epoch."""
    x, y = axes.collections[index].get_paths()[0].vertices.T
    low, high = ([edge(y[x == epoch]) for epoch in np.unique(x)] for edge in (np.min, np.max))
    return np.array(low), np.array(high)


def labels(axes: Axes) -> dict[str, str]:
    return {text.get_text(): to_hex(text.get_color()) for text in axes.texts}


def words(figure: Figure) -> tuple[str, str]:
    """Title and caption on one line each."""
    return " ".join(figure.get_suptitle().split()), " ".join(figure.get_supxlabel().split())


def values(table: pd.DataFrame, arm: str, metric: str) -> np.ndarray:
    """Seeds x epochs, taken from the table row by row."""
    rows = table[table["arm"] == arm]
    return np.array([[*rows[rows["seed"] == seed].sort_values("epoch")[metric]] for seed in sorted(set(rows["seed"]))])


def lines_of(axes: Axes) -> list[np.ndarray]:
    """The data of the lines that have a style: no markers, no lines across the panel."""
    return [data for data in curves_of(axes) if data.shape[1] > 2]
