"""What the command does before a command of its own begins: little, and without looking for garbage in what it loads."""

import gc
import sys

import pytest
from typer.testing import CliRunner

from cli import main
from cli.errors import ending_well


@pytest.fixture(autouse=True)
def collecting():
    yield
    gc.enable()
    gc.unfreeze()


def unreadable(option: object()) -> None:  # Typer raises when it reads these options.
    """Never run."""


def run_main(monkeypatch, commands, *arguments):
    monkeypatch.setattr(main, "COMMANDS", commands)
    monkeypatch.setattr(sys, "argv", ["minifw", *arguments])
    with pytest.raises(SystemExit) as ended:
        main.main()
    return ended.value.code


def test_only_the_options_of_the_typed_command_are_read(monkeypatch):
    called = []
    commands = (("typed", lambda: called.append("typed"), "Panel"), ("other", unreadable, "Panel"))
    assert run_main(monkeypatch, commands, "typed") == 0
    assert called == ["typed"]


def test_where_no_command_is_typed_all_are_known(monkeypatch, capsys):
    assert run_main(monkeypatch, main.COMMANDS, "--help") == 0
    shown = capsys.readouterr().out.split()
    assert [name for name, _, _ in main.COMMANDS if name not in shown] == []


def test_what_is_nearly_a_command_is_answered_by_its_name(monkeypatch, capsys):
    assert run_main(monkeypatch, main.COMMANDS, "trian") == 2
    assert "'train'" in capsys.readouterr().err


@pytest.mark.parametrize("command", main.COMMANDS, ids=lambda command: command[0])
def test_a_command_alone_says_what_it_says_among_all(command):
    alone = CliRunner().invoke(main.make_app([command]), [command[0], "--help"])
    assert alone.exit_code == 0
    assert alone.output == CliRunner().invoke(main.app, [command[0], "--help"]).output


def test_no_garbage_is_looked_for_before_the_work_begins_and_in_what_was_loaded(monkeypatch):
    seen = []

    def command() -> None:
        with ending_well() as interruption:
            seen.append((gc.isenabled(), gc.get_freeze_count()))
            interruption.loaded()
            seen.append((gc.isenabled(), gc.get_freeze_count() > 1000))

    assert run_main(monkeypatch, (("typed", command, "Panel"),), "typed") == 0
    assert seen == [(False, 0), (True, True)]


def test_where_garbage_is_looked_for_already_nothing_changes():
    with ending_well() as interruption:
        interruption.loaded()
        assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)
