"""What pages say of a ledger, written out for rows made up here."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.pages.content import (
    MORE_SEEDS,
    Page,
    calibration_sentence,
    calibration_table,
    chance_sentence,
    count_reports,
    declared_sentence,
    needs_text,
    ours_text,
    published_text,
    reports_sentence,
    share_text,
    verdict_counts,
    verdicts_sentence,
)
from experiments.reports.catalogue import REPORTS, claims_digest
from experiments.reports.plan import plan


def ledger_of(*rows: tuple[int, str, float, str, bool]) -> pd.DataFrame:
    """Rows of claims of their own, which no half of the seeds judges otherwise."""
    ledger = pd.DataFrame(rows, columns=["seeds", "kind", "turned", "verdict", "fitted"])
    return ledger.assign(report="feng", claim=[f"A{k}" for k in range(len(rows))], halves="", halves_turn=math.nan)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no reports"), (1, "one report"), (2, "two reports"), (12, "twelve reports"), (13, "13 reports")]
)
def test_reports_are_counted_in_words_as_far_as_there_are_some(count, words):
    assert count_reports(range(count)) == words


def test_a_page_names_the_reports_of_its_plans_in_the_reports_order():
    all_of_them, some = Page(plan(REPORTS), {}, ledger_of()), Page(plan(["bhatt", "feng"])[::-1], {}, ledger_of())
    assert all_of_them.reports == list(REPORTS) and reports_sentence(all_of_them) == ""
    assert some.reports == ["feng", "bhatt"]
    assert reports_sentence(some) == "This run was of feng, bhatt alone; `minifw reproduce` runs all five reports."
    assert {each.spec.report for each in some.of("feng")} == {"feng"}
    assert len(some.of("feng")) + len(some.of("bhatt")) == len(some.plans) and some.of("bamberger") == []


def test_verdicts_that_occur_are_counted_with_those_of_fitted_readings_apart():
    rows = [(9, "value", 0, "undecided", False), (9, "value", 0, "reproduced", True), (9, "value", 0, "reproduced", True)]
    counts = verdict_counts(ledger_of(*rows))
    assert list(counts.columns) == ["verdict", "stated", "fitted"]
    assert counts.to_numpy().tolist() == [["reproduced", 0, 2], ["undecided", 1, 0]]


def test_what_chance_would_turn():
    """The shares that would turn are added up; of 30 values, one in twenty lies outside. Verdicts of few seeds do not count."""
    values = [(100, "value", 0.05, "reproduced", False)] * 30
    ledger = ledger_of(*values, (200, "order", 0.8, "reproduced", False), (99, "value", 1.0, "undecided", False))
    assert chance_sentence(ledger) == (
        "Another draw of all seeds would turn about 2.3 of 32 rows; of 30 values, 1.5 would lie outside their 95 % interval "
        "though every study had been run exactly as ours."
    )
    halved = ledger.assign(halves=["reproduced / undecided", *[""] * 31], halves_turn=0.1)
    assert chance_sentence(halved).startswith(
        "Of 32 rows judged by either half of the seeds alone, 1 come out differently; 3.2 were expected to. Another draw "
    )
    assert chance_sentence(ledger.tail(1)) == MORE_SEEDS
    assert MORE_SEEDS == "A verdict needs at least 100 seeds: `minifw reproduce --rounds 1000`."


def test_the_claims_are_named_by_their_digest():
    assert declared_sentence() == f"The claims were declared before the run (digest `{claims_digest()}`)."


def row(**fields: object) -> SimpleNamespace:
    empty = dict.fromkeys(("published", "ours", "low", "high", "share", "needs_seeds", "needs_seeds_90"), math.nan)
    return SimpleNamespace(**{**empty, "verdict": "reproduced", **fields})


@pytest.mark.parametrize(
    ("write", "fields", "text"),
    [
        (published_text, {"published": 95.0}, "95"),
        (published_text, {"published": 0.3411}, "0.3411"),
        (published_text, {}, ""),
        (ours_text, {"ours": 5.0312, "low": 4.918, "high": 5.141}, "5.03 [4.92, 5.14]"),
        (ours_text, {"ours": 5.0312}, "5.03"),
        (ours_text, {"low": 1.0, "high": 2.0}, ""),
        (share_text, {"share": 0.2345}, "23 %"),
        (share_text, {"share": 0.001}, "0.1 %"),
        (share_text, {"share": 0.0009}, "under 0.1 %"),
        (share_text, {"share": 0.0962}, "9.6 %"),
        (share_text, {"share": 0.9962}, "100 %"),
        (share_text, {}, ""),
        (needs_text, {"verdict": "undecided", "needs_seeds": 3200.0}, "needs about 3200 seeds"),
        (
            needs_text,
            {"verdict": "undecided", "needs_seeds": 3200.0, "needs_seeds_90": 8700.0},
            "needs about 3200 (50 %) or 8700 (90 %) seeds",
        ),
        (needs_text, {"verdict": "undecided"}, ""),
        (needs_text, {"needs_seeds": 3200.0}, ""),
    ],
)
def test_the_words_for_a_row_of_the_ledger(write, fields, text):
    assert write(row(**fields)) == text


def test_a_page_has_neither_times_nor_findings_nor_files_unless_given():
    page = Page([], {}, ledger_of())
    assert (page.times, page.findings, page.files) == ({}, (), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.files = {"a"}


CALIBRATION = pd.DataFrame(
    {
        "claim": ["value", "order"],
        "shift": [0.5, 0.0],
        "runs": [10, 15],
        "case": ["", "clustered"],
        "reports": [80, 40],
        "reproduced": [0.256, 0.05],
        "undecided": [0.744, 0.95],
        "wrong": [0.0, 0.0501],
    }
)


def test_the_table_of_made_up_reports_is_in_percent():
    shown = calibration_table(CALIBRATION)
    assert list(shown.columns) == ["claim", "off by, in margins", "runs", "case", "reproduced", "undecided", "wrong"]
    assert [list(row) for row in shown.itertuples(index=False)] == [
        ["value", "0.5", "10", "-", "26", "74", "0"],
        ["order", "0", "15", "clustered", "5", "95", "5"],
    ]


def test_the_words_on_made_up_reports_count_them_and_name_the_worst():
    assert calibration_sentence(CALIBRATION).startswith("120 reports were made up")
    assert calibration_sentence(CALIBRATION).endswith("at most 5 % (order, off by 0, clustered).")
    assert calibration_sentence(CALIBRATION.iloc[:1]).endswith("at most 0 % (value, off by 0.5).")


def test_the_verdicts_in_a_sentence_are_those_of_claims():
    ledger = ledger_of(*((1000, "value", 0.0, verdict, False) for verdict in ("reproduced", "undecided", "reproduced")))
    assert verdicts_sentence(ledger) == "Of 3 claims, by verdict: 2 reproduced and 1 undecided."
