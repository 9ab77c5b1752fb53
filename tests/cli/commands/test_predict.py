"""`minifw train --save`, then `minifw predict`: CSV off a terminal, JSON when asked for, bad input by name."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.cli.terminal import minifw, train

pytestmark = pytest.mark.usefixtures("dots")


@pytest.fixture
def model(tmp_path):
    shown = train(tmp_path, "--rounds", 3, "--save")
    assert "train.safetensors" in shown.out
    (tmp_path / "points.csv").write_text("x,y\n0.5,0.5\n0.1,0.9\n")
    return tmp_path / "train.safetensors"


def test_a_row_a_point_as_csv_and_a_note_on_its_columns(model, tmp_path):
    result = CliRunner().invoke(app, ["predict", str(model), str(tmp_path / "points.csv")])
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.exit_code == 0 and [list(row) for row in rows] == [["class", "vote", "output 1", "output 2"]] * 2
    assert {row["class"] for row in rows} <= {"inside", "outside"}
    assert "columns x, y are taken for" in result.stderr


def test_as_json(model, tmp_path):
    result = CliRunner().invoke(app, ["predict", str(model), str(tmp_path / "points.csv"), "--json"])
    found = json.loads(result.stdout)
    assert found["seeds"] == [0, 1, 2] and len(found["points"]) == 2


def test_bad_input_is_named(model, tmp_path):
    shown = minifw("predict", tmp_path / "none.safetensors", tmp_path / "points.csv")
    assert shown.code == 2 and "'MODEL': there is no file" in shown.err
    shown = minifw("predict", model, tmp_path / "none.csv")
    assert shown.code == 2 and "'POINTS.csv': there is no file" in shown.err
    shown = minifw("predict", tmp_path, tmp_path / "points.csv")
    assert shown.code == 2 and "is a folder; name a file in it that --save wrote" in shown.err
    (tmp_path / "bad.csv").write_text("x,y\n0.5,zero\n1,2\n3,4\n")
    shown = minifw("predict", model, tmp_path / "bad.csv")
    assert shown.code == 2 and "line 2, column 'y': 'zero' is not a number" in shown.err


def test_on_a_terminal_it_is_a_table(model, tmp_path, monkeypatch):
    from rich.console import Console

    from cli import console
    from cli.commands.predict import show
    from experiments.workflows.predict import predict_file

    written = io.StringIO()
    monkeypatch.setattr(console, "stdout", lambda: Console(file=written, force_terminal=True, color_system=None, width=80))
    (tmp_path / "many.csv").write_text("x,y\n" + "0.5,0.5\n" * 23)
    show(predict_file(model, tmp_path / "many.csv"))
    assert "23 points by 3 networks" in written.getvalue() and "3 more points" in written.getvalue()


def test_many_columns_are_counted_and_not_named(tmp_path):
    """Digits has 64 features without names."""
    given = ("--data", "digits", "--hidden", "4", "--epochs", "1", "--rounds", "2", "--save", "--results-dir", tmp_path)
    assert minifw("train", *given).code == 0
    names = [f"pixel{k}" for k in range(64)]
    points = tmp_path / "points.csv"
    points.write_text("\n".join([",".join(names), ",".join(["1"] * 64)]) + "\n")
    shown = minifw("predict", tmp_path / "train.safetensors", points)
    assert shown.code == 0 and "Note: the 64 columns are taken for the networks' features, in this order." in shown.err
