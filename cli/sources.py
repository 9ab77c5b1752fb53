"""Where values come from that were not typed: the environment, then the file that --config names.

What is typed beats `MINIFW_LR=0.1`, which beats `lr = 0.1` in the file, which beats the default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.options import fail
from experiments.config.setting_types import did_you_mean
from experiments.config.settings import option_name
from experiments.config.trial import SETTINGS

PREFIX = "MINIFW_"


@dataclass(frozen=True)
class Typed:
    """What was given for an option, as text, True, False or a tuple of texts, and where: what an error names."""

    value: str | bool | tuple[str, ...]
    where: str


def gather(typed: Mapping[str, Any], repeated: Iterable[str] = ()) -> dict[str, Typed]:
    """The value of each option that was given anywhere, by its name; `repeated` are those that take several texts.

    Raises a usage error for a file that cannot be read and for a key that is no option.
    """
    here = _environment(typed, repeated)
    path = typed.get("config") or (here["config"].value if "config" in here else None)
    found = _file(Path(str(path)), typed, repeated) if path else {}
    found |= here
    # A switch that is off and a list that is empty were not typed.
    found |= {name: Typed(_as_given(value), option_name(name)) for name, value in typed.items() if value or value == ""}
    # Of settings there is a `--no-NAME` to type.
    found |= {name: Typed(False, option_name(name)) for name in SETTINGS if typed.get(name) is False}
    return found


def _as_given(value: Any) -> str | bool | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else value


def _environment(names: Iterable[str], repeated: Iterable[str]) -> dict[str, Typed]:
    found = {}
    for name in names:
        text = os.environ.get(PREFIX + name.upper())
        if text:
            found[name] = Typed((text,) if name in repeated else text, PREFIX + name.upper())
    return found


def _file(path: Path, names: Iterable[str], repeated: Iterable[str]) -> dict[str, Typed]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise fail("--config", f"{str(path)!r} cannot be read: {error.strerror}") from None
    except ValueError as error:  # neither TOML nor text
        raise fail("--config", f"{str(path)!r} is not TOML: {error}") from None
    allowed = [name for name in names if name != "config"]
    found = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name not in allowed:
            raise fail("--config", f"{key!r} in {path} is no option of this command{did_you_mean(name, allowed)}")
        where = f"{key} in {path}"
        found[name] = Typed(_text(value, where, name in repeated), where)
    return found


def _text(value: Any, where: str, several: bool) -> str | bool | tuple[str, ...]:
    """As it would be typed."""
    if isinstance(value, dict):
        raise fail(where, "is a table; write KEY = VALUE lines only")
    if several:
        return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
    if isinstance(value, list):
        return ",".join(str(item) for item in value)
    return value if isinstance(value, bool) else str(value)
