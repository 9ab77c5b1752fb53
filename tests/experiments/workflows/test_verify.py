"""The audit finds each way in which results can be other than they say."""

from __future__ import annotations

import dataclasses
import random
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.running.compute import environments
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.results import TrialResult
from experiments.workflows import verify
from experiments.workflows.run_study import run_study
from experiments.workflows.verify import same_bits, verify_files, verify_trials
from tests.experiments.storing import TINY, tiny_study

RESULT = TrialResult(
    np.arange(3), {"loss": np.array([1.0, np.nan])}, {"weight0": np.zeros((2, 2), np.float32)}, np.array([0.5])
)


def test_a_result_has_the_bits_of_its_copy() -> None:
    copy = TrialResult(
        np.arange(3), {"loss": np.array([1.0, np.nan])}, {"weight0": np.zeros((2, 2), np.float32)}, np.array([0.5])
    )
    assert same_bits(RESULT, copy)


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": np.arange(1, 4)},
        {"epochs": np.arange(3, dtype=np.int32)},
        {"measured": {"error": np.array([1.0, np.nan])}},
        {"measured": {"loss": np.array([1.0, np.nan]), "error": np.array([1.0])}},
        {"measured": {}},
        {"parameters": {"weight0": np.zeros((4, 1), np.float32)}},
        {"parameters": {"weight0": np.zeros((2, 2), np.int32)}},
        {"parameters": {"weight0": -np.zeros((2, 2), np.float32)}},
        {"steps": np.empty(0)},
    ],
    ids=str,
)
def test_any_difference_shows(change: dict) -> None:
    other = dataclasses.replace(RESULT, **change)
    assert not same_bits(RESULT, other) and not same_bits(other, RESULT)


def test_files_are_held_against_their_description(tmp_path) -> None:
    """Of two studies with a table and two figures each: one table changed, one figure gone, one figure of other data."""
    for name in ("one", "two"):
        run_study(tiny_study(2, name=name, figures=("loss", "error"), only={"lr": 0.1 + len(name) * (name == "two")}), tmp_path)
    assert verify_files(tmp_path) == (6, [])
    (tmp_path / "one.csv").write_text("other data")
    (tmp_path / "two_loss.png").unlink()
    (tmp_path / "two_error.png").write_bytes((tmp_path / "one_error.png").read_bytes())
    (tmp_path / "three.json").write_text("{}")
    assert verify_files(tmp_path) == (
        6,
        [
            f"{tmp_path / 'one.csv'} does not show the data that one.json describes",
            f"{tmp_path / 'two_loss.png'} is missing",
            f"{tmp_path / 'two_error.png'} does not show the data that two.json describes",
        ],
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Seven trials of two arms, one of which no other seed has."""
    folder = tmp_path_factory.mktemp("stored")
    run_study(tiny_study(3, figures=(), a={}, b={"lr": 0.5}), folder)
    run_study(tiny_study(1, first=9, figures=(), a={}), folder)
    with Store(folder / "trials.sqlite") as store:
        yield store


@pytest.fixture
def recomputed(store, monkeypatch):
    """What is asked to be computed again; each trial of seed 1 comes out otherwise, and nothing is trained."""
    asked = []

    def compute_all(trials, compare, jobs, on_progress):
        asked.append((trials, jobs, on_progress))
        for trial in trials:
            ((_, result),) = TrialReader(store).results(trial.config, [trial.seed])
            result = dataclasses.replace(result, epochs=result.epochs + 1) if trial.seed == 1 else result
            compare(SimpleNamespace(trials=[trial]), SimpleNamespace(results=[result]))
        return ["a failure"]

    monkeypatch.setattr(verify, "compute_all", compute_all)
    return asked


@pytest.mark.parametrize(("share", "count"), [(0.0, 1), (0.01, 1), (2 / 7, 2), (0.3, 3), (1.0, 7)])
def test_a_share_of_the_trials_is_computed_again_at_least_one(store, recomputed, share, count) -> None:
    found = verify_trials(store, share, 2, print, seed=5)
    ((chosen, jobs, on_progress),) = recomputed
    assert (found.stored, found.comparable, found.sampled, found.failures) == (7, 7, count, ["a failure"])
    assert chosen == random.Random(5).sample(store.trials(environments()), count) and (jobs, on_progress) == (2, print)


def test_trials_that_come_out_otherwise_are_named(store, recomputed) -> None:
    different = verify_trials(store, 1.0).different
    assert [trial.seed for trial in different] == [1, 1]
    assert {trial.config.lr for trial in different} == {TINY.resolve().lr, 0.5}
    assert recomputed[0][1:] == (1, None)


def test_trials_of_other_code_are_not_compared(store, recomputed, monkeypatch) -> None:
    others = [dataclasses.replace(environment, torch="1.0") for environment in environments()]
    monkeypatch.setattr(verify, "environments", lambda: others)
    found = verify_trials(store, 0.5)
    assert (found.stored, found.comparable, found.sampled, found.different) == (7, 0, 0, [])
