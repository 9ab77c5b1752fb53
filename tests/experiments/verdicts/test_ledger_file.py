"""The ledger in a results folder: what replaces what, and that reading gives back what was written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.reports.catalogue import CLAIMS
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all, ledger_frame
from experiments.verdicts.ledger_file import LEDGER_NAME, TEXT_COLUMNS, merge_ledgers, read_ledger, write_ledger


def ledger(seeds: dict[str, int], verdict: str = "reproduced", claims: int = 2) -> pd.DataFrame:
    rows = [
        {"report": report, "claim": f"{report}-{k}", "seeds": count, "verdict": verdict, "detail": ""}
        for report, count in seeds.items()
        for k in range(claims)
    ]
    return pd.DataFrame(rows)


def seeds_of(merged: pd.DataFrame) -> dict[str, list[int]]:
    return merged.groupby("report", sort=False)["seeds"].agg(list).to_dict()


def test_without_an_old_ledger_the_new_one_stands():
    new = ledger({"feng": 10})
    merged, kept = merge_ledgers(None, new)
    assert merged is new and kept == []


@pytest.mark.parametrize(("old", "new", "expected"), [(1000, 10, 1000), (10, 1000, 1000), (999, 1000, 1000), (60, 59, 60)])
def test_rows_from_more_seeds_stay(old, new, expected):
    merged, kept = merge_ledgers(ledger({"feng": old}, "old"), ledger({"feng": new}, "new"))
    assert seeds_of(merged) == {"feng": [expected] * 2}
    assert kept == (["feng"] if old > new else [])


def test_as_many_seeds_replace():
    merged, kept = merge_ledgers(ledger({"feng": 10}, "old"), ledger({"feng": 10}, "new"))
    assert set(merged["verdict"]) == {"new"} and kept == []


def test_each_report_is_decided_for_itself_and_whole():
    old = ledger({"bhatt": 1000, "feng": 10, "bordignon": 5}, "old")
    new = ledger({"feng": 100, "bhatt": 100}, "new")
    new.loc[new["claim"] == "bhatt-1", "seeds"] = 1500
    merged, kept = merge_ledgers(old, new)
    assert list(merged["report"]) == ["feng"] * 2 + ["bhatt"] * 2 + ["bordignon"] * 2
    assert merged.groupby("report")["verdict"].agg(set).to_dict() == {"bhatt": {"old"}, "feng": {"new"}, "bordignon": {"old"}}
    assert kept == ["bhatt"], "bordignon was not run again"


def test_the_real_ledger_survives_the_file(tmp_path):
    frame = ledger_frame(judge_all(CLAIMS, Tables()))
    assert write_ledger(frame, tmp_path) == tmp_path / LEDGER_NAME
    found = read_ledger(tmp_path)
    assert list(found.columns) == list(frame.columns)
    for name in frame.columns:
        if name in TEXT_COLUMNS or frame[name].dtype == bool:
            assert list(found[name]) == list(frame[name]), name
        else:
            np.testing.assert_allclose(found[name].astype(float), frame[name].astype(float), rtol=1e-5, err_msg=name)
    assert {name for name in frame.columns if frame[name].map(lambda value: isinstance(value, str)).all()} == set(TEXT_COLUMNS)


def test_a_report_that_was_read_stands_beside_fresh_ones(tmp_path):
    fresh = ledger_frame(judge_all(CLAIMS, Tables()))
    write_ledger(fresh.assign(seeds=fresh["seeds"].where(fresh["report"] != "bhatt", 500)), tmp_path)
    merged, kept = merge_ledgers(read_ledger(tmp_path), fresh)
    assert kept == ["bhatt"] and list(merged["claim"]) == list(fresh["claim"])
    assert all(isinstance(text, str) for name in TEXT_COLUMNS for text in merged[name])


def test_a_merge_of_what_was_read_with_itself_changes_nothing(tmp_path):
    write_ledger(ledger_frame(judge_all(CLAIMS, Tables())), tmp_path)
    found = read_ledger(tmp_path)
    merged, kept = merge_ledgers(found, found)
    assert_frame_equal(merged, found)
    assert kept == []


@pytest.mark.parametrize("text", [None, "", "not,a\nledger,1\n", "report,claim\nfeng,F1\n", '"'])
def test_what_is_no_ledger_counts_as_none(tmp_path, text):
    if text is not None:
        (tmp_path / LEDGER_NAME).write_text(text)
    assert read_ledger(tmp_path) is None


def test_a_claim_that_was_not_run_keeps_its_verdict():
    columns = ["report", "claim", "seeds", "verdict", "detail"]
    old = pd.DataFrame([["feng", "F5", 0, "not reproduced", ""], ["feng", "F2", 100, "undecided", ""]], columns=columns)
    new = pd.DataFrame([["feng", "F5", 0, "undecided", "not run"], ["feng", "F2", 200, "compatible", ""]], columns=columns)
    merged, kept = merge_ledgers(old, new)
    assert kept == [] and list(merged["verdict"]) == ["not reproduced", "compatible"]
    assert list(merged["seeds"]) == [0, 200]
