"""Tables by arm: rows, summaries, and the differences that a sweep prints."""

import pandas as pd
import pytest

from experiments.analysis.summaries import finals_table
from experiments.analysis.tables import rows_by_arm, summary_table
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
