"""Help is there at once, and says everything."""

import itertools
import re
import subprocess
import sys
from importlib import metadata

import pytest
from typer.testing import CliRunner

from cli.commands import compare_torch as compare
from cli.main import COMMANDS, app
from experiments.config.settings import option_name
from experiments.config.trial import SETTINGS
from experiments.reports.catalogue import PRESETS, STUDIES
from minifw.compiled import EngineError
from minifw.compiled.engine import the_engine
from tests.cli.terminal import ROOT, minifw

LIGHT = """
import sys
from typer.testing import CliRunner
from cli.main import COMMANDS, app
for arguments in (["--help"], ["train", "--help"], ["runs", "--help"], ["plot", "--help"], ["verify", "--help"]):
    assert CliRunner().invoke(app, arguments).exit_code == 0
print([name for name in ("torch", "pandas", "matplotlib", "numpy", "scipy", "distributed") if name in sys.modules])
"""


def test_help_loads_no_large_module():
    done = subprocess.run([sys.executable, "-c", LIGHT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package(monkeypatch):
    shown = minifw("--version")
    assert (shown.code, shown.out.partition(" compiled engine")[0], shown.err) == (
        *(0, f"minifw {metadata.version('minifw')}", ""),
    )

    def nowhere(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", nowhere)
    assert minifw("--version").out.partition(" compiled engine")[0] == "minifw (not installed)"


def test_the_version_says_which_engine_runs_and_why_or_why_none_does(monkeypatch):
    """The variable that asks for a build is no option's: MINIFW_ENGINE is that of --engine."""
    monkeypatch.setattr("minifw.compiled.engine.the_engine", the_engine.__wrapped__)
    monkeypatch.setenv("MINIFW_BUILD", "wasm")
    assert minifw("--version").out.endswith("compiled engine: wasm, 4 float32 lanes (asked for)")
    assert "build" not in SETTINGS

    def none_runs():
        raise EngineError("no build; make one: make wasm")

    monkeypatch.setattr("minifw.compiled.engine.the_engine", none_runs)
    assert minifw("--version").out.endswith("compiled engine: does not run, no build; make one: make wasm")


def test_help_of_train_gives_every_setting(monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")
    shown = minifw("train", "--help").out
    for name, setting in SETTINGS.items():
        assert option_name(name) in shown
        assert setting.help in shown, name
    for panel in ("Network", "Objective", "Optimiser", "Training", "Data", "Machine", "Seeds", "Study", "Results"):
        assert panel in shown


@pytest.mark.parametrize(
    ("command", "default"),
    [
        ("train", "10"),
        ("sweep", "10"),
        ("compare-torch", "10"),
        *((name, str(spec.rounds)) for name, spec in STUDIES.items() if name.startswith("sweep-") and spec.command == name),
        ("study", "the study's own, listed by `minifw studies`"),
    ],
)
def test_help_gives_the_rounds_that_the_command_runs_by_default(monkeypatch, command, default):
    monkeypatch.setenv("COLUMNS", "400")
    assert f"Seeds of each arm. (default: {default})" in minifw(command, "--help").out


def test_every_preset_runs_the_rounds_that_help_gives():
    assert {spec.rounds for spec in (*PRESETS.values(), *compare.SPECS.values())} == {10}


def test_commands_stand_in_groups_and_words_are_explained(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = CliRunner().invoke(app, ["--help"]).output.splitlines()
    words = [line.split()[0] for line in lines if re.match(r" (trial|arm|run|reading|fitted) {2,}\S", line)]
    assert words == ["trial", "arm", "run", "reading", "fitted"]
    groups = re.findall(r"╭─ (.*?) ─", "\n".join(lines))
    assert groups == ["Options", "Train and compare", "The reports", "What is stored", "The framework"]


@pytest.mark.parametrize("command", ["train", "sweep", "compare-torch"])
def test_help_begins_with_an_example_that_is_a_command(command):
    shown = minifw(command, "--help").out
    example = re.search(r"Example: minifw (\S+) ", shown)
    assert example.group(1) == command and example.start() < shown.index("Options")


@pytest.mark.parametrize("command", ["train", "runs", "plot", "verify", "sweep"])
def test_every_command_is_listed_with_what_it_does(command):
    assert f"{command} " in minifw("--help").out
    assert "Usage:" in minifw(command, "--help").out


@pytest.mark.parametrize("command", [name for name, _, _ in COMMANDS])
def test_the_lines_of_a_description_are_as_long_as_the_terminal_allows(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    described = minifw(command, "--help").out.partition("\n\n Usage")[0].partition("╭")[0]
    lines = [line.strip() for line in described.splitlines()]
    for line, after in itertools.pairwise(lines):
        assert not line or not after or len(line) + 1 + len(after.split()[0]) > 78, line
