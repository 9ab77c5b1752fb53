"""What arms end at beside what was printed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex

from experiments.analysis.ranking import rank_arms
from experiments.figures.arms import arm_colour
from experiments.figures.finals import finals_figure
from experiments.statistics.bootstrap import summarise
from tests.experiments.figures.artists import declared, panels, stars, values, words
from tests.experiments.figures.test_spread import ends_of
from tests.experiments.madeup import diverge, history_of, study_of

STUDY = declared("sweep-activations", 90)
TABLE = ends_of(STUDY)
PRINTED = {
    "train_error": {"relu-normal": (0.84, 0.41), "sigmoid-uniform": (49.9, None)},
    "test_error": {"relu-normal": (1.95, 0.28)},
}


def test_a_row_has_our_mean_its_interval_and_the_deviation_of_runs():
    for axes, metric in zip(panels(finals_figure(STUDY, TABLE)), ("train_error", "test_error"), strict=True):
        segments = [segment for found in axes.collections for segment in found.get_segments() if len(found.get_segments()) == 1]
        dots = [line for line in axes.get_lines() if line.get_marker() == "o"]
        for row, arm in enumerate(STUDY.arms):
            ours = summarise(100 * values(TABLE, arm.name, metric)[:, -1], np.arange(90) // 15)
            height = row - 0.12
            np.testing.assert_allclose(dots[row].get_xydata(), [(ours.mean, height)])
            assert to_hex(dots[row].get_color()) == arm_colour(STUDY, arm.name).lower()
            drawn = [segment for segment in segments if segment[0][1] == pytest.approx(height)]
            np.testing.assert_allclose(
                drawn,
                [
                    [(ours.mean - ours.std, height), (ours.mean + ours.std, height)],
                    [(ours.low, height), (ours.high, height)],
                ],
            )
        assert axes.get_title() == ("training" if metric == "train_error" else "test")


def test_stars_stand_below_at_the_printed_mean_with_its_deviation():
    for axes, metric in zip(panels(finals_figure(STUDY, TABLE)), PRINTED, strict=True):
        found = stars(axes)
        assert [star[1] for star in found] == pytest.approx([row + 0.2 for row in range(6)])
        assert [star[2] for star in found] == [arm_colour(STUDY, arm.name).lower() for arm in STUDY.arms]
        value, deviation = PRINTED[metric]["relu-normal"]
        assert found[0][0] == value
        ((low, high),) = axes.containers[0].lines[2][0].get_segments()
        assert (low[0], high[0]) == pytest.approx((value - deviation, value + deviation))
        low, high = axes.get_xlim()
        assert all(low < star[0] < high for star in found)


def test_the_title_ranks_and_the_caption_explains():
    title, caption = words(finals_figure(STUDY, TABLE))
    assert title == rank_arms(STUDY, TABLE, "test_error").sentence()
    assert "Star: the published mean" in caption and "The interval is the 95 % bootstrap interval of the mean" in caption
    assert "n = 90 rounds" in caption


def test_other_settings_have_no_stars_and_near_values_a_linear_scale():
    study = study_of("relu-normal", "tanh-normal", name="sweep-activations")
    table = history_of(study)
    last = table["epoch"] == 5
    for metric in ("train_error", "test_error"):
        table.loc[last, metric] = np.where(table["arm"][last] == "relu-normal", 0.05, 0.2)
    figure = finals_figure(study, table)
    axes = panels(figure)[0]
    assert not stars(axes) and "Star" not in words(figure)[1]
    assert axes.get_xscale() == "linear" and axes.get_xlim() == pytest.approx((0, 1.06 * 20))
    assert axes.get_xlabel() == "error after the last epoch (% of points)"
    table.loc[last & (table["arm"] == "relu-normal"), ["train_error", "test_error"]] = 0.01
    axes = panels(finals_figure(study, table))[0]
    assert axes.get_xscale() == "log" and axes.get_xlim() == pytest.approx((1 / 1.2, 1.2 * 20))
    assert axes.get_xlabel().endswith(", logarithmic")
    assert [text.get_text() for text in axes.get_yticklabels()] == ["relu-normal", "tanh-normal"]
    assert axes.get_ylim() == (1.5, -0.5)


def test_an_arm_that_diverged_altogether_has_no_dot():
    study = dataclasses.replace(study_of("a", "b"), name="x")
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, "b", seed, 3)
    axes = panels(finals_figure(study, table))[0]
    assert len([line for line in axes.get_lines() if line.get_marker() == "o"]) == 1


@pytest.mark.parametrize(
    ("settings", "splits"),
    [
        ({"test_size": 0}, ["training"]),
        ({}, ["training", "test"]),
        ({"validation_size": 9}, ["training", "validation", "test"]),
    ],
)
def test_every_split_has_a_panel_and_the_last_one_ranks_and_counts_what_diverged(settings, splits):
    study = study_of("b", "a", **settings)
    table = history_of(study)
    split = {"training": "train"}.get(splits[-1], splits[-1])
    table.loc[(table["arm"] == "a") & (table["seed"] == 2) & (table["epoch"] == 5), f"{split}_error"] = np.nan
    figure = finals_figure(study, table)
    assert [axes.get_title() for axes in panels(figure)] == splits
    assert figure.get_size_inches().tolist() == pytest.approx([4.0 * len(splits) + 0.8, 0.52 * 2 + 1.7])
    title, caption = words(figure)
    assert title == rank_arms(study, table, f"{split}_error").sentence()
    assert caption.endswith("n = 6 rounds (seeds 0 to 5). 1 of a diverged and are left out from there.")
