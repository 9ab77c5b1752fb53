"""Calibration of the judge by stored trials: the table, and the files that show it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.errors import TableError
from experiments.files import replace_file, write_text
from experiments.output.manifest import read_manifest
from experiments.pages.content import calibration_sentence, calibration_table
from experiments.verdicts.calibration import METRIC, calibrate

SINGLE, CLUSTERED = "train", "sweep-activations"
ENDS = (".csv", ".md")


@dataclass(frozen=True)
class Calibration:
    """The table, see `verdicts.calibration.calibrate`, how many trials it was drawn from, and the files written."""

    table: pd.DataFrame
    trials: dict[str, int]
    files: list[Path]


def calibrate_judge(source: Path, folder: Path, name: str, reports: int, seed: int = 0) -> Calibration:
    """Judges made-up reports drawn from the final errors in `source`; writes `NAME.csv` and `NAME.md`. Raises TableError."""
    single, clustered = (read_errors(source, study) for study in (SINGLE, CLUSTERED))
    try:
        table = calibrate(single, clustered, reports, seed)
    except ValueError as error:
        raise TableError("table", f"{source}: {error}") from None
    files = [folder / f"{name}{end}" for end in ENDS]
    replace_file(files[0], lambda target: table.to_csv(target, index=False, float_format="%.6g"))
    trials = {SINGLE: single.size, CLUSTERED: clustered.size}
    write_text(files[1], as_markdown(table, trials))
    return Calibration(table, trials, files)


def read_errors(folder: Path, study: str) -> np.ndarray:
    """The final test errors in percent (data sets, seeds of each) of the first arm of a study; whole data sets alone."""
    path, manifest = folder / f"{study}.finals.csv.gz", read_manifest(folder, study)
    if manifest is None or not path.is_file():
        raise TableError("table", f"{folder} has no {study}.json with {path.name}; `minifw reproduce --rounds 400` writes both")
    arm = manifest.study.arms[0]
    finals = pd.read_csv(path)
    rows = finals[(finals["arm"] == arm.name) & finals[METRIC].notna()]
    size = arm.config.seeds_per_data_set
    sets = [100 * part.to_numpy() for _, part in rows.groupby(rows["seed"] // size)[METRIC] if len(part) == size]
    return np.array(sets).reshape(-1, size)


def as_markdown(table: pd.DataFrame, trials: dict[str, int]) -> str:
    """The table as a page of its own: shares in percent."""
    shown = calibration_table(table)
    drawn = " and ".join(f"{count} trials of `{study}`" for study, count in trials.items())
    lines = [
        "# How often the judge is right",
        "",
        f"{calibration_sentence(table)} Drawn from {drawn}.",
        "",
        f"| {' | '.join(shown.columns)} |",
        f"|{'---|' * len(shown.columns)}",
        *(f"| {' | '.join(row)} |" for row in shown.itertuples(index=False)),
    ]
    return "\n".join(lines) + "\n"
