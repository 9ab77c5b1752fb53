"""`minifw runs`, `plot` and `verify`."""

import json
import re
import sqlite3
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cli.commands.store import describe_arms
from cli.main import app
from experiments.reports.catalogue import STUDIES
from tests.cli.terminal import QUICK, ROOT, minifw, train
from tests.experiments.storing import flip_a_bit

pytestmark = pytest.mark.usefixtures("dots")


@pytest.fixture
def folder(tmp_path):
    train(tmp_path, "--rounds", 4)
    return tmp_path


def test_runs_lists_what_was_run(folder, monkeypatch):
    monkeypatch.setattr("sys.argv", ["minifw", "train", "--lr", "0.3"])
    train(folder, "--rounds", 6, "--lr", "0.3", "--name", "fast")
    train(folder, "--rounds", 4)
    shown = minifw("runs", "--all", "--results-dir", folder)
    assert (shown.code, shown.err) == (0, "")
    assert "UTC train 4 rounds, 4 of 4 trials computed in " in shown.out
    assert "UTC fast 6 rounds, 6 of 6 trials computed in " in shown.out
    assert "UTC train 4 rounds, nothing computed" in shown.out
    assert "minifw train --lr 0.3" in shown.out
    assert "hidden 4, lr 0.3" in shown.out
    assert "10 trials in " in shown.out and shown.out.endswith("from 3 runs.")


def test_runs_have_a_line_each_and_named_ones_their_settings(folder, monkeypatch):
    train(folder, "--rounds", 2, "--lr", "0.3", "--name", "fast")
    lines = CliRunner().invoke(app, ["runs", "--results-dir", str(folder)], env={"COLUMNS": "60"}).output.splitlines()
    assert [re.sub("^.* UTC", "", line).split("computed")[0].split() for line in lines[:2]] == [
        ["train", "4", "rounds", "4", "of", "4", "trials"],
        ["fast", "2", "rounds", "2", "of", "2", "trials"],
    ]
    shown = minifw("runs", "fast", "--results-dir", folder)
    assert "lr 0.3" in shown.out and "UTC train" not in shown.out
    refused = minifw("runs", "fats", "--results-dir", folder)
    assert refused.code == 2 and "no run is called 'fats'; there are fast, train (did you mean fast?)" in refused.err
    found = json.loads(CliRunner().invoke(app, ["runs", "--json", "--results-dir", str(folder)]).output)
    assert (found["trials"], [run["name"] for run in found["runs"]]) == (6, ["train", "fast"])


def test_runs_does_not_load_torch(folder):
    script = "import sys; from cli.main import main\ntry: main()\nfinally: print('torch' in sys.modules)"
    command = [sys.executable, "-c", script, "runs", "--results-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_runs_writes_nothing(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    minifw("runs", "--results-dir", folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_arms_are_described_by_what_they_share_and_what_varies():
    assert describe_arms({"train": {}}) == ["sets: the defaults"]
    assert describe_arms({"a": {"lr": 0.1, "hidden": [4, 5]}}) == ["sets: hidden 4,5, lr 0.1"]
    arms = {"a": {"lr": 0.2, "epochs": 9}, "b": {"lr": 0.1, "epochs": 9}, "c": {"epochs": 9}, "d": {"lr": 0.1, "epochs": 9}}
    assert describe_arms(arms) == ["arms: a, b, c, d", "they differ in lr (0.2, 0.1, default)", "sets: epochs 9"]
    assert describe_arms({"a": {"act": ["tanh"]}, "b": {}})[1] == "they differ in act (tanh, relu)"
    assert describe_arms({"minifw": {}, "torch": {}}) == ["arms: minifw, torch", "sets: the defaults"]
    assert (
        describe_arms({"lr=1, act=relu": {}, "lr=1, act=tanh": {"act": ["tanh"]}})[0] == "arms: lr=1, act=relu; lr=1, act=tanh"
    )
    many = describe_arms({f"a{number}": {"lr": number / 10, "hidden": [number]} for number in range(1, 15)})
    assert many[0] == "arms: 14, a1, a2, a3 ..." and many[1].startswith("they differ in hidden (1, 2, ")


def test_a_sweep_says_which_arms_and_rounds_were_asked_for(tmp_path):
    minifw("sweep", "--over", "lr=0.1,0.2", *QUICK, "--rounds", 2, "--jobs", 1, "--results-dir", tmp_path)
    shown = minifw("runs", "sweep", "--results-dir", tmp_path).out
    assert "UTC sweep 2 arms x 2 rounds, 4 of 4 trials computed in " in shown
    assert "arms: lr=0.1, lr=0.2 they differ in lr (0.1, 0.2) sets: " in shown


@pytest.mark.parametrize("command", ["runs", "studies"])
def test_wrapped_lines_stay_indented(folder, monkeypatch, command):
    monkeypatch.setattr("sys.argv", ["minifw", "train", "--name", "fast", *QUICK, "--results-dir", str(folder)])
    train(folder, "--rounds", 2, "--name", "fast")
    arguments = ["runs", "--all", "--results-dir", str(folder)] if command == "runs" else ["studies", "--all"]
    shown = CliRunner().invoke(app, arguments, env={"COLUMNS": "50"}).output
    blocks = re.split(r"\n(?=\S)", shown.partition("\n4 trials in")[0].rstrip())
    assert len(blocks) == (2 if command == "runs" else len(STUDIES))
    lines = [line for block in blocks for line in block.splitlines()[1:] if line]
    assert all(re.match(" {2,4}[^ ]", line) for line in lines)
    assert sum(line.startswith("    ") for line in lines) > 3 and max(map(len, lines)) > 40


def test_plot_draws_the_same_bytes_without_training(folder, monkeypatch):
    def fail(*_):
        raise AssertionError("it trained")

    monkeypatch.setattr("experiments.running.compute.train_lanes", fail)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".png")}
    for path in (*folder.glob("*.png"), folder / "train.csv"):
        path.unlink()
    shown = minifw("plot", "train", "--results-dir", folder)
    assert (shown.code, shown.err) == (0, "")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".png")} == before


