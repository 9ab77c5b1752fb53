"""Kinds of value a setting can have: how each is read from text, checked and described. Imports no torch."""

from __future__ import annotations

import difflib
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """` (did you mean NAME?)` when one of the names is close, otherwise nothing."""
    close = difflib.get_close_matches(name, list(names), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


LONGEST_METAVAR = 24


class SettingType(ABC):
    """What values are allowed. `parse` and `check` raise ValueError saying so."""

    metavar: str

    @abstractmethod
    def describe(self) -> str:
        """What is allowed, in words: `a whole number of at least 1`."""

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value that the text stands for, checked."""

    @abstractmethod
    def check(self, value: Any) -> None:
        """Raises ValueError unless the value is allowed."""

    def format(self, value: Any) -> str:
        """The text that `parse` turns into the value."""
        return str(value)

    def names_allowed(self) -> tuple[str, ...]:
        """The names that are allowed, for shells to offer; none where values are numbers."""
        return ()

    def from_python(self, value: Any) -> Any:
        """The value that one given from Python stands for: the same, but for names and paths of files."""
        return value

    def to_plain(self, value: Any) -> Any:
        """What stands for the value in a key: the same, where JSON has it."""
        return value

    def from_plain(self, plain: Any) -> Any:
        """The value that `to_plain` made it from."""
        return plain


@dataclass(frozen=True)
class Integer(SettingType):
    """A whole number of at least `low`, and below `below` when that is set."""

    low: int
    metavar: str = "INTEGER"
    below: int | None = None

    def describe(self) -> str:
        if self.below is not None:
            return f"a whole number in [{self.low}, {self.below})"
        return f"a whole number of at least {self.low}"

    def parse(self, text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise ValueError(f"{text!r} is not {self.describe()}") from None
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not self._is_within(value):
            raise ValueError(f"{value!r} is not {self.describe()}")

    def _is_within(self, value: int) -> bool:
        return value >= self.low and (self.below is None or value < self.below)


@dataclass(frozen=True)
class Number(SettingType):
    """A finite number in [low, below), or above low when `above` is set."""

    low: float = 0.0
    below: float = math.inf
    above: bool = False
    metavar: str = "NUMBER"

    def describe(self) -> str:
        if math.isfinite(self.below):
            return f"a number in {'(' if self.above else '['}{self.low:g}, {self.below:g})"
        return f"a finite number {'above' if self.above else 'of at least'} {self.low:g}"

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not {self.describe()}") from None
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not (self.low < value if self.above else self.low <= value) or value >= self.below:
            raise ValueError(f"{value!r} is not {self.describe()}")

    def format(self, value: Any) -> str:
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)


@dataclass(frozen=True)
class Choice(SettingType):
    """One of some names."""

    names: tuple[str, ...]

    @property
    def metavar(self) -> str:  # type: ignore[override]
        """The names where they are short, otherwise NAME."""
        joined = "|".join(self.names)
        return joined if len(joined) <= LONGEST_METAVAR else "NAME"

    def describe(self) -> str:
        return f"one of {', '.join(self.names)}"

    def names_allowed(self) -> tuple[str, ...]:
        return self.names

    def parse(self, text: str) -> str:
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        if value not in self.names:
            raise ValueError(f"{value!r} is not {self.describe()}{did_you_mean(str(value), self.names)}")


@dataclass(frozen=True)
class ListOf(SettingType):
    """Values of one kind, separated by commas."""

    item: SettingType
    metavar: str

    def describe(self) -> str:
        return f"{self.item.describe()}, or several with commas between"

    def parse(self, text: str) -> tuple[Any, ...]:
        parts = [part.strip() for part in text.split(",")]
        if "" in parts:
            raise ValueError(f"{text!r} has an empty place; write values separated by single commas")
        return tuple(self.item.parse(part) for part in parts)

    def check(self, value: Any) -> None:
        if not isinstance(value, tuple) or not value:
            raise ValueError(f"{value!r} is not a tuple of at least one value")
        for item in value:
            self.item.check(item)

    def format(self, value: Any) -> str:
        return ",".join(self.item.format(item) for item in value)

    def from_python(self, value: Any) -> Any:
        return tuple(map(self.item.from_python, value)) if isinstance(value, list | tuple) else value

    def to_plain(self, value: Any) -> Any:
        return tuple(map(self.item.to_plain, value))

    def from_plain(self, plain: Any) -> Any:
        return tuple(map(self.item.from_plain, plain))


@dataclass(frozen=True)
class Switch(SettingType):
    """On or off."""

    metavar: str = "on|off"

    def describe(self) -> str:
        return "one of on, off"

    def names_allowed(self) -> tuple[str, ...]:
        return ("on", "off")

    def parse(self, text: str) -> bool:
        try:
            return {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}[text.lower()]
        except KeyError:
            raise ValueError(f"{text!r} is not {self.describe()}") from None

    def check(self, value: Any) -> None:
        if not isinstance(value, bool):
            raise ValueError(f"{value!r} is not True or False")

    def format(self, value: Any) -> str:
        return "on" if value else "off"


@dataclass(frozen=True)
class Text(SettingType):
    """Any text that is not empty."""

    metavar: str

    def describe(self) -> str:
        return f"a {self.metavar.lower()}'s name"

    def parse(self, text: str) -> str:
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{value!r} is not {self.describe()}")


@dataclass(frozen=True)
class Device(SettingType):
    """`cpu`, `cuda` or `cuda:N`; whether the machine has it is asked when torch is loaded."""

    metavar: str = "cpu|cuda|cuda:N"

    def describe(self) -> str:
        return "one of cpu, cuda, cuda:N"

    def names_allowed(self) -> tuple[str, ...]:
        return ("cpu", "cuda")

    def parse(self, text: str) -> str:
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        name, _, index = str(value).partition(":")
        if name not in ("cpu", "cuda") or (index and not (name == "cuda" and index.isdecimal())) or str(value).endswith(":"):
            raise ValueError(f"{value!r} is not {self.describe()}{did_you_mean(str(value), ('cpu', 'cuda'))}")
