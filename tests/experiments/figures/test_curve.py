"""One curve over epochs, and the scale that curves share."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments.config.study import Study
from experiments.figures.curve import band_text, curve, rounds_text
from experiments.figures.loss_and_error import loss_figure
from tests.experiments.figures.artists import ONE, TWO, TWO_TABLE, panels, values, words
from tests.experiments.madeup import diverge, history_of, study_of


def ending_at(low: float, study: Study = TWO, **others: float) -> pd.DataFrame:
    """A history of the study that begins at losses of 1 and ends at `low`; `others` are the ends of single arms."""
    table = history_of(study)
    for arm in study.arms:
        for metric in ("train_loss", "test_loss"):
            rows = table["arm"] == arm.name
            table.loc[rows, metric] = np.geomspace(1, others.get(arm.name, low), 6)[table.loc[rows, "epoch"]]
    return table


@pytest.mark.parametrize("study", [ONE, TWO, study_of(*"abcdef")], ids=["one arm", "two arms", "six arms"])
def test_a_scale_is_logarithmic_where_small_values_would_lie_on_the_axis(study):
    for low, expected in ((0.1, "linear"), (0.01, "log")):
        figure = loss_figure(study, ending_at(low, study))
        name = figure.get_supylabel() or panels(figure)[0].get_ylabel()
        for axes in panels(figure)[:2]:
            bottom, top = axes.get_ylim()
            assert axes.get_yscale() == expected and top > 1
            assert bottom == 0 if expected == "linear" else 0 < bottom < low
        assert "loss (mean squared error)" in name and name.endswith("logarithmic") == (expected == "log")
        assert "cut off" not in words(figure)[1]


def test_a_few_low_rounds_make_no_scale_logarithmic_but_lie_on_it():
    for low, expected in ((0.1, "linear"), (0.01, "log")):
        table = ending_at(low, ONE)
        table.loc[(table["seed"] == 7) & (table["epoch"] == 4), "train_loss"] = 1e-4
        (axes,) = panels(loss_figure(ONE, table))
        assert axes.get_yscale() == expected and axes.get_ylim()[0] < 1e-4


def test_what_reaches_zero_leaves_a_logarithmic_scale_and_the_caption_says_so():
    table = ending_at(0.01)
    table.loc[(table["arm"] == "a") & (table["epoch"] == 4), "test_loss"] = 0.0
    figure = loss_figure(TWO, table)
    assert panels(figure)[0].get_ylim()[0] == pytest.approx(0.01 / 1.5)
    assert "What lies below the logarithmic scale is cut off." in words(figure)[1]


def test_a_curve_has_the_mean_of_the_rounds_that_are_left():
    table = diverge(diverge(TWO_TABLE, "a", 2, 3), "a", 4, 5)
    found = curve(TWO, table, "a", "test_error")
    rounds = 100 * values(table, "a", "test_error")
    np.testing.assert_allclose(found.rounds, rounds)
    np.testing.assert_allclose(found.mean, np.nanmean(rounds, 0))
    assert found.diverged == 2
    robust = found.robust()
    np.testing.assert_allclose([robust.low, robust.mean, robust.high], np.nanquantile(rounds, [0.25, 0.5, 0.75], axis=0))
    for seed in TWO.seeds:
        table = diverge(table, "a", seed, 4)
    gone = curve(TWO, table, "a", "train_loss")
    assert np.isnan(gone.mean[4:]).all() and np.isnan(gone.robust().mean[4:]).all() and np.isfinite(gone.mean[:4]).all()


@pytest.mark.parametrize(("factor", "astray"), [(9.9, False), (10, False), (10.1, True)])
def test_a_mean_is_astray_from_ten_times_the_median_on(factor, astray):
    study = study_of("a", rounds=100)
    table = history_of(study)
    table["train_loss"] = 1.0
    table.loc[(table["seed"] == 3) & (table["epoch"] == 2), "train_loss"] = 100 * factor - 99
    assert curve(study, table, "a", "train_loss").astray == astray
    one = study_of("a", rounds=1)
    assert not curve(one, history_of(one), "a", "train_loss").astray


def test_the_highest_and_lowest_decide_the_scale():
    """Lines from 1 down to 1 / 19 are linear, down to 1 / 21 logarithmic; a linear scale ends 6 % above what is highest."""
    for low, expected in ((1 / 19, "linear"), (1 / 21, "log")):
        table = ending_at(low)
        axes = panels(loss_figure(TWO, table))[0]
        assert axes.get_yscale() == expected
        top = max(values(table, arm, split).max() for arm in "ab" for split in ("train_loss", "test_loss"))
        assert axes.get_ylim()[1] == pytest.approx((1.06 if expected == "linear" else 1.3) * top)


def test_a_scale_of_nothing_ends_at_one():
    table = TWO_TABLE.copy()
    table[["train_loss", "test_loss"]] = 0.0
    assert panels(loss_figure(TWO, table))[0].get_ylim() == (0, 1)


def test_what_a_band_is():
    assert band_text(study_of("a", rounds=2)) == "The band is the 95 % bootstrap interval of the mean."
    assert band_text(study_of("a", rounds=1)) == "One round has no interval."
    assert band_text(study_of("a", rounds=2, first=1, seeds_per_data_set=2)).endswith(
        ", resampled by whole data sets of 2 rounds."
    )
    assert band_text(study_of("a", rounds=2, first=2, seeds_per_data_set=2)) == "One data set has no interval."
    assert rounds_text(study_of("a", rounds=3, first=2), 1, "a") == (
        "n = 3 rounds (seeds 2 to 4). 1 of a diverged and are left out from there."
    )
    assert math.isnan(curve(study_of("a", rounds=1), history_of(study_of("a", rounds=1)), "a", "train_loss").low[0])
