"""The audit finds each way in which results can be other than they say."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from experiments.training.results import TrialResult
from experiments.workflows.run_study import run_study
from experiments.workflows.verify import same_bits, verify_files
from tests.experiments.storing import tiny_study

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
