"""Anyone's table of results, one row a run, checked row by row before it is judged.

What cannot be judged at all raises; rows that cannot count are left out and named. A row goes by its label in the table's
index, which for a file is its line.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.config.setting_types import did_you_mean
from experiments.errors import TableError
from experiments.formatting import listed

MAX_NAMED = 6
# How tables write that a value is not there.
ABSENT = {"", "na", "n/a", "nan", "none", "null", "-"}


@dataclass(frozen=True)
class ResultsTable:
    """Rows that count, and what was left out.

    arms: in the order in which they first appear, with or without rows that count. rows: columns arm, group, seed (texts) and
    value; the index has the rows' labels. row_word: what a label is called, such as `line`. notes: a sentence for each kind of
    row that was left out.
    """

    arms: tuple[str, ...]
    rows: pd.DataFrame
    row_word: str
    notes: tuple[str, ...]

    def of(self, arm: str) -> pd.DataFrame:
        """The rows of an arm, indexed by group and seed, with the column `row` for their labels."""
        rows = self.rows[self.rows["arm"] == arm]
        return rows.assign(row=rows.index).set_index(["group", "seed"])[["value", "row"]]


def check_table(frame: pd.DataFrame, metric: str, arm: str, seed: str, group: str | None) -> ResultsTable:
    """The columns of a table that are judged, under common names.

    Raises TableError for a column that is not there, a cell that names no arm, seed or group, a value that is no number, and
    two rows of the same arm, group and seed.
    """
    for argument, column in (("metric", metric), ("arm", arm), ("seed", seed), ("group", group)):
        if column is not None and column not in frame.columns:
            names = [str(name) for name in frame.columns]
            hint = did_you_mean(column, names)
            raise TableError(argument, f"there is no column {column!r}; the table has {', '.join(names)}{hint}")
    word = str(frame.index.name or "row")
    rows = pd.DataFrame({"arm": _text(frame[arm]), "group": _text(frame[group]) if group else "", "seed": _text(frame[seed])})
    for argument, column in (("arm", arm), ("seed", seed), ("group", group)):
        empty = rows.index[rows[argument].str.lower().isin(ABSENT)] if column is not None and argument in rows else []
        if len(empty):
            raise TableError(argument, f"{column!r} is empty in {name_rows(word, empty)}")
    rows["value"] = _numbers(frame[metric], metric, word)
    _check_duplicates(rows, word, group)
    absent, infinite = rows["value"].isna(), np.isinf(rows["value"])
    notes = [
        note_left_out(f"without {metric}", word, rows.index[absent]),
        note_left_out(f"with an infinite {metric}", word, rows.index[infinite]),
    ]
    arms = tuple(dict.fromkeys(rows["arm"]))
    return ResultsTable(arms, rows[~absent & ~infinite], word, tuple(note for note in notes if note))


def _text(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _numbers(column: pd.Series, metric: str, word: str) -> pd.Series:
    text = _text(column)
    numbers = pd.to_numeric(text.where(~text.str.lower().isin(ABSENT)), errors="coerce").astype(float)
    wrong = numbers.isna() & ~text.str.lower().isin(ABSENT)
    if wrong.any():
        first = text.index[wrong][0]
        raise TableError("metric", f"{metric} is no number in {name_rows(word, text.index[wrong])}: {text[first]!r}")
    return numbers


def _check_duplicates(rows: pd.DataFrame, word: str, group: str | None) -> None:
    keys = ["arm", "group", "seed"]
    again = rows.duplicated(keys, keep=False)
    if not again.any():
        return
    arm, name, seed = first = tuple(rows.loc[again, keys].iloc[0])
    same = rows.index[(rows[keys] == list(first)).all(axis=1)]
    others = int(rows.duplicated(keys).sum()) - len(same) + 1
    further = f", and {others} more such row{'s' if others > 1 else ''}" if others else ""
    where = f", {name}" if group else ""
    remedy = "remove all but one" if group else "name the column that sets them apart with --group, or remove all but one"
    raise TableError(
        "seed",
        f"{name_rows(word, same)} are {'both' if len(same) == 2 else 'all'} {arm}{where}, seed {seed}{further}; {remedy}",
    )


def note_left_out(what: str, word: str, labels: Sequence[Hashable] | pd.Index) -> str:
    """`2 rows WHAT, left out: lines 3 and 7`; nothing without any."""
    if not len(labels):
        return ""
    return f"{len(labels)} row{'s' if len(labels) > 1 else ''} {what}, left out: {name_rows(word, labels)}"


def name_rows(word: str, labels: Sequence[Hashable] | pd.Index) -> str:
    """`line 3`, `lines 3, 7 and 9`, `lines 3, 4, 5, 6, 7, 8 and 12 more`."""
    names = [str(label) for label in labels]
    more = [f"{len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return f"{word}{'s' if len(names) > 1 else ''} {listed([*names[:MAX_NAMED], *more])}"
