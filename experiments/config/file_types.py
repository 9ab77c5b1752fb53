"""The kind of setting whose value is a name or a file of the user's. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.config.setting_types import LONGEST_METAVAR, SettingType, did_you_mean
from experiments.config.user_files import UserFile, from_plain, read_user_file


@dataclass(frozen=True)
class NameOrFile(SettingType):
    """One of some names, or something in a file of the user's: `relu`, or `layers.py:Leaky`.

    Args:
        names: those allowed.
        meant: what a file holds, in words: `a layer`.
        forms: how a file is written, by its suffix: {".py": "file.py:CLASS"}.
    """

    names: tuple[str, ...]
    meant: str
    forms: tuple[tuple[str, str], ...] = ((".py", "file.py:NAME"),)

    @property
    def metavar(self) -> str:  # type: ignore[override]
        """The names where they are short, otherwise NAME."""
        joined = "|".join((*self.names_allowed(), self.forms[0][1]))
        return joined if len(joined) <= LONGEST_METAVAR else "NAME|FILE"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Those of files allowed."""
        return tuple(suffix for suffix, _ in self.forms)

    def describe(self) -> str:
        return (
            f"one of {', '.join(self.names_allowed())}, or {self.meant} in a file ({', '.join(form for _, form in self.forms)})"
        )

    def names_allowed(self) -> tuple[str, ...]:
        return self.names

    def parse(self, text: str) -> Any:
        if text in self.names_allowed():
            return self.named(text)
        if not any(suffix in text for suffix in self.suffixes):
            raise ValueError(f"{text!r} is not {self.describe()}{did_you_mean(text, self.names_allowed())}")
        return read_user_file(text, self.suffixes)

    def named(self, name: str) -> Any:
        """The value that a name stands for."""
        return name

    def check(self, value: Any) -> None:
        if not isinstance(value, UserFile) and value not in self.names_allowed():
            raise ValueError(f"{value!r} is not {self.describe()}{did_you_mean(str(value), self.names_allowed())}")

    def from_python(self, value: Any) -> Any:
        return self.parse(value) if isinstance(value, str) else value

    def to_plain(self, value: Any) -> Any:
        return value.plain if isinstance(value, UserFile) else value

    def from_plain(self, plain: Any) -> Any:
        return from_plain(plain) or plain if isinstance(plain, str) else plain
