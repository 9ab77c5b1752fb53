"""`minifw train` from the command line to the files, again, wider, and with other settings."""

import csv
import json
import subprocess
import sys

import pytest

from tests.cli.terminal import ROOT, train

FILES = [
    "train.csv",
    "train.json",
    "train.timing.csv",
    "train_boundary.png",
    "train_error.png",
    "train_gap.png",
    "train_loss.png",
    "trials.sqlite",
]


def shown_files(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in (".csv", ".png") and "timing" not in p.name}


def test_it_writes_its_files_and_says_so(tmp_path):
    folder = tmp_path / "new" / "results"
    shown = train(folder, "--rounds", 5)
    assert (shown.code, shown.err) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for metric in ("train loss", "train error %", "test loss", "test error %"):
        assert metric in shown.out
    assert "5 trials computed in " in shown.out
    for name in FILES[:-1]:
        assert str(folder / name).replace(" ", "") in shown.out.replace(" ", "")
    with (folder / "train.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["seed"], row["epoch"]) for row in rows] == [(str(s), str(e)) for s in range(5) for e in range(4)]
    described = json.loads((folder / "train.json").read_text())
    assert described["arms"]["train"]["hidden"] == [4] and described["rounds"] == 5


WITHOUT_TORCH = """
import sys
from cli.main import app
try:
    app(["train", "--hidden", "4", "--epochs", "2", "--train-size", "30", "--test-size", "20", "--results-dir", sys.argv[1]])
except SystemExit as ended:
    print(ended.code, [name for name in ("torch", "distributed") if name in sys.modules])
"""


def test_a_default_training_loads_no_torch(tmp_path):
    command = [sys.executable, "-c", WITHOUT_TORCH, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_other_engines_and_the_seeds_of_purposes_are_options(tmp_path):
    train(tmp_path, "--rounds", 2, "--engine", "stack", "--data-seed", 3, "--name", "fixed")
    described = json.loads((tmp_path / "fixed.json").read_text())
    assert [(arm["engine"], arm["data_seed"]) for arm in described["arms"].values()] == [("stack", 3)]
    assert described["code_digest"].startswith("stack ") and "torch" in described["versions"]
    shown = train(tmp_path, "--rounds", 2)
    assert "Engine: compiled." in shown.out
    described = json.loads((tmp_path / "train.json").read_text())
    assert described["code_digest"].startswith("compiled ") and "torch" not in described["versions"]


def test_what_the_compiled_engine_does_not_know_is_refused_with_what_to_type(tmp_path):
    shown = train(tmp_path / "new", "--device", "cuda")
    assert shown.code == 2 and "for cuda add --engine stack" in shown.err and not (tmp_path / "new").exists()


def test_again_it_computes_nothing_and_says_so(tmp_path):
    train(tmp_path, "--rounds", 5)
    before = shown_files(tmp_path)
    shown = train(tmp_path, "--rounds", 5)
    assert "Nothing to compute: all 5 trials were stored already." in shown.out
    assert shown_files(tmp_path) == before


def test_more_rounds_compute_the_rest(tmp_path):
    train(tmp_path, "--rounds", 5)
    shown = train(tmp_path, "--rounds", 12)
    assert "7 trials computed in " in shown.out and ", 5 reused." in shown.out
    train(tmp_path / "at-once", "--rounds", 12)
    assert shown_files(tmp_path) == shown_files(tmp_path / "at-once")


def test_results_of_other_settings_are_kept(tmp_path):
    train(tmp_path, "--rounds", 2)
    before = shown_files(tmp_path)
    shown = train(tmp_path, "--rounds", 2, "--lr", "0.3")
    other = next(path.stem for path in tmp_path.glob("train@*.json"))
    assert shown.err == f"Note: train held results of other settings; they are kept as {other}."
    assert {name.replace("train", other): content for name, content in before.items()}.items() <= shown_files(tmp_path).items()
    again = train(tmp_path, "--rounds", 2)
    assert "Nothing to compute" in again.out
    assert before.items() <= shown_files(tmp_path).items()


def test_a_name_of_ones_own_is_beside_the_others(tmp_path):
    train(tmp_path, "--rounds", 2)
    shown = train(tmp_path, "--rounds", 2, "--name", "mine", "--lr", "0.3")
    assert shown.err == ""
    assert {path.name for path in tmp_path.glob("mine*")} == {name.replace("train", "mine") for name in FILES[:-1]}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"name": "train"}', "no json"])
def test_files_that_nothing_describes_are_kept(tmp_path, content, dots):
    (tmp_path / "train.csv").write_text("mine")
    (tmp_path / "train.json").write_text(content)
    for number in (1, 2):
        shown = train(tmp_path, "--rounds", 1)
        line = f"train held results that no train.json describes; they are kept as train@unknown-{number}."
        assert shown.err == f"Note: {line}"
        assert (tmp_path / f"train@unknown-{number}.csv").read_text() == "mine"
        assert (tmp_path / f"train@unknown-{number}.json").read_text() == content
        (tmp_path / "train.csv").write_text("mine")
        (tmp_path / "train.json").write_text(content)


def test_diverged_trials_are_counted_and_their_cells_are_empty(tmp_path):
    shown = train(tmp_path, "--rounds", 2, "--lr", "1e30", "--out", "none")
    assert shown.code == 0
    with (tmp_path / "train.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert last["train_loss"] == last["test_error"] == ""
    assert shown.out.count("2") > 3


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ((), "train"),
        (("--preset", "feng"), "train"),
        (("--preset", "feng", "--reading", "centred"), "train-centred"),
        (("--preset", "bhatt"), "train-bhatt"),
    ],
)
def test_a_preset_has_the_name_of_its_study_so_that_its_published_values_are_found(tmp_path, options, name):
    shown = train(tmp_path, *options, "--rounds", 1, "--dry-run", "--json")
    assert json.loads(shown.out)["name"] == name
