"""A user's table of points: numbers by column, classes in one of them. Imports no torch.

All that is wrong with a file is said by line and column, with what to do, before anything is computed.
"""

from __future__ import annotations

import csv
import functools
import io
import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from experiments.config.setting_types import did_you_mean
from experiments.config.settings import SettingError
from experiments.config.user_files import UserFile

DELIMITERS = ",;\t"
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
MAX_NAMED = 12


@dataclass(frozen=True)
class CsvTable:
    """The rows of a file: names of columns and classes, and row by row its numbers and the index of its class."""

    features: tuple[str, ...]
    classes: tuple[str, ...]
    inputs: array[float]  # rows x features, row after row
    labels: array[int]

    @property
    def counts(self) -> tuple[int, ...]:
        """Rows of each class."""
        found = Counter(self.labels)
        return tuple(found[label] for label in range(len(self.classes)))


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]


@functools.lru_cache(maxsize=8)
def read_table(file: UserFile, target: str) -> CsvTable:
    """The table in a file whose column `target` has the classes. Raises SettingError naming line and column of a mistake."""
    names, rows = _read_rows(file)
    if target not in names:
        message = f"{file} has no column {target!r}{did_you_mean(target, names)}; it has {_listed(names)}"
        raise SettingError("target", f"{message}; name the column of the classes with --target")
    place = names.index(target)
    features = [name for name in names if name != target]
    if not features:
        raise _wrong(file, f"has no column but {target!r}; a sample needs numbers too")
    cells = [(row.line, row.cells[:place] + row.cells[place + 1 :]) for row in rows]
    inputs = _numbers(file, features, cells)
    _check_constant(file, features, cells, inputs)
    classes, labels = _classes(file, target, [(row.line, row.cells[place]) for row in rows])
    return CsvTable(tuple(features), classes, inputs, labels)


def read_points(file: UserFile, features: Sequence[str]) -> tuple[array[float], tuple[str, ...]]:
    """The numbers of some columns, row after row, and the columns that were taken: by name, or all where there are as many.

    Raises SettingError naming line and column of a mistake.
    """
    names, rows = _read_rows(file)
    lacking = [name for name in features if name not in names]
    if lacking and len(names) != len(features):
        raise _wrong(
            file, f"has no column {_listed(lacking)}; it has {_listed(names)}, and the networks take {_listed(features)}"
        )
    taken = names if lacking else list(features)
    places = [names.index(name) for name in taken]
    return _numbers(file, taken, [(row.line, [row.cells[place] for place in places]) for row in rows]), tuple(taken)


def _wrong(file: UserFile, message: str) -> SettingError:
    return SettingError("data", f"{file} {message}")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(names[:MAX_NAMED]) + more


