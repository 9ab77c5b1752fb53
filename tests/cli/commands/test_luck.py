"""`minifw luck` walked as a new user would, bad input included."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.config.trial import TrialConfig
from experiments.statistics.luck_shares import components
from tests.cli.terminal import QUICK, minifw

FAST = (*QUICK, "--engine", "compiled")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The luck of eight seeds, and its folder."""
    folder = tmp_path_factory.mktemp("luck")
    return folder, minifw("luck", *FAST, "--rounds", "8", "--results-dir", folder)


def test_shares_are_those_of_the_trials_that_it_wrote(told):
    folder, shown = told
    assert shown.code == 0, shown.err
    assert "Note: dropout is left out: nothing is dropped." in shown.err
    table = pd.read_csv(folder / "luck.csv").set_index("source")
    assert list(table.index) == ["data", "init", "order", "interactions", "test set"]
    values = pd.read_csv(folder / "luck.trials.csv")
    squares = {source: part["true_error"].to_numpy().reshape(-1, 4, 4) for source, part in values.groupby("source")}
    parts = {source: components(square).mean(0) for source, square in squares.items()}
    p = values["true_error"]
    whole = np.mean([part.sum() for part in parts.values()]) + (p * (1 - p) / 16).mean()
    for source, part in parts.items():
        assert table.loc[source, "alone"] == pytest.approx(np.clip(part[0] / whole, 0, 1), abs=1e-4)
        assert table.loc[source, "together"] == pytest.approx(np.clip((part[0] + part[2]) / whole, 0, 1), abs=1e-4)
    assert table.loc["test set", "alone"] == pytest.approx((p * (1 - p) / 16).mean() / whole, abs=1e-4)


def test_cells_are_the_trials_that_train_would_train(told, tmp_path):
    folder, _ = told
    values = pd.read_csv(folder / "luck.trials.csv").set_index(["source", "drawn_by", "others_by"])
    given = ("--init-seed", "6", "--seed", "5", "--rounds", "1", "--results-dir", tmp_path, "--quiet")
    assert minifw("train", *FAST, *given).code == 0
    history = pd.read_csv(tmp_path / "train.csv")
    assert values.loc[("init", 6, 5), "test_error"] == pytest.approx(history["test_error"].iloc[-1])
    diagonals = [values.loc[(source, 5, 5), "test_error"] for source in ("data", "init", "order")]
    assert len(set(diagonals)) == 1


def test_what_is_stored_is_not_trained_again_and_json_has_all(told):
    folder, _ = told
    values = json.loads(minifw("luck", *FAST, "--rounds", "8", "--results-dir", folder, "--json").out)
    assert values["trials"]["computed"] == 0 and values["trials"]["reused"] == 8 + 3 * 24
    assert values["left_out"] == {"dropout": "nothing is dropped"} and not values["test_set_within"]
    held = json.loads((folder / "luck.json").read_text())
    config = TrialConfig(hidden=(4,), epochs=3, train_size=24, test_size=16, batch_size=8, engine="compiled")
    assert held["settings"] == json.loads(config.key())
    assert (folder / "luck.png").read_bytes()[:4] == b"\x89PNG"
    assert minifw("luck", *FAST, "--rounds", "8", "--results-dir", folder, "--quiet").out == ""


def test_of_other_data_the_test_set_is_a_part_of_the_rest_and_shared_data_sets_are_told(tmp_path):
    more = ("--data", "moons", "--seeds-per-data-set", "15", "--no-shuffle", "--rounds", "8")
    shown = minifw("luck", *FAST, *more, "--results-dir", tmp_path)
    assert shown.code == 0, shown.err
    assert "test set (within the above)" in shown.out and "contained in the data's share" in shown.out
    assert "15 runs share a data set by these settings (not here): they show" in shown.out
    table = pd.read_csv(tmp_path / "luck.csv").set_index("source")
    assert table.loc[["data", "init", "interactions"], "alone"].sum() >= 0.999


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("--rounds", "10"), "'--rounds': 10 is not a multiple of 4 from 8 on"),
        (("--test-size", "0"), "'--test-size': without test points there is no test error"),
        (("--preset", "bamberg"), "'--preset': 'bamberg' is not one of feng, bordignon, fernandez, bamberger, bhatt"),
        (("--preset", "bamberger", "--arm", "relu"), "'--arm': 'relu' is not one of relu-normal"),
    ],
)
def test_bad_input_is_named(tmp_path, given, message):
    shown = minifw("luck", *given, "--results-dir", tmp_path)
    assert shown.code == 2 and message in shown.err


