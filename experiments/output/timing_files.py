"""Writes the files of what is timed: `NAME.timing.csv` with every repetition, and `NAME_time.png`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.benchmarks.published_times import MEASUREMENTS
from experiments.figures.saving import save
from experiments.figures.style import data_digest
from experiments.figures.timing import activations_figure, batches_figure, engines_figure
from experiments.files import replace_file

# How the times of each measurement are drawn; those of `passes` are shown in a table only.
FIGURES: dict[str, Callable[[pd.DataFrame], Figure]] = {
    "feng": engines_figure,
    "bhatt": engines_figure,
    "activations": activations_figure,
    "batches": batches_figure,
}


def write_times(
    times: pd.DataFrame, folder: Path, name: str, draw: Callable[[pd.DataFrame], Figure] | None = None
) -> list[Path]:
    """Writes the times, and their figure when there is one to draw; returns the files."""
    files = [folder / f"{name}.timing.csv"]
    replace_file(files[0], lambda path: times.to_csv(path, index=False))
    if draw:
        files.append(folder / f"{name}_time.png")
        save(draw(times), files[-1], data_digest(times))
    return files


def write_all_times(times: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Writes `NAME.timing.csv` and `NAME_time.png` of each measurement; returns the files."""
    return [
        path for key, frame in times.items() for path in write_times(frame, folder, MEASUREMENTS[key].name, FIGURES.get(key))
    ]
