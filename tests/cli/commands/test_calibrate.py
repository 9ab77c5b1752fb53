"""`minifw calibrate` on made-up tables of finals."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.output.manifest import Manifest
from experiments.verdicts.calibration import SITUATIONS
from tests.cli.terminal import minifw


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A folder with the finals of both studies: 240 seeds, the second in data sets of 6, one of them with a diverged trial."""
    folder = tmp_path_factory.mktemp("stored")
    draws = np.random.default_rng(5)
    for name, each in (("train", 1), ("sweep-activations", 6)):
        config = TrialConfig(seeds_per_data_set=each)
        errors = 0.05 + 0.01 * (np.repeat(draws.standard_normal(240 // each), each) + draws.standard_normal(240))
        finals = pd.DataFrame({"arm": "only", "seed": range(240), "test_error": errors})
        finals.loc[0, "test_error"] = np.nan
        finals.to_csv(folder / f"{name}.finals.csv.gz", index=False)
        study = Study(name, (Arm("only", config),), range(240))
        (folder / f"{name}.json").write_text(Manifest(study, "", {}).to_text())
    return folder


def test_every_situation_has_a_row_on_the_screen_and_in_the_files(stored, tmp_path):
    shown = minifw("calibrate", stored, "--reports", "1", "--results-dir", tmp_path)
    assert shown.code == 0, shown.err
    assert f"verdicts on {len(SITUATIONS)} made-up reports" in shown.out and "order clustered" in shown.out
    table = pd.read_csv(tmp_path / "calibrate.csv")
    assert len(table) == len(SITUATIONS) and (table.iloc[:, 5:-1].sum(axis=1) == 1).all()
    page = (tmp_path / "calibrate.md").read_text()
    assert "Drawn from 239 trials of `train` and 234 trials of `sweep-activations`" in page
    assert sum(line.startswith("| ") for line in page.splitlines()) == len(SITUATIONS) + 1


def test_the_same_seed_gives_the_same_table(stored, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.verdicts.calibration.calibrate.__defaults__", (0, SITUATIONS[:3]))
    given = ("calibrate", stored, "--reports", "2", "--results-dir", tmp_path, "--json")
    first, again, other = (json.loads(minifw(*given, "--seed", seed).out)["table"] for seed in ("1", "1", "2"))
    assert first == again and len(first) == 3 and other != first


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("nowhere",), "'FOLDER': there is no folder 'nowhere'"),
        (("--reports", "0"), "'--reports': 0 is not a whole number of at least 1"),
    ],
)
def test_bad_input_is_named(tmp_path, given, message):
    shown = minifw("calibrate", *given, "--results-dir", tmp_path)
    assert shown.code == 2 and message in shown.err


def test_a_folder_without_finals_is_named(tmp_path):
    shown = minifw("calibrate", tmp_path, "--results-dir", tmp_path)
    assert shown.code == 2 and "has no train.json with train.finals.csv.gz" in shown.err
