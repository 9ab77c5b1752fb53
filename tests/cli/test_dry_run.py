"""`--dry-run`: what would be computed and why, with nothing written; `--json` and `--quiet`."""

import json
import sqlite3

import pytest
from typer.testing import CliRunner

from cli.dry_run import seeds_text
from cli.main import app
from tests.cli.terminal import QUICK, minifw, train

pytestmark = pytest.mark.usefixtures("dots")


def shown_json(*arguments: object) -> dict:
    result = CliRunner().invoke(app, [str(argument) for argument in (*arguments, "--json")])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_every_trial_has_its_reason_and_nothing_is_written(tmp_path):
    train(tmp_path, "--rounds", 4)
    with sqlite3.connect(tmp_path / "trials.sqlite") as connection:
        connection.execute("UPDATE trials SET digest = 'old' WHERE seed = 2")
    connection.close()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    line = ("sweep", "--over", "lr=0.1,0.2", *QUICK, "--rounds", 6, "--results-dir", tmp_path, "--dry-run")
    # The default rate is stored as 0.1 written out.
    plan = shown_json(*line)
    assert [arm["why"] for arm in plan["arms"]] == [{"code": [2], "seeds": [4, 5]}, {"settings": [0, 1, 2, 3, 4, 5]}]
    assert [(arm["stored"], arm["to_compute"]) for arm in plan["arms"]] == [(3, 3), (0, 6)]
    shown = minifw(*line)
    assert (shown.code, shown.err) == (0, "")
    assert "9 trials to compute, less than 1 s, roughly." in shown.out
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_estimate_grows_with_the_work(tmp_path):
    short, long = (shown_json("train", "--epochs", epochs, "--dry-run", "--results-dir", tmp_path) for epochs in (10, 1000))
    assert long["seconds"] == pytest.approx(100 * short["seconds"])
    assert not list(tmp_path.iterdir())


def test_when_all_is_stored_nothing_would_be_computed(tmp_path):
    train(tmp_path, "--rounds", 2)
    shown = train(tmp_path, "--rounds", 2, "--dry-run")
    assert "Nothing." in shown.out


@pytest.mark.parametrize(("seeds", "text"), [([3], "seed 3"), ([0, 1, 2], "seeds 0 to 2"), ([0, 2, 9], "3 seeds from 0 to 9")])
def test_seeds_are_told_in_a_few_words(seeds, text):
    assert seeds_text(seeds) == text


def test_a_study_as_json_has_what_its_tables_have(tmp_path):
    line = ("sweep", "--over", "lr=0.1,1e30", "--out", "none", *QUICK, "--rounds", 2, "--jobs", 1, "--results-dir", tmp_path)
    found = shown_json(*line)
    assert (found["name"], found["rounds"], found["first_seed"]) == ("sweep", 2, 0)
    assert found["trials"] == {"computed": 4, "reused": 0, "failed": 0, "seconds": found["trials"]["seconds"]}
    final = {(row["arm"], row["metric"]): row for row in found["final"]}
    assert 0 <= final["lr=0.1", "test_error"]["mean"] <= 1
    assert final["lr=1e+30", "test_error"]["mean"] is None and final["lr=1e+30", "test_error"]["diverged"] == 2
    assert [row["verdict"] for row in found["differences"]] == ["too few seeds"]
    assert str(tmp_path / "sweep.csv") in found["files"]
    drawn = shown_json("plot", "sweep", "--results-dir", tmp_path)
    assert drawn["final"] == found["final"] and drawn["trials"]["reused"] == 4


def test_quiet_prints_nothing_but_errors(tmp_path):
    shown = train(tmp_path, "--rounds", 2, "--quiet")
    assert (shown.code, shown.out, shown.err) == (0, "", "")
    assert (tmp_path / "train.csv").exists()
    assert minifw("verify", "--quiet", "--results-dir", tmp_path).out == ""
    (tmp_path / "train.csv").write_text("changed")
    shown = minifw("verify", "--quiet", "--results-dir", tmp_path)
    assert shown.code == 1 and shown.out == "" and "train.csv does not show" in shown.err


def test_verify_and_gradcheck_as_json(tmp_path):
    train(tmp_path, "--rounds", 2)
    found = shown_json("verify", "--sample", 1, "--results-dir", tmp_path)
    assert found == {"trials": {"stored": 2, "sampled": 2, "same": 2}, "files": {"read": 5, "wrong": []}}
    passes = shown_json("gradcheck")["passes"]
    assert {row["name"] for row in passes} >= {"Linear", "MSELoss, mean"} and all(row["agrees"] for row in passes)
    files = shown_json("activations", "--acts", "relu", "--results-dir", tmp_path)["files"]
    assert files == [str(tmp_path / "activations_relu.png")]
