"""The small tables that are committed, held against pandas used directly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import experiments.analysis.summaries as summaries
from experiments.analysis.parameter_digest import parameter_digest
from experiments.analysis.summaries import DIGESTS, finals_table, means_table, with_digests
from experiments.analysis.tables import final_values, history_table, present_metrics, summary_table
from experiments.statistics.bootstrap import interval_of_mean
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.madeup import diverge, history_of, study_of
from tests.experiments.storing import tiny_study

STUDY = study_of("b", "a", rounds=8, first=3)
TABLE = diverge(history_of(STUDY), "b", 5, 3)
METRICS = ["train_loss", "train_error", "test_loss", "test_error"]


def test_means_and_counts_are_those_of_a_group_by():
    found = means_table(STUDY, TABLE)
    long = TABLE.melt(["arm", "seed", "epoch"], METRICS, "metric")
    direct = long.groupby(["arm", "metric", "epoch"])["value"].agg(["mean", "count"])
    indexed = found.set_index(["arm", "metric", "epoch"])
    assert len(found) == 2 * 4 * 6
    assert indexed["mean"].to_dict() == pytest.approx(direct["mean"].to_dict())
    assert indexed["rounds"].to_dict() == direct["count"].to_dict()
    assert indexed.loc[("b", "test_error", 2), "rounds"] == 8 and indexed.loc[("b", "test_error", 3), "rounds"] == 7


def test_arms_and_metrics_keep_the_order_of_the_study():
    found = means_table(STUDY, TABLE)
    assert list(found.drop_duplicates(["arm", "metric"])[["arm", "metric"]].itertuples(index=False, name=None)) == [
        (arm, metric) for arm in "ba" for metric in METRICS
    ]
    assert list(found["epoch"][:6]) == list(range(6))


def test_the_interval_is_that_of_the_mean_over_seeds():
    found = means_table(STUDY, TABLE).set_index(["arm", "metric", "epoch"])
    for epoch in range(6):
        rows = TABLE[(TABLE["arm"] == "a") & (TABLE["epoch"] == epoch)]
        low, high = interval_of_mean(rows["test_error"].to_numpy())
        row = found.loc[("a", "test_error", epoch)]
        assert (row["low"], row["high"]) == pytest.approx((float(low), float(high)))
        assert row["low"] < row["mean"] < row["high"]


def test_the_interval_resamples_whole_data_sets():
    """With two data sets of four seeds that differ a lot, seeds taken one by one would look far too sure."""
    study = study_of("a", rounds=8, seeds_per_data_set=4)
    table = history_of(study)
    table.loc[table["seed"] >= 4, "test_error"] += 10
    row = means_table(study, table).set_index(["metric", "epoch"]).loc[("test_error", 5)]
    values = table[table["epoch"] == 5]["test_error"].to_numpy()
    one_by_one, whole = interval_of_mean(values), interval_of_mean(values, np.repeat([0, 1], 4))
    assert (row["low"], row["high"]) == pytest.approx(tuple(map(float, whole)))
    assert row["high"] - row["low"] > 1.2 * float(one_by_one[1] - one_by_one[0])
    summary = summary_table(study, table).set_index("metric").loc["test_error"]
    assert (summary["low"], summary["high"]) == pytest.approx((row["low"], row["high"]))


def test_a_mean_over_nothing_is_empty():
    table = TABLE
    for seed in STUDY.seeds:
        table = diverge(table, "b", seed, 4)
    row = means_table(STUDY, table).set_index(["arm", "metric", "epoch"]).loc[("b", "train_loss", 5)]
    assert row["rounds"] == 0 and row[["mean", "low", "high"]].isna().all()


def test_finals_are_the_rows_of_the_last_epoch():
    found = finals_table(STUDY, TABLE)
    direct = TABLE[TABLE["epoch"] == 5].sort_values(["arm", "seed"], ascending=[False, True])
    assert_frame_equal(found, direct[["arm", "seed", *METRICS]].reset_index(drop=True))
    assert found.isna().any(axis=1).sum() == 1


def test_the_last_epoch_is_that_of_the_arm():
    study = study_of("long", "short")
    short = study.arms[1].config.replace(epochs=2)
    study = study_of("long", "short", rounds=3)
    study = type(study)(study.name, (study.arms[0], type(study.arms[1])("short", short)), study.seeds)
    table = history_of(study)
    finals = finals_table(study, table)
    for arm, last in (("long", 5), ("short", 2)):
        direct = table[(table["arm"] == arm) & (table["epoch"] == last)]["test_error"]
        assert list(finals[finals["arm"] == arm]["test_error"]) == list(direct)
        assert list(final_values(table, arm, "test_error")) == list(direct)


def test_a_split_that_is_absent_has_no_column():
    study = study_of("a", test_size=0, validation_size=10)
    table = history_of(study)
    assert present_metrics(table) == ["train_loss", "train_error", "validation_loss", "validation_error"]
    assert list(finals_table(study, table).columns) == ["arm", "seed", *present_metrics(table)]
    assert set(means_table(study, table)["metric"]) == set(present_metrics(table))


def test_every_trial_that_is_stored_has_the_digest_of_its_own_parameters(tmp_path):
    study = tiny_study(2, first=2, b={}, a={"lr": 0.2})
    run_study(study, tmp_path)
    finals = pd.DataFrame({"arm": ["b", "b", "b", "a"], "seed": [2, 3, 9, 3], "test_error": 0.5})
    with Store(tmp_path / STORE_NAME) as store:
        reader = TrialReader(store)
        found = with_digests(finals, study, reader)
        stored = {arm.name: dict(reader.parameters(arm.config, study.seeds)) for arm in study.arms}
    assert_frame_equal(found[finals.columns], finals)
    digests = found[DIGESTS].tolist()
    assert pd.isna(digests.pop(2)) and len(set(digests)) == 3
    assert digests == [parameter_digest(stored[arm][seed]) for arm, seed in (("b", 2), ("b", 3), ("a", 3))]


def test_the_first_thousand_seeds_have_digests(tmp_path, monkeypatch):
    monkeypatch.setattr(summaries, "MOST_DIGESTS", 2)
    study = tiny_study(3, first=2, b={}, a={"lr": 0.2})
    table = run_study(study, tmp_path).history
    with Store(tmp_path / STORE_NAME) as store:
        found = with_digests(finals_table(study, table), study, TrialReader(store))
    assert sorted(found.loc[found[DIGESTS].notna(), "seed"]) == [2, 2, 3, 3]
    assert len(found) == 6


def test_the_history_table_is_sorted_and_holds_what_was_stored(tmp_path):
    study = tiny_study(3, first=2, b={}, a={"test_size": 0, "validation_size": 8})
    written = run_study(study, tmp_path).history
    with Store(tmp_path / STORE_NAME) as store:
        table = history_table(study, TrialReader(store))
        stored = dict(TrialReader(store).histories(study.arm("b").config, study.seeds))
    assert_frame_equal(table, written)
    keys = table[["arm", "seed", "epoch"]]
    assert_frame_equal(keys, keys.sort_values(["arm", "seed", "epoch"]).reset_index(drop=True))
    for seed in study.seeds:
        rows = table[(table["arm"] == "b") & (table["seed"] == seed)]
        assert list(rows["test_error"]) == list(stored[seed]["test_error"])
    alone = table[table["arm"] == "a"]
    assert alone["test_loss"].isna().all() and alone["validation_error"].notna().all()
    assert isinstance(table, pd.DataFrame) and list(pd.read_csv(tmp_path / "tiny.csv").columns) == list(table.columns)
