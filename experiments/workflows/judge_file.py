"""Anyone's file of results judged: the table, a figure, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.analysis.judging import judge_table, quote
from experiments.errors import TableError
from experiments.figures.judged import judged_figure
from experiments.figures.saving import save
from experiments.figures.style import data_digest
from experiments.files import replace_file

FLOAT_FORMAT = "%.6g"


@dataclass(frozen=True)
class JudgedFile:
    """A judged table, see `judge_table`, its sentence to quote, and the files written."""

    judged: pd.DataFrame
    quote: str
    files: list[Path]


def judge_file(path: Path, folder: Path, name: str, **how: object) -> JudgedFile:
    """Judges a table in a file; writes `NAME.csv` and `NAME.png`. `how` is what `judge_table` takes. Raises TableError."""
    judged = judge_table(read_results(path), **how)  # type: ignore[arg-type]
    files = [folder / f"{name}.csv", folder / f"{name}.png"]
    replace_file(files[0], lambda target: judged.to_csv(target, index=False, float_format=FLOAT_FORMAT))
    save(judged_figure(judged), files[1], data_digest(judged))
    return JudgedFile(judged, quote(judged), files)


def read_results(path: Path) -> pd.DataFrame:
    """A table with a header, all cells as text, rows labelled by their line; tabs part the columns of a `.tsv`."""
    separator = "\t" if path.suffix == ".tsv" else ","
    try:
        frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig")
    except pd.errors.EmptyDataError:
        raise TableError("table", f"{path} is empty") from None
    except UnicodeDecodeError:
        raise TableError("table", f"{path} is no text in UTF-8") from None
    except pd.errors.ParserError as error:
        raise TableError("table", f"{path} is no table: {' '.join(str(error).split())}") from None
    frame.columns = frame.columns.str.strip()
    frame.index = pd.RangeIndex(2, len(frame) + 2, name="line")
    return frame[(frame != "").any(axis=1)]
