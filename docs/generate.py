"""Writes the reference pages, commands.md and framework.md, from the help texts and docstrings: `make docs`."""

from __future__ import annotations

import inspect
import itertools
import re
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

import minifw
from cli.main import COMMANDS, app
from experiments.config.settings import option_name
from experiments.config.trial import SETTINGS

HERE = Path(__file__).parent
# At this width no option's explanation is squeezed into a column of three words.
TERMINAL = {"COLUMNS": "110", "NO_COLOR": "1", "TERM": "dumb"}
COMMANDS_INTRODUCTION = """# Commands

What each command's `--help` says, but for the settings of a trial: they are the same wherever something is trained, and stand
at the end. `make docs` writes this page.
"""
FRAMEWORK_INTRODUCTION = """# The framework

Every public name of `minifw`, as its docstring says. `make docs` writes this page.
"""


def commands_page() -> str:
    """The help of every command, in the order of `minifw --help`, and the settings."""
    sections = [f"## minifw {name}\n\n{_indented(_help_of(name))}\n" for name, _, _ in COMMANDS]
    return "\n".join([COMMANDS_INTRODUCTION, *sections, _settings()])


def _settings() -> str:
    """A table of the settings for each panel of the help."""
    lines = ["## Settings of a trial"]
    for panel, names in itertools.groupby(SETTINGS, lambda name: SETTINGS[name].panel):
        lines += [f"\n### {panel}\n", "| option | what it is | default |", "|---|---|---|"]
        lines += [f"| `{option_name(name)}` | {SETTINGS[name].help} | {SETTINGS[name].default_text} |" for name in names]
    return "\n".join(lines) + "\n"


def framework_page() -> str:
    """The docstring of every public name and of its own public methods."""
    return "\n".join([FRAMEWORK_INTRODUCTION, *(_section(name) for name in minifw.__all__)])


def _help_of(*command: str) -> str:
    """A help text without its frames and without the panels of settings."""
    shown = CliRunner().invoke(app, [*command, "--help"], env=TERMINAL, prog_name="minifw").output
    setting_panels = {setting.panel for setting in SETTINGS.values()}
    kept, panel = [], ""
    for line in shown.strip("\n").splitlines():
        if begins := re.match(r"╭─ (.+?) ─", line):
            panel = begins[1]
            line = f"\n{panel}"
        if panel not in setting_panels and not line.startswith("╰"):
            kept.append(line.strip("│").rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


def _section(name: str) -> str:
    public = getattr(minifw, name)
    methods = [_described(f"{name}.{method}", function, "###") for method, function in _own_methods(public)]
    return "\n".join([_described(name, public, "##"), *methods])


def _own_methods(public: Any) -> list[tuple[str, Any]]:
    if not inspect.isclass(public):
        return []
    members = [(name, getattr(public, name)) for name in vars(public) if not name.startswith("_")]
    return [(name, member) for name, member in members if inspect.isfunction(member) and member.__doc__]


def _described(name: str, public: Any, heading: str) -> str:
    return f"{heading} {name}\n\n    {name}{_signature(public)}\n\n{_indented(inspect.getdoc(public) or '')}\n"


def _signature(public: Any) -> str:
    """The signature as it stands in the source; none for exceptions."""
    if inspect.isclass(public) and issubclass(public, BaseException):
        return ""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(public)))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


if __name__ == "__main__":
    (HERE / "commands.md").write_text(commands_page(), encoding="utf-8")
    (HERE / "framework.md").write_text(framework_page(), encoding="utf-8")
