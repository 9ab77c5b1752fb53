"""Verdicts on made-up tables where the truth is known, both ways, and intervals that agree with them."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.judging import count_units, is_met, judge_table, quote
from experiments.config.requirement import parse_requirement
from experiments.errors import TableError

NOISE = np.array([0.3, -0.2, 0.1, -0.4, 0.25, -0.05, 0.0, 0.15, -0.1, -0.05])


def results(shifts: dict[str, float], noise=NOISE) -> pd.DataFrame:
    """Arms that differ from `old` by so much on average; seeds pair, noise is that of the difference."""
    level = np.linspace(5, 15, len(noise))
    arms = {"old": level} | {arm: level + shift + (k + 1) * noise for k, (arm, shift) in enumerate(shifts.items())}
    return pd.concat([pd.DataFrame({"arm": arm, "seed": range(len(noise)), "error": values}) for arm, values in arms.items()])


def judge(frame: pd.DataFrame, **how) -> pd.DataFrame:
    return judge_table(frame.reset_index(drop=True), "error", **how)


def test_lower_is_better_unless_said_otherwise():
    frame = results({"less": -1.0, "more": 1.0, "alike": 0.0})
    assert judge(frame)["verdict"].tolist() == ["better", "worse", "undecided"]
    assert judge(frame, higher_is_better=True)["verdict"].tolist() == ["worse", "better", "undecided"]
    assert judge(frame)["p_better"].tolist() == [1.0, 0.0, 0.55]
    assert judge(frame, higher_is_better=True)["p_better"].tolist() == pytest.approx([0.0, 1.0, 0.45])


def test_what_lies_wholly_within_the_margin_is_equal_even_where_it_is_lower():
    frame = results({"a little less": -0.2, "alike": 0.0, "unclear": 0.4})
    assert judge(frame, margin=0.9)["verdict"].tolist() == ["equal", "equal", "undecided"]
    assert judge(results({"a little less": -0.2}))["verdict"].tolist() == ["better"]
    assert judge(frame, margin=0.1)["verdict"].iloc[0] != "equal"


def test_intervals_and_p_are_adjusted_alike_for_the_number_of_arms():
    """Alone, the arm is better; among five it is not told apart, and both interval and p say so."""
    alone, among = results({"x": -0.19}), results({"x": -0.19, "b": 0, "c": 0, "d": 0, "e": 0})
    first, fifth = judge(alone).iloc[0], judge(among).iloc[0]
    expected = stats.ttest_1samp(-0.19 + NOISE, 0.0)
    assert (first["verdict"], fifth["verdict"]) == ("better", "undecided")
    assert first["p"] == pytest.approx(expected.pvalue) and fifth["p"] == pytest.approx(5 * expected.pvalue)
    assert [fifth["low"], fifth["high"]] == pytest.approx(list(expected.confidence_interval(0.99)))
    assert first["resolution"] == pytest.approx(first["high"] - first["difference"])
    assert judge(among).attrs["level"] == pytest.approx(0.99)


@pytest.mark.parametrize("shift", np.linspace(-0.4, 0.4, 9).tolist())
def test_interval_and_p_never_contradict_each_other(shift):
    for row in judge(results({"x": shift, "y": -shift, "z": 0.3})).itertuples():
        assert (row.p < 0.05) == (row.low > 0 or row.high < 0) == (row.verdict != "undecided")


@pytest.mark.slow
def test_false_findings_stay_at_five_in_a_hundred_over_all_arms():
    random = np.random.default_rng(1)
    wrong = 0
    for _ in range(200):
        values = random.normal(size=(4, 8))
        frame = pd.concat(
            [pd.DataFrame({"arm": arm, "seed": range(8), "error": row}) for arm, row in zip("abcd", values, strict=True)]
        )
        wrong += bool(set(judge(frame)["verdict"]) - {"undecided"})
    assert wrong <= 0.09 * 200


def test_of_too_few_pairs_there_is_neither_interval_nor_p_however_well_they_agree():
    row = judge(results({"x": -1.0}, NOISE[:2] * 0)).iloc[0]
    assert row["verdict"] == "too few" and row["difference"] == -1.0
    assert row[["low", "high", "p", "resolution"]].isna().all()


def test_five_pairs_are_too_few_and_six_are_enough():
    assert judge(results({"x": -1.0}, NOISE[:5]))["verdict"].tolist() == ["too few"]
    assert judge(results({"x": -1.0}, NOISE[:6]))["verdict"].tolist() == ["better"]


def test_rows_that_dont_count_are_named_by_their_label():
    frame = results({"x": -1.0}).reset_index(drop=True).rename_axis("line")
    frame.loc[3, "error"] = np.nan
    judged = judge_table(frame, "error")
    assert judged.attrs["notes"] == [
        "1 row without error, left out: line 3",
        "1 row of x or old that the other lacks, left out: line 13",
    ]
    assert judged["units"].tolist() == [9]


def test_the_reference_is_the_first_arm_or_the_one_named():
    frame = results({"x": -1.0, "y": 1.0})
    assert judge(frame)["reference"].unique().tolist() == ["old"]
    named = judge(frame, reference="y")
    assert named["arm"].tolist() == ["old", "x"] and named["difference"].tolist() == pytest.approx([-1.0, -2.0])


@pytest.mark.parametrize(
    ("how", "about", "message"),
    [
        ({"reference": "odl"}, "reference", r"no arm 'odl'; there are old, x \(did you mean old\?\)"),
        ({"margin": 0.0}, "margin", "above 0, not 0"),
        ({"margin": float("nan")}, "margin", "above 0, not nan"),
    ],
)
def test_arguments_that_cannot_be_are_named(how, about, message):
    frame = results({"x": -1.0})
    with pytest.raises(TableError, match=message) as raised:
        judge(frame, **how)
    assert raised.value.about == about


def test_one_arm_and_no_value_are_nothing_to_judge():
    with pytest.raises(TableError, match="has but one arm, 'old'"):
        judge(results({}))
    with pytest.raises(TableError, match="has no value in any row"):
        judge(results({"x": 0.0}).assign(error=np.nan))


def test_the_sentence_says_what_it_rests_on():
    assert quote(judge(results({"x": -1.0}), margin=0.5)) == (
        "In error, x is better than old by -1 (-1.15 to -0.849) (10 pairs, paired t, 95 % intervals)."
    )
    several = quote(judge(results({"x": -0.1, "y": 1.0, "z": 0.3}), margin=0.4))
    assert several.startswith("In error, x equals old within 0.4, differing by -0.1 (")
    assert "; y is worse than old by +1 (" in several and "; z is not told apart from old, differing by +0.3 (" in several
    assert several.endswith("(10 pairs, paired t, 95 % intervals, Bonferroni for 3 arms).")
    assert "too few runs to be compared with old, at least 6 are needed" in quote(judge(results({"x": 0.0}, NOISE[:3])))
    many = quote(judge(results({"a": -2.0, "b": -2.0, "c": 3.0, "d": 0.0})))
    assert many == "In error, compared with old: a and b better; c worse; d undecided (95 %, Bonferroni for 4 arms)."


def test_units_are_counted_in_words():
    assert [count_units(1, "run"), count_units(6, "pair"), count_units(1, "run id"), count_units(7, "fold")] == [
        "1 run",
        "6 pairs",
        "1 group by run id",
        "7 groups by fold",
    ]


@pytest.mark.parametrize(
    ("shift", "text", "met"),
    [
        (-1.0, "x better than old", True),
        (1.0, "x better than old", False),
        (-0.1, "x better than old", False),
        (-1.0, "x no worse than old", True),
        (0.05, "x no worse than old", True),
        (1.0, "x no worse than old", False),
        (0.05, "x equal to old", True),
        (-1.0, "x equal to old", False),
    ],
)
def test_a_requirement_is_met_only_where_it_is_shown(shift, text, met):
    judged = judge(results({"x": shift}), margin=0.4)
    assert is_met(judged, parse_requirement(text)) is met
    mirrored = results({"x": shift}).assign(error=lambda frame: -frame["error"])
    assert is_met(judge(mirrored, margin=0.4, higher_is_better=True), parse_requirement(text)) is met


def test_too_few_runs_meet_no_requirement():
    judged = judge(results({"x": -9.0}, NOISE[:4]), margin=0.4)
    assert not any(is_met(judged, parse_requirement(text)) for text in ("x better than old", "x no worse than old"))


def test_attributes_are_plain_values():
    assert json.loads(json.dumps(judge(results({"x": 0.0}), margin=0.5).attrs))["margin"] == 0.5
