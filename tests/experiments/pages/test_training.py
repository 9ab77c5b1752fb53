"""Which arms a visitor can train, and what the page knows of their committed seeds."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
from pathlib import Path

import pytest

import experiments.pages.training as module
from experiments.config.trial import TrialConfig
from experiments.pages.training import committed, engine_text, read_finals, trainable_arms, training_data
from experiments.reports.plan import plan
from minifw.compiled.wasm import WASM

FINALS = "arm,seed,test_error\ntrain,1,0.25\ntrain,0,0.0\nother,0,0.5\ntrain,2,\n"
WITH_DIGESTS = "arm,seed,test_error,parameters\ntrain,6,0.2,1e23456789012345\ntrain,5,0.1,0012345678901234\n"


def write(path: Path, table: str) -> None:
    path.write_bytes(gzip.compress(table.encode()))


def test_the_engine_is_the_one_that_minifw_ships():
    assert base64.b64decode(engine_text()) == WASM.read_bytes()


def test_the_arms_of_main_studies_that_our_engine_trains(material, tmp_path):
    arms = list(trainable_arms(material, tmp_path))
    studies = list(dict.fromkeys(arm["study"] for arm in arms))
    assert studies[0] == "train" and {"train-bhatt", "train-fernandez", "sweep-activations", "sweep-optimizers"} <= set(studies)
    assert not [name for name in studies if name.startswith("compare-torch") or name.endswith(("-textbook", "-lr"))]
    assert [arm["arm"] for arm in arms if arm["study"] == "sweep-losses"] == ["mse", "cross-entropy"]
    assert arms[0]["report"] == "Feng, Sun and Wang" and arms[0]["command"] == "minifw train --rounds 2"


def test_an_arm_has_its_committed_seeds_where_there_are_some(material, tmp_path):
    write(tmp_path / "train.finals.csv.gz", FINALS)
    first, second, *_ = trainable_arms(material, tmp_path)
    assert first["committed"] == {"first": 0, "misclassified": [0, 250, None], "digests": None, "digits": 16}
    assert second["committed"] == {"first": 0, "misclassified": [], "digests": None, "digits": 16}
    assert json.dumps(training_data(material, tmp_path), allow_nan=False)


@pytest.mark.parametrize(("seeds", "trials", "held"), [(2, 9, 2), (9, 1, 1), (9, 9, 3)])
def test_a_page_holds_the_first_seeds_of_an_arm(material, tmp_path, monkeypatch, seeds, trials, held):
    """No more than so many, nor than the share of an arm in the trials of its study, which has one."""
    monkeypatch.setattr(module, "MOST_DIGESTS", seeds)
    monkeypatch.setattr(module, "MOST_TRIALS", trials)
    write(tmp_path / "train.finals.csv.gz", FINALS)
    assert next(trainable_arms(material, tmp_path))["committed"]["misclassified"] == [0, 250, None][:held]


def test_a_page_holds_a_thousand_seeds_of_an_arm_that_is_alone(material, tmp_path):
    rows = [f"train,{seed},0.1" for seed in range(1002)]
    write(tmp_path / "train.finals.csv.gz", "\n".join(["arm,seed,test_error", *rows]))
    assert next(trainable_arms(material, tmp_path))["committed"]["misclassified"] == [100] * 1000
    assert training_data(material, tmp_path)["seeds"] == 100


def test_the_arms_of_a_study_share_what_a_page_holds_of_it(material, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_TRIALS", 4)
    rows = [f"{arm},{seed},0.1" for arm in ("mse", "cross-entropy") for seed in range(5)]
    write(tmp_path / "sweep-losses.finals.csv.gz", "\n".join(["arm,seed,test_error", *rows]))
    held = [
        len(arm["committed"]["misclassified"]) for arm in trainable_arms(material, tmp_path) if arm["study"] == "sweep-losses"
    ]
    assert held == [2, 2]


def test_digests_are_texts_and_taken_in_the_order_of_seeds(tmp_path):
    path = tmp_path / "a.finals.csv.gz"
    write(path, WITH_DIGESTS)
    config = TrialConfig(test_size=900, engine="compiled")
    found = committed(read_finals(path), config)
    assert (found["first"], found["misclassified"]) == (5, [90, 180])
    assert found["digests"] == "0012345678901234" + "1e23456789012345"
    assert committed(read_finals(path), config.replace(engine="stack"))["digests"] is None, "its bits are not the page's"


def test_printed_test_errors_are_the_stars_of_an_arm_that_has_the_declared_settings(material, tmp_path):
    """Those of the made-up page train two epochs."""
    assert next(trainable_arms(material, tmp_path))["published"] == []
    declared = dataclasses.replace(material, plans=plan(["feng"], rounds=2))
    stars = next(trainable_arms(declared, tmp_path))["published"]
    assert [(star["value"], star["place"]) for star in stars] == [
        (4.0, "Section III-A, on Figure 2"),
        (8.73, "Table I, row Ours"),
    ]
