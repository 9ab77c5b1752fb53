"""Differences between arms, and which seeds stay together."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.analysis.ranking import paired_table
from experiments.analysis.summaries import FLOAT_FORMAT, means_table
from experiments.analysis.tables import curves, final_values, groups_of, summary_table
from experiments.statistics.bootstrap import interval_of_mean, summarise
from tests.experiments.madeup import diverge, history_of, study_of

STUDY = study_of("first", "second", "third", rounds=9)
TABLE = diverge(history_of(STUDY), "second", 4, 2)


@pytest.mark.parametrize("size", [1, 3])
def test_arms_are_compared_with_the_first_seed_by_seed(size: int) -> None:
    study = study_of("first", "second", "third", rounds=9, seeds_per_data_set=size)
    found = paired_table(study, TABLE, "test_error").set_index("arm")
    assert list(found.index) == ["second", "third"]
    for arm, row in found.iterrows():
        values = [
            TABLE[(TABLE["arm"] == name) & (TABLE["epoch"] == 5)].set_index("seed")["test_error"] for name in (arm, "first")
        ]
        difference = (values[0] - values[1]).dropna()
        groups = None if size == 1 else (difference.index // size).to_numpy()
        low, high = interval_of_mean(difference.to_numpy(), groups)
        assert (row["mean"], row["low"], row["high"]) == pytest.approx((difference.mean(), low, high))
        assert (row["pairs"], row["lower"]) == (len(difference), pytest.approx((difference < 0).mean()))
    assert found["pairs"].tolist() == [8, 9]


def test_ties_count_half() -> None:
    table = TABLE.copy()
    table["test_error"] = np.where(
        table["arm"] == "first", 0.5, np.where(table["seed"] < 3, 0.4, np.where(table["seed"] < 7, 0.5, 0.6))
    )
    assert paired_table(STUDY, table, "test_error")["lower"].tolist() == pytest.approx([5 / 9, 5 / 9])


def test_seeds_of_one_data_set_are_one_group() -> None:
    assert groups_of(STUDY, range(9)) is None
    found = groups_of(study_of("a", seeds_per_data_set=3), [0, 2, 3, 8])
    assert found is not None and found.tolist() == [0, 0, 1, 2]


def test_curves_are_seed_by_epoch() -> None:
    epochs, seeds, values = curves(TABLE, "second", "train_loss")
    assert epochs.tolist() == [0, 1, 2, 3, 4, 5] and seeds.tolist() == list(range(9))
    for seed in range(9):
        rows = TABLE[(TABLE["arm"] == "second") & (TABLE["seed"] == seed)].sort_values("epoch")
        np.testing.assert_array_equal(values[seed], rows["train_loss"])
    assert np.isnan(values[4, 2:]).all() and np.isfinite(values[4, :2]).all()


@pytest.mark.parametrize("size", [1, 3])
def test_means_are_over_the_rounds_that_have_not_diverged(size: int) -> None:
    study = study_of("first", "second", "third", rounds=9, seeds_per_data_set=size)
    found = means_table(study, TABLE)
    assert FLOAT_FORMAT == "%.4g"
    row = found[(found["arm"] == "second") & (found["metric"] == "test_loss") & (found["epoch"] == 3)].iloc[0]
    values = curves(TABLE, "second", "test_loss")[2][:, 3]
    groups = None if size == 1 else np.arange(9) // 3
    low, high = interval_of_mean(values[:, None], groups)
    assert (row["mean"], row["low"], row["high"], row["rounds"]) == pytest.approx((np.nanmean(values), low[0], high[0], 8))


def test_an_epoch_at_which_all_have_diverged_has_no_mean() -> None:
    table = TABLE
    for seed in range(9):
        table = diverge(table, "third", seed, 4)
    found = means_table(STUDY, table)
    last = found[(found["arm"] == "third") & (found["epoch"] >= 4)]
    assert last["mean"].isna().all() and (last["rounds"] == 0).all()
    assert final_values(table, "third", "test_error").isna().all()


@pytest.mark.parametrize("size", [1, 3])
def test_summaries_keep_data_sets_together(size: int) -> None:
    study = study_of("first", "second", "third", rounds=9, seeds_per_data_set=size)
    row = summary_table(study, TABLE).set_index(["arm", "metric"]).loc[("first", "test_error")]
    values = final_values(TABLE, "first", "test_error").to_numpy()
    expected = summarise(values, None if size == 1 else np.arange(9) // 3)
    assert (row["low"], row["high"], row["n"]) == pytest.approx((expected.low, expected.high, 9))