def test_plot_says_which_names_there_are(folder):
    shown = minifw("plot", "trian", "--results-dir", folder)
    assert shown.code == 2
    assert "there are no results called 'trian' that can be drawn;" in shown.err
    assert shown.err.endswith("holds train (did you mean train?)")


def test_plot_says_what_is_missing(folder):
    with sqlite3.connect(folder / "trials.sqlite") as connection:
        connection.execute("DELETE FROM trials WHERE seed = 2")
    connection.close()
    shown = minifw("plot", "train", "--results-dir", folder)
    assert shown.code == 1
    assert shown.err.startswith("Error: 1 of 4 trials are not in ")
    assert "or come from other code; compute them with: " in shown.err


def test_plot_without_a_store(folder):
    (folder / "trials.sqlite").unlink()
    shown = minifw("plot", "train", "--results-dir", folder)
    assert (shown.code, shown.err) == (1, f"Error: there is no {folder / 'trials.sqlite'}")


@pytest.mark.parametrize(("sample", "count"), [("0.05", 1), ("0.5", 2), ("1", 4)])
def test_verify_computes_a_share_again(folder, sample, count):
    shown = minifw("verify", "--sample", sample, "--results-dir", folder)
    assert (shown.code, shown.err) == (0, "")
    assert f"{count} of {count} trials computed again have the bits that are stored (4 are stored)." in shown.out
    assert "5 of 5 tables and figures show the data that is described." in shown.out


def test_verify_finds_a_trial_of_other_bits(folder, monkeypatch):
    from experiments.running import compute

    real = compute.train_lanes

    def nearly(lanes, on_epoch=None):
        results = real(lanes, on_epoch)
        results[2].parameters["weight0"][0, 0] *= 1 + 1e-6
        return results

    monkeypatch.setattr(compute, "train_lanes", nearly)
    shown = minifw("verify", "--sample", "1", "--results-dir", folder)
    assert shown.code == 1
    assert "Error: seed 2 with " in shown.err and "differs from what is stored" in shown.err
    assert "3 of 4 trials computed again have the bits that are stored" in shown.out


def test_verify_finds_files_that_show_something_else(folder):
    table = folder / "train.csv"
    table.write_text(table.read_text().replace("0.", "1.", 1))
    (folder / "train_loss.png").write_bytes(b"no figure")
    (folder / "train_error.png").unlink()
    shown = minifw("verify", "--results-dir", folder)
    assert shown.code == 1
    for line in ("train.csv does not show", "train_loss.png does not show", "train_error.png is missing"):
        assert line in shown.err
    assert "2 of 5 tables and figures show the data" in shown.out


def test_verify_leaves_out_trials_of_another_torch_and_says_so(folder):
    with sqlite3.connect(folder / "trials.sqlite") as connection:
        connection.execute("UPDATE trials SET torch = '1.0' WHERE seed < 3")
    connection.close()
    shown = minifw("verify", "--sample", "1", "--results-dir", folder)
    assert shown.code == 0
    assert shown.err == "Note: 3 stored trials come from other code, torch or processor."
    assert "1 of 1 trials computed again" in shown.out


def test_verify_of_a_damaged_store_sets_it_aside(folder):
    flip_a_bit(folder / "trials.sqlite", "history")
    shown = minifw("verify", "--sample", "1", "--results-dir", folder)
    assert shown.code == 0
    assert "the bytes of seed 0 are damaged; the file is kept as trials.sqlite.damaged-1, and 3 of its trials" in shown.err
