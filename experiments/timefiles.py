"""Writes the files of what is timed: `NAME.timing.csv` with every repetition, and `NAME_time.png`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.figures.style import data_digest, save
from experiments.files import replace_file


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
