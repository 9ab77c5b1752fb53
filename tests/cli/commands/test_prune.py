"""`minifw runs --prune`."""

import sqlite3

import pytest

from tests.cli.terminal import minifw, train

pytestmark = pytest.mark.usefixtures("dots")


@pytest.fixture
def folder(tmp_path):
    """Four trials of this code and three of another."""
    train(tmp_path, "--rounds", 7)
    with sqlite3.connect(tmp_path / "trials.sqlite") as connection:
        connection.execute("UPDATE trials SET digest = 'gone' WHERE seed > 3")
    connection.close()
    return tmp_path


def count(folder) -> int:
    connection = sqlite3.connect(folder / "trials.sqlite")
    ((trials,),) = connection.execute("SELECT count(*) FROM trials")
    connection.close()
    return trials


WHAT = "3 of 7 trials in {} come from code that is gone (0.0 MB); 0.0 MB of the file are empty."


def test_elsewhere_than_on_a_terminal_it_only_says_what_it_would_remove(folder):
    before = (folder / "trials.sqlite").read_bytes()
    shown = minifw("runs", "--prune", "--results-dir", folder)
    assert (shown.code, shown.err) == (0, "Nothing was removed; add --yes to remove them.")
    assert shown.out == WHAT.format(folder / "trials.sqlite")
    assert (folder / "trials.sqlite").read_bytes() == before


def test_with_yes_it_removes_them(folder):
    shown = minifw("runs", "--prune", "--yes", "--results-dir", folder)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(WHAT.format(folder / "trials.sqlite"))
    assert "Removed 3 trials: from " in shown.out
    assert count(folder) == 4
    assert "Nothing to compute: all 4 trials were stored already." in train(folder, "--rounds", 4).out
    shown = minifw("runs", "--prune", "--yes", "--results-dir", folder)
    assert shown.out == "No stored trial comes from code that is gone; there is nothing to remove."


@pytest.mark.parametrize(("answer", "left"), [("y\n", 4), ("n\n", 7), ("\n", 7)])
def test_on_a_terminal_it_asks(folder, monkeypatch, answer, left):
    from typer.testing import CliRunner

    from cli.commands import prune
    from cli.main import app

    monkeypatch.setattr(prune, "_on_a_terminal", lambda: True)
    shown = CliRunner().invoke(app, ["runs", "--prune", "--results-dir", str(folder)], input=answer)
    assert (shown.exit_code, count(folder)) == (0, left)
    assert "Remove them for good? [y/N]" in shown.output


def test_yes_goes_with_prune(folder):
    shown = minifw("runs", "--yes", "--results-dir", folder)
    assert shown.code == 2 and "goes with --prune" in shown.err