def _read_rows(file: UserFile) -> tuple[list[str], list[_Row]]:
    """The names of the columns, and the rows below them with as many cells, blank lines left out."""
    if not file.text.strip():
        raise _wrong(file, "is empty; its first line names the columns, each line below is a sample")
    header_line = file.text.lstrip("\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(file.text), delimiter=max(DELIMITERS, key=header_line.count), strict=True)
    rows: list[_Row] = []
    try:
        start = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Row(start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise _wrong(file, f"line {reader.line_num}: {error}") from None
    (header, *samples) = rows
    _check_header(file, header)
    if not samples:
        raise _wrong(file, "has no line below its header; each line is a sample")
    for row in samples:
        if len(row.cells) != len(header.cells):
            counts = f"{len(row.cells)} cells, where the header has {len(header.cells)}"
            raise _wrong(file, f"line {row.line}: {counts}; is a separator missing, or one too many?")
    return header.cells, samples


def _check_header(file: UserFile, header: _Row) -> None:
    names = header.cells
    if all(NUMBER.fullmatch(name) for name in names):
        raise _wrong(file, f"line {header.line}: numbers where the columns' names belong; add a first line such as x,y,label")
    for place, name in enumerate(names):
        if not name:
            raise _wrong(file, f"line {header.line}: column {place + 1} has no name; give it one")
        if name in names[:place]:
            first = names.index(name) + 1
            raise _wrong(file, f"line {header.line}: columns {first} and {place + 1} are both called {name!r}; rename one")


def _numbers(file: UserFile, features: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> array[float]:
    """The numbers of all rows, one after another."""
    wrong: list[tuple[int, int, str]] = []
    values = array("d")
    for line, cells in rows:
        for place, cell in enumerate(cells):
            value = float(cell) if NUMBER.fullmatch(cell) else math.nan
            values.append(value)
            if not math.isfinite(value):
                wrong.append((line, place, cell))
    if wrong:
        raise _wrong(file, _describe_wrong(features, wrong, len(rows)))
    return values


def _check_constant(
    file: UserFile, features: Sequence[str], rows: Sequence[tuple[int, list[str]]], values: array[float]
) -> None:
    for place, name in enumerate(features):
        column = values[place :: len(features)]
        if len(set(column)) == 1:
            raise _wrong(file, f"column {name!r} is {rows[0][1][place]} in every line and tells nothing; remove it")


def _describe_wrong(features: Sequence[str], wrong: Sequence[tuple[int, int, str]], rows: int) -> str:
    """The first cell that is no finite number, what to do, and how many more there are."""
    line, place, cell = wrong[0]
    in_column = [text for _, other, text in wrong if other == place]
    words = [text for text in in_column if text.lower() not in MISSING]
    where = f"line {line}, column {features[place]!r}:"
    if len(words) > rows / 2 and not any(_is_infinite(text) for text in words):
        shown = _listed(list(dict.fromkeys(words))[:3])
        return (
            f"column {features[place]!r} has words ({shown}, from line {line} on) where numbers belong; "
            "make a column of 0 and 1 of each word, or remove it"
        )
    more = f" ({len(wrong) - 1} more such cells)" if len(wrong) > 1 else ""
    if cell.lower() in MISSING:
        said = f"{cell!r} stands for no value" if cell else "the cell is empty"
        return f"{where} {said}{more}; fill in a number or remove the line"
    if _is_infinite(cell):
        return f"{where} {cell!r} is not finite{more}; remove the line, or put in a number below 1e308"
    comma = "; decimals have a point, 0.5" if re.fullmatch(r"[+-]?\d+,\d+", cell) else ""
    return f"{where} {cell!r} is not a number{more}{comma}"


def _is_infinite(cell: str) -> bool:
    return cell.lower().lstrip("+-") in ("inf", "infinity") or (bool(NUMBER.fullmatch(cell)) and math.isinf(float(cell)))


def _classes(file: UserFile, target: str, cells: Sequence[tuple[int, str]]) -> tuple[tuple[str, ...], array[int]]:
    """The names of the classes, in order, and each row's."""
    for line, cell in cells:
        if cell.lower() in MISSING - {"none", "-"}:
            said = f"{cell!r} stands for no class" if cell else "the cell is empty"
            raise _wrong(file, f"line {line}, column {target!r}: {said}; fill in the class or remove the line")
    counts = Counter(cell for _, cell in cells)
    if len(counts) == 1:
        raise _wrong(file, f"column {target!r} has one class only, {cells[0][1]!r}; at least two are needed")
    line, alone = next(((line, cell) for line, cell in cells if counts[cell] == 1), (0, ""))
    if line:
        many = sum(count == 1 for count in counts.values())
        what = f"{alone!r} is the only sample of its class" + (f", as of {many - 1} others" if many > 1 else "")
        raise _wrong(
            file, f"line {line}, column {target!r}: {what}; a class needs 2 at least. Is this the column of the classes?"
        )
    classes = _in_order(counts)
    index = {name: label for label, name in enumerate(classes)}
    return classes, array("q", (index[cell] for _, cell in cells))


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Numbers by size, words by the alphabet."""
    listed = list(names)
    if all(NUMBER.fullmatch(name) for name in listed):
        return tuple(sorted(listed, key=lambda name: (float(name), name)))
    return tuple(sorted(listed))
