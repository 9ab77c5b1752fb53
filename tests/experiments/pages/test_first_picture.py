"""The first picture: printed numbers over the histogram of what our seeds give, worked out by hand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from experiments.pages.content import Page
from experiments.pages.first_picture import first_picture

ROW = {"published": 4.0, "ours": 6.0, "prediction_low": 5.0, "prediction_high": 7.0, "n": 10}


def page_of(errors, **changes) -> Page:
    """A page of the study's final test errors in percent, with the two claims' rows."""
    ledger = pd.DataFrame([{"claim": "F2", **ROW, **changes}, {"claim": "F3-test", **ROW, "published": 8.0}])
    seeds = range(len(errors))
    table = pd.DataFrame({"arm": "train", "seed": seeds, "epoch": 50, "test_error": np.array(errors) / 100})
    return Page([], {"train": table}, ledger)


def test_bars_count_the_seeds_and_the_last_holds_those_beyond():
    """The largest of 8, 7 and the 99.5 % quantile (8.95) is 8.95: the axis ends at the next half point but one, 9.5."""
    picture = first_picture(page_of([4.0, 4.1, 4.4, 4.5, 9.0]))
    width = 100 * 0.5 / 9.5
    assert picture.seeds == 5 and picture.runs == 10
    assert [bar.text for bar in picture.bars] == [
        "4 to 4.5 %: 3 of 5 seeds",
        "4.5 to 5 %: 1 of 5 seeds",
        "9 to 9.5 %: 1 of 5 seeds",
    ]
    assert [bar.height for bar in picture.bars] == [100.0, 33.3, 33.3]
    assert [bar.x for bar in picture.bars] == pytest.approx([8 * width, 9 * width, 18 * width], abs=0.01)
    assert {bar.width for bar in picture.bars} == {round(width, 2)}


def test_what_lies_beyond_the_axis_is_in_its_last_bar():
    """Printed is 8: the axis ends at 8.5, and a bar of more than half a point says so."""
    picture = first_picture(page_of([4.0] * 999 + [40.0]))
    assert picture.bars[-1].text == "8 % and above: 1 of 1000 seeds" and picture.ticks[-1][1] == "8 %"
    assert picture.beyond == "8 %"
    within = first_picture(page_of([4.0] * 999 + [8.4]))
    assert within.bars[-1].text == "8 to 8.5 %: 1 of 1000 seeds" and within.beyond == ""


def test_stars_mean_and_band_stand_where_their_numbers_are():
    picture = first_picture(page_of([4.0] * 999 + [40.0]))
    assert [(star.text, star.place) for star in picture.stars] == [("4 %", "Figure 2"), ("8 %", "Table I")]
    assert [star.x for star in picture.stars] == pytest.approx([400 / 8.5, 800 / 8.5], abs=0.01)
    assert (picture.mean, picture.low, picture.high) == ("6.00", "5.00", "7.00")
    assert (picture.mean_x, picture.low_x, picture.high_x) == pytest.approx((600 / 8.5, 500 / 8.5, 700 / 8.5), abs=0.01)


@pytest.mark.parametrize(
    ("low", "high", "inside"),
    [(5, 7, []), (4, 7, ["Figure 2"]), (5, 8, ["Table I"]), (3, 9, ["Figure 2", "Table I"]), (4.01, 7.99, [])],
)
def test_it_says_which_printed_numbers_lie_in_the_band(low, high, inside):
    assert first_picture(page_of([4.0, 6.0], prediction_low=low, prediction_high=high)).inside == inside


def test_there_is_none_without_its_study_its_claims_or_their_numbers():
    page = page_of([4.0, 6.0])
    assert first_picture(dataclasses.replace(page, tables={})) is None
    assert first_picture(dataclasses.replace(page, ledger=page.ledger[:1])) is None
    assert first_picture(dataclasses.replace(page, ledger=pd.DataFrame())) is None
    assert first_picture(page_of([math.nan, 6.0])) is None
    assert first_picture(page_of([4.0, 6.0], prediction_low=math.nan)) is None
