"""Tables by arm: rows, summaries, and the differences that a sweep prints."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.summaries import finals_table
from experiments.analysis.tables import cut_off, rows_by_arm, summary_table
from tests.experiments.madeup import diverge, history_of, study_of

STUDY = study_of("b", "a", rounds=8, first=3)
TABLE = diverge(history_of(STUDY), "b", 5, 3)
METRICS = ["train_loss", "train_error", "test_loss", "test_error"]


def test_every_arm_has_its_rows_in_the_order_of_the_study_and_one_without_any_has_none():
    study = study_of("b", "c", "a")
    table = history_of(study_of("a", "b"))
    found = rows_by_arm(study, table)
    assert list(found) == ["b", "c", "a"] and len(found["c"]) == 0
    for arm in "ab":
        pd.testing.assert_frame_equal(found[arm], table[table["arm"] == arm])


def test_the_summary_is_that_of_the_finals():
    found = summary_table(STUDY, TABLE).set_index(["arm", "metric"])
    finals = finals_table(STUDY, TABLE).set_index("arm")
    for arm in "ab":
        for metric in METRICS:
            row, values = found.loc[(arm, metric)], finals.loc[arm, metric].dropna()
            assert row[["mean", "std", "minimum", "maximum"]].tolist() == pytest.approx(
                [values.mean(), values.std(), values.min(), values.max()]
            )
            assert (row["n"], row["diverged"]) == (len(values), 8 - len(values))


def test_a_loss_above_the_stated_limit_is_divergence_from_there_on():
    """One stored loss of 1e181 would be the mean of any number of trials."""
    stored = {
        "epoch": np.arange(4),
        "train_loss": np.array([1.0, 9e5, 1e181, 2.0]),
        "train_error": np.array([0.5, 0.4, 0.4, 0.3]),
    }
    found = cut_off(stored)
    np.testing.assert_array_equal(found["train_loss"], [1.0, 9e5, np.nan, np.nan])
    np.testing.assert_array_equal(found["train_error"], [0.5, 0.4, np.nan, np.nan])
    np.testing.assert_array_equal(found["epoch"], stored["epoch"])
    assert stored["train_loss"][2] == 1e181, "what is stored stays as it is"


def test_a_history_below_the_limit_and_one_that_diverged_before_stay_as_they_are():
    for losses in ([1.0, 9.99e5], [1.0, np.nan]):
        stored = {"epoch": np.arange(2), "test_loss": np.array(losses)}
        assert cut_off(stored) is stored
