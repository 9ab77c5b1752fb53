"""The data sets that a trial can have, and what is known of each before anything is drawn. Imports no torch.

A data set that comes with minifw is one file in `experiments/training/data_sets`, found by listing that folder. It is read like
a file of the user's: its content stands in the keys of its trials, so that another file there changes no other trial.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.config.csv_table import read_table
from experiments.config.file_types import NameOrFile
from experiments.config.setting_types import did_you_mean
from experiments.config.user_files import UserFile, from_plain, read_user_file

FOLDER = Path(__file__).parents[1] / "training" / "data_sets"
DEFAULT = "disc"
DRAWN, FIXED = "draw", "table"
DRAWN_SIZE = 1000
TEST_SHARE = 0.3


@dataclass(frozen=True)
class DataFacts:
    """What is known of a data set before anything is drawn.

    Args:
        about: what it is, a line.
        classes: their names; None where only its function knows them.
        features: what the numbers of a sample are; None where only its function knows them.
        counts: rows of each class of a table; None where points are drawn.
        noise: what --noise is unless given; None where it takes none.
        scale: what --scale is unless given.
        needs: the package that it comes with, and how that is installed.
    """

    about: str = ""
    classes: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    counts: tuple[int, ...] | None = None
    noise: float | None = None
    scale: str = "none"
    needs: tuple[str, str] | None = None

    @property
    def rows(self) -> int | None:
        """Of a table, how many samples it has."""
        return None if self.counts is None else sum(self.counts)

    def sizes(self, train: int | None, validation: int, test: int | None) -> tuple[int, int]:
        """The sizes of training and test set, those that are not given filled in: 1000 each, of a table 70 % and 30 %."""
        if self.rows is None:
            return (DRAWN_SIZE if train is None else train), (DRAWN_SIZE if test is None else test)
        left = self.rows - validation
        if test is None:
            test = round(TEST_SHARE * left) if train is None else max(0, left - train)
        return (max(1, left - test) if train is None else train), test


def unsuited(data: Any, target: str | None) -> frozenset[str]:
    """What a report sets for its points that another data set has its own of.

    Of a table sizes and scale, of more than two classes the encoding.
    """
    facts = facts_of(DATA_SOURCE.from_python(data), target)
    sizes = ("train_size", "validation_size", "test_size", "scale") if facts.rows is not None else ()
    return frozenset((*sizes, *(("targets",) if len(facts.classes or ()) != 2 else ())))


def takes(data: Any, setting: str) -> bool:
    """Whether a data set takes the setting: `noise` is for some of those drawn, `target` for tables of the user's."""
    file = DATA_SOURCE.from_python(data)
    return not file.name if setting == "target" else bool(file.name) and facts_of(file, None).noise is not None


def data_set_names() -> tuple[str, ...]:
    """The data sets that come with minifw, the default first."""
    names = sorted(path.stem.replace("_", "-") for path in FOLDER.glob("*.py") if path.stem != "__init__")
    return (DEFAULT, *(name for name in names if name != DEFAULT))


@functools.cache
def built_in(name: str) -> UserFile:
    """The file of a data set that comes with minifw."""
    path = FOLDER / f"{name.replace('-', '_')}.py"
    defined = {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
    file = read_user_file(f"{path}:{DRAWN if DRAWN in defined else FIXED}")
    return replace(file, label=name, path=name)


def facts_of(data: UserFile, target: str | None) -> DataFacts:
    """What is known of a data set. Raises SettingError for a table that is wrong."""
    if not data.texts:
        return DataFacts()
    if data.name:
        return _declared(data)
    table = read_table(data, target or "")
    return DataFacts(f"{data}", table.classes, table.features, table.counts, scale="standardize")


@functools.cache
def _declared(data: UserFile) -> DataFacts:
    """What constants at the top of a Python file say, and the first line of its docstring."""
    tree = ast.parse(data.text)
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return DataFacts(
        about=(ast.get_docstring(tree) or "").partition("\n")[0].rstrip("."),
        classes=_names(found.get("CLASSES")),
        features=_features(found.get("FEATURES")),
        counts=found.get("COUNTS") if data.name == FIXED else None,
        noise=found.get("NOISE") if data.label != "file" else None,
        scale=found.get("SCALE", "none") if data.label != "file" else "none",
        needs=found.get("NEEDS") if data.label != "file" else None,
    )


def _names(declared: Any) -> tuple[str, ...] | None:
    names = isinstance(declared, tuple) and len(declared) > 0 and all(isinstance(name, str) for name in declared)
    return declared if names else None


def _features(declared: Any) -> tuple[str, ...] | None:
    """Names, also where only their number is declared."""
    return tuple(f"number {k + 1}" for k in range(declared)) if isinstance(declared, int) else _names(declared)


@dataclass(frozen=True)
class DataSource(NameOrFile):
    """A data set: one that comes with minifw, a table of the user's or a function in a file of theirs."""

    def names_allowed(self) -> tuple[str, ...]:
        return data_set_names()

    def named(self, name: str) -> UserFile:
        needs = facts_of(built_in(name), None).needs
        if needs and importlib.util.find_spec(needs[0]) is None:
            raise ValueError(f"{name} comes with {needs[0]}, which is not installed; {needs[1]}")
        return built_in(name)

    def check(self, value: Any) -> None:
        if not isinstance(value, UserFile):
            raise ValueError(f"{value!r} is not {self.describe()}{did_you_mean(str(value), data_set_names())}")

    def from_python(self, value: Any) -> Any:
        if not isinstance(value, UserFile):
            value = str(value)
        return super().from_python(value)

    def from_plain(self, plain: Any) -> Any:
        file = from_plain(str(plain))
        if file and file.label in data_set_names() and built_in(file.label) == file:
            return built_in(file.label)
        return file or plain


DATA_SOURCE = DataSource((), "a data set of yours", ((".csv", "points.csv"), (".py", "file.py:FUNCTION")))
