"""Loss and error of one arm over epochs, asked of the artists on them: every line, band, star and label against the table."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex

from experiments.config.study import Arm
from experiments.figures.curve import rounds_text
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.style import COLOURS, GREY, ink
from experiments.statistics.bootstrap import interval_of_mean
from tests.experiments.figures.artists import (
    ONE,
    ONE_TABLE,
    TWO,
    TWO_TABLE,
    band,
    curves_of,
    declared,
    labels,
    panels,
    stars,
    values,
    words,
)
from tests.experiments.madeup import CONFIG, diverge, history_of, study_of


def test_one_arms_loss_shows_every_round_their_mean_and_its_interval():
    (axes,) = panels(loss_figure(ONE, ONE_TABLE))
    rounds = values(ONE_TABLE, "only", "train_loss")
    lines = axes.get_lines()
    assert len(lines) == 7
    for line, expected in zip(lines, [*rounds, rounds.mean(0)], strict=True):
        np.testing.assert_allclose(line.get_data(), (range(6), expected))
    assert {to_hex(line.get_color()) for line in lines[:6]} == {GREY.lower()}
    np.testing.assert_allclose(band(axes, 0), interval_of_mean(rounds))
    assert labels(axes) == {"mean": ink(lines[6].get_color())}
    assert axes.get_xlim() == (0, 5) and axes.get_ylim()[0] == 0


def test_one_arms_errors_are_those_of_both_splits_in_percent():
    figure = error_figure(ONE, ONE_TABLE)
    (axes,) = panels(figure)
    for index, metric in enumerate(("train_error", "test_error")):
        found = 100 * values(ONE_TABLE, "only", metric)
        np.testing.assert_allclose(curves_of(axes)[index], (range(6), found.mean(0)))
        np.testing.assert_allclose(band(axes, index), interval_of_mean(found))
    assert list(labels(axes)) in (["training", "test"], ["test", "training"])
    train, test = (100 * values(ONE_TABLE, "only", f"{split}_error")[:, -1].mean() for split in ("train", "test"))
    assert words(figure)[0] == f"After 5 epochs the mean error is {train:.2f} % training and {test:.2f} % test"


def test_captions_name_rounds_line_and_band():
    figures = [loss_figure(ONE, ONE_TABLE), error_figure(ONE, ONE_TABLE), loss_figure(TWO, TWO_TABLE)]
    title = words(figures[0])[0]
    last = values(ONE_TABLE, "only", "train_loss")[:, -1]
    assert f"{last.mean():.3g} on average, from {last.min():.3g} to {last.max():.3g} over 6 rounds" in title
    for _, caption in map(words, figures):
        assert "mean" in caption and "The band is the 95 % bootstrap interval of the mean." in caption
        assert "n = 6 rounds (seeds " in caption
        assert "Stars" not in caption
    assert rounds_text(study_of("a", rounds=1, first=9)) == "n = 1 round (seed 9)."
    assert rounds_text(ONE, 2) == "n = 6 rounds (seeds 4 to 9). 2 diverged and are left out from there."


def test_captions_say_what_is_resampled_and_what_is_missing():
    shared = study_of("a", "b", seeds_per_data_set=3)
    assert (
        "interval of the mean, resampled by whole data sets of 3 rounds." in words(error_figure(shared, history_of(shared)))[1]
    )
    one = study_of("a", "b", seeds_per_data_set=15)
    assert "One data set has no interval." in words(error_figure(one, history_of(one)))[1]
    unfinished = TWO_TABLE[(TWO_TABLE["arm"] == "b") | (TWO_TABLE["seed"] < 4)]
    assert "Of single arms only 4 rounds are finished." in words(loss_figure(TWO, unfinished))[1]
    assert "finished" not in words(loss_figure(TWO, TWO_TABLE))[1]


def test_one_round_has_no_interval():
    study = study_of("only", rounds=1)
    figure = error_figure(study, history_of(study))
    assert "One round has no interval." in words(figure)[1] and "bootstrap" not in words(figure)[1]


@pytest.mark.parametrize(("name", "expected"), [("train-fernandez", {"train": 3.85, "test": 3.50}), ("train-bhatt", {})])
def test_a_star_lies_at_the_published_value(name, expected):
    study = declared(name, 3)
    figure = error_figure(study, history_of(study))
    (axes,) = panels(figure)
    colour = {"train": COLOURS[0].lower(), "test": COLOURS[1].lower()}
    assert [star[1:] for star in stars(axes)] == [(pytest.approx(value), colour[split]) for split, value in expected.items()]
    assert ("Stars: the values published in Section III-B for the last epoch." in words(figure)[1]) == bool(expected)


@pytest.mark.parametrize("error", [0.001, 0.2])
def test_stars_lie_within_the_scale(error):
    study = declared("train-fernandez", 2)
    table = history_of(study)
    table[["train_error", "test_error"]] = error
    (axes,) = panels(error_figure(study, table))
    bottom, top = axes.get_ylim()
    assert len(stars(axes)) == 2 and all(bottom < value < top for _, value, _ in stars(axes))


def test_where_a_report_contradicts_itself_a_line_has_two_stars():
    study = declared("train")
    found = stars(panels(error_figure(study, history_of(study)))[0])
    assert [value for _, value, _ in found] == [8.03, 4.0, 8.73]


def test_the_loss_is_named_with_its_unit():
    for loss, said in (("mse", "training loss (mean squared error)"), ("cross-entropy", "training loss (cross-entropy, nats)")):
        study = study_of("only", loss=loss)
        assert panels(loss_figure(study, history_of(study)))[0].get_ylabel() == said
    mixed = dataclasses.replace(TWO, arms=(TWO.arms[0], Arm("a", CONFIG.replace(loss="cross-entropy"))))
    assert panels(loss_figure(mixed, TWO_TABLE))[1].get_ylabel() == "test loss (of its own kind)"


def test_above_fifty_rounds_quantiles_and_five_seeds_stand_for_all():
    study = study_of("only", rounds=51, first=3)
    table = history_of(study)
    figure = loss_figure(study, table)
    (axes,) = panels(figure)
    rounds = values(table, "only", "train_loss")
    np.testing.assert_allclose(band(axes, 0), np.quantile(rounds, [0.05, 0.95], axis=0))
    np.testing.assert_allclose(band(axes, 1), np.quantile(rounds, [0.25, 0.75], axis=0))
    np.testing.assert_allclose(band(axes, 2), interval_of_mean(rounds))
    lines = [line.get_ydata() for line in axes.get_lines()]
    np.testing.assert_allclose(lines, [*rounds[:5], rounds.mean(0)])
    light, dark = (np.mean(to_hex_rgb(axes.collections[index])) for index in (0, 1))
    assert 1 > light > dark
    caption = words(figure)[1]
    assert caption.startswith(
        "Light grey: the middle 90 % of rounds, darker: their middle half, thin: the first 5 seeds; orange: the mean."
    )
    assert axes.get_ylim()[1] >= rounds[:5].max()
    fifty = study_of("only", rounds=50)
    assert len(panels(loss_figure(fifty, history_of(fifty)))[0].get_lines()) == 51


def to_hex_rgb(collection) -> np.ndarray:
    return collection.get_facecolor()[0][:3]


def test_the_quantiles_of_rounds_leave_out_what_diverged():
    study = study_of("only", rounds=60)
    table = diverge(history_of(study), "only", 7, 3)
    (axes,) = panels(loss_figure(study, table))
    rounds = values(table, "only", "train_loss")
    np.testing.assert_allclose(band(axes, 0), np.nanquantile(rounds, [0.05, 0.95], axis=0))
    assert "1 diverged and are left out from there." in words(axes.figure)[1]


def test_no_star_stands_beside_settings_that_are_not_the_reports():
    for settings, expected in (
        ({}, 3),
        ({"hidden": (3,)}, 0),
        ({"epochs": 49}, 0),
        ({"lr": 0.2}, 0),
        ({"record_steps": True}, 3),
    ):
        study = declared("train", **settings)
        figure = error_figure(study, history_of(study))
        assert len(stars(panels(figure)[0])) == expected, settings
        assert ("Stars" in words(figure)[1]) == bool(expected)
        assert ("published" in [text.get_text() for text in figure.axes[0].texts]) == bool(expected)


def test_one_round_says_what_it_ends_at():
    study = study_of("only", rounds=1)
    table = history_of(study)
    end = values(table, "only", "train_loss")[0, -1]
    assert words(loss_figure(study, table))[0] == f"After 5 epochs the training loss is {end:.3g} on average"
