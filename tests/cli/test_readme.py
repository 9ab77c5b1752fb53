"""README's table of commands is the commands that there are, each with options that it has."""

import re
import shlex

import pytest

from tests.cli.terminal import ROOT, minifw

ROWS = re.findall(r"^\| (`minifw .*?) \| ", (ROOT / "README.md").read_text(), re.MULTILINE)
TYPED = [line.replace("\\|", "|") for row in ROWS for line in re.findall(r"`minifw (.*?)`", row)]


def registered() -> list[str]:
    """The names that `minifw --help` lists."""
    from cli.main import app

    return [command.name for command in app.registered_commands]


def test_the_table_names_every_command_and_no_other():
    assert {line.split()[0] for line in TYPED} == set(registered()) - {"benchmark"}
    assert "`minifw benchmark`" in (ROOT / "README.md").read_text()


def test_no_command_is_listed_twice_with_the_same_options():
    told = [(line.split()[0], *re.findall(r"--[a-z-]+", line)) for line in TYPED]
    assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("line", TYPED)
def test_options_in_the_table_are_those_of_the_command(line, monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    command, *words = shlex.split(line.replace("|", "\\|"))
    shown = minifw(command, "--help").out
    for word in words:
        assert not word.startswith("--") or f"{word} " in shown


def test_the_words_of_the_readme_are_those_of_help(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    words = re.findall(r"^    (?:trial|arm|run|reading|fitted) {2,}.*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    shown = minifw("--help").out
    assert len(words) == 5 and all(" ".join(line.split()) in shown for line in words)