def test_diverged_trials_leave_too_few_blocks(tmp_path):
    shown = minifw("luck", *FAST, "--out", "none", "--lr", "1e9", "--rounds", "8", "--results-dir", tmp_path)
    assert shown.code == 1 and "0 of 2 blocks of 4 seeds have all their trials" in shown.err


def test_a_dry_run_counts_each_trial_once_and_writes_nothing(told, tmp_path):
    folder, _ = told
    line = ("luck", *FAST, "--dry-run", "--json", "--results-dir")
    plan = json.loads(minifw(*line, tmp_path / "new", "--rounds", "8").out)
    assert {row["trials"]: row["to_compute"] for row in plan["trials"]} == {
        "all sources of one seed": 8,
        "data of another seed": 24,
        "init of another seed": 24,
        "order of another seed": 24,
    }
    assert not (tmp_path / "new").exists()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    more = json.loads(minifw(*line, folder, "--rounds", "12").out)["trials"]
    assert [(row["stored"], row["to_compute"]) for row in more] == [(8, 4), (24, 12), (24, 12), (24, 12)]
    assert "Nothing." in minifw("luck", *FAST, "--dry-run", "--rounds", "8", "--results-dir", folder).out
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_plot_draws_it_again_from_the_store_byte_for_byte(told):
    folder, shown = told
    ends = (".csv", ".trials.csv", ".png", ".json")
    before = {end: (folder / f"luck{end}").read_bytes() for end in ends}
    for end in ends[:-1]:
        (folder / f"luck{end}").unlink()
    again = minifw("plot", "luck", "--results-dir", folder)
    assert again.code == 0, again.err
    assert "Nothing to compute: all 80 trials were stored already." in again.out
    assert {end: (folder / f"luck{end}").read_bytes() for end in ends} == before
    assert again.out.partition("Nothing to")[0] == shown.out.partition("80 trials computed")[0]


def test_plot_says_what_there_is_to_draw_and_what_is_missing(told):
    folder, _ = told
    shown = minifw("plot", "lukc", "--results-dir", folder)
    assert shown.code == 2 and "holds luck (did you mean luck?)" in shown.err
    described = json.loads((folder / "luck.json").read_text())
    (folder / "more.json").write_text(json.dumps({**described, "rounds": 12, "command": "minifw luck --rounds 12"}))
    shown = minifw("plot", "more", "--results-dir", folder)
    assert shown.code == 1 and "40 of 120 trials are not in" in shown.err and "minifw luck --rounds 12" in shown.err
    (folder / "more.json").unlink()


def test_results_of_other_settings_are_kept(tmp_path):
    line = ("luck", *FAST, "--rounds", "8", "--results-dir", tmp_path)
    assert minifw(*line).code == 0
    before = {end: (tmp_path / f"luck{end}").read_bytes() for end in (".csv", ".trials.csv", ".png", ".json")}
    shown = minifw(*line, "--lr", "0.2")
    (kept,) = (path.stem for path in tmp_path.glob("luck@*.json"))
    assert f"luck held results of other settings; they are kept as {kept}." in shown.err
    assert {end: (tmp_path / f"{kept}{end}").read_bytes() for end in before} == before
    assert minifw("plot", kept, "--results-dir", tmp_path).code == 0
    assert "held results" not in minifw(*line, "--lr", "0.2").err
    assert minifw("train", *FAST, "--name", "luck", "--rounds", "2", "--results-dir", tmp_path).code == 0
    assert "luck held results of other settings" in minifw(*line).err
