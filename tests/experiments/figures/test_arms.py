"""Several arms over epochs, asked of the artists on them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from experiments.analysis.ranking import rank_arms
from experiments.config.study import Arm, Study
from experiments.figures.arms import arm_colour, arm_style, difference_curve
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.style import COLOURS, ink
from experiments.reports.catalogue import STUDIES
from experiments.statistics.bootstrap import interval_of_mean
from tests.experiments.figures.artists import (
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


@pytest.mark.parametrize(("draw", "quantity", "scale"), [(loss_figure, "loss", 1), (error_figure, "error", 100)])
def test_arms_share_a_panel_for_each_split(draw, quantity, scale):
    found = panels(draw(TWO, TWO_TABLE))[:2]
    for axes, split in zip(found, ("train", "test"), strict=True):
        for index, arm in enumerate("ba"):
            expected = scale * values(TWO_TABLE, arm, f"{split}_{quantity}")
            np.testing.assert_allclose(curves_of(axes)[index], (range(6), expected.mean(0)))
            np.testing.assert_allclose(band(axes, index), interval_of_mean(expected))
        assert labels(axes) == {arm: ink(arm_colour(TWO, arm)) for arm in "ab"}
    assert found[0].get_ylim() == found[1].get_ylim()


def ranked(*means: float, spread: float = 0.001, rounds: int = 6, **settings) -> tuple[str, str]:
    """Title and caption of the errors of arms a, b ... that end at these means, the second scattered by `spread`."""
    study = study_of(*"abcdefgh"[: len(means)], rounds=rounds, **settings)
    table = history_of(study)
    last = table["epoch"] == 5
    for name, mean in zip("abcdefgh", means, strict=False):
        scatter = np.linspace(-spread, spread, rounds) if name == "b" else 0.0
        table.loc[last & (table["arm"] == name), "test_error"] = mean + scatter
    return words(error_figure(study, table))


def test_the_title_ranks_the_arms():
    title, caption = ranked(0.04, 0.02)
    assert title == "Mean test error ends 2 points lower with b (2 %) than with a (4 %)"
    assert "told apart" not in caption


def test_the_title_claims_no_difference_that_the_seeds_explain():
    title, caption = ranked(0.04, 0.038, spread=0.02)
    assert title == "No clear difference: mean test error ends between 3.8 % (b) and 4 % (a)"
    assert "adjusted for all pairs of arms" in caption
    few = "Too few {} to rank arms (1 of at least 6): mean test error ends between 2 % (b) and 4 % (a)"
    assert ranked(0.04, 0.02, spread=0, rounds=1)[0] == few.format("seeds")
    assert ranked(0.04, 0.02, seeds_per_data_set=15)[0] == few.format("data sets")
    assert ranked(0.04, 0.04, spread=0)[0] == "Mean test error ends at 4 % with both arms"


def test_diverged_trials_are_left_out_of_the_mean_and_counted():
    table = diverge(diverge(TWO_TABLE, "a", 2, 3), "a", 4, 5)
    figure = loss_figure(TWO, table)
    rows = values(table, "a", "train_loss")
    np.testing.assert_allclose(curves_of(panels(figure)[0])[1][1], np.nanmean(rows, 0))
    assert "2 of a diverged and are left out from there." in words(figure)[1]
    only = dataclasses.replace(study_of("b", "c"), arms=(TWO.arm("b"), Arm("c", CONFIG)))
    both = pd.concat([table, history_of(study_of("c"))])
    assert "diverged" not in words(loss_figure(only, both))[1] and "with a " not in words(loss_figure(only, both))[0]
    for seed in TWO.seeds:
        table = diverge(diverge(table, "a", seed, 1), "b", seed, 1)
    assert words(error_figure(TWO, table))[0] == "Every trial diverged"


def test_where_single_rounds_go_astray_medians_and_quartiles_are_shown():
    table = TWO_TABLE.copy()
    table.loc[(table["arm"] == "a") & (table["seed"] == 3) & (table["epoch"] > 2), ["train_loss", "test_loss"]] = 1e6
    figure = loss_figure(TWO, table)
    rows = [values(table, arm, "train_loss") for arm in "ba"]
    axes = panels(figure)[0]
    for index, expected in enumerate(rows):
        np.testing.assert_allclose(curves_of(axes)[index][1], np.median(expected, 0))
        np.testing.assert_allclose(band(axes, index), np.quantile(expected, [0.25, 0.75], axis=0))
    title, caption = words(figure)
    medians = {arm: np.median(values(table, arm, "test_loss")[:, -1]) for arm in "ab"}
    best, lowest = min(medians, key=medians.get), min(medians.values())
    assert title.startswith(f"No clear difference: median test loss ends between {lowest:.3g} ({best}) and ")
    table.loc[table["arm"] == "b", "test_loss"] += 1e7
    assert words(loss_figure(TWO, table))[0].startswith("Median test loss ends 1e+07 lower with a (")
    assert (
        "median over the rounds" in caption and "middle half of the rounds" in caption and "bootstrap interval" not in caption
    )
    assert "in a sign test of the paired differences" in caption
    assert "median" not in words(loss_figure(TWO, TWO_TABLE))[1]


def test_errors_are_means_even_where_most_rounds_have_none():
    table = TWO_TABLE.copy()
    table.loc[(table["epoch"] > 2) & (table["seed"] != 3), ["train_error", "test_error"]] = 0
    title, caption = words(error_figure(TWO, table))
    assert "mean" in title.lower() and "median" not in (title + caption).lower()


def test_arms_far_apart_in_length_share_a_logarithmic_axis_and_are_labelled_where_they_end():
    long = CONFIG.replace(epochs=500, evaluate_every=50)
    study = Study("s", (Arm("short", CONFIG), Arm("long", long)), range(3))
    axes = panels(loss_figure(study, history_of(study)))[0]
    assert (axes.get_xscale(), axes.get_xlabel()) == ("symlog", "epoch, logarithmic")
    assert {text.get_text(): text.xy[0] for text in axes.texts} == {"short": 5, "long": 500}
    within = {text.get_text(): bool(text.get_path_effects()) for text in axes.texts}
    assert within == {"short": True, "long": False}, "a name on other lines needs a white edge"
    assert "long is measured every 50 epochs (dots)." in words(axes.figure)[1]
    assert panels(loss_figure(TWO, TWO_TABLE))[0].get_xscale() == "linear"


def test_an_arm_has_one_colour_and_style_in_every_figure():
    study = study_of(*"fbdace")
    table = history_of(study)
    looks = set()
    for figure in (loss_figure(study, table), error_figure(study, table)):
        for axes in panels(figure):
            by_colour = {to_hex(line.get_color()): line.get_linestyle() for line in axes.get_lines()}
            assert len(by_colour) == 6
            dark = {ink(colour): style for colour, style in by_colour.items()}
            looks |= {(name, colour, dark[colour]) for name, colour in labels(axes).items()}
    assert looks == {(arm, ink(arm_colour(study, arm)), arm_style(study, arm)) for arm in "abcdef"}


def test_stars_of_several_arms_have_their_colours_and_lie_in_the_panel_of_their_split():
    study = declared("sweep-optimizers", 3)
    study = dataclasses.replace(study, arms=(*study.arms[:2], Arm("other", study.arms[0].config)))
    found = panels(loss_figure(study, history_of(study)))
    assert [len(stars(axes)) for axes in found] == [0, 0, 2]
    gaps = [max(text.xyann[0] for text in axes.texts if text.get_text() != "published") for axes in found]
    assert gaps[0] == gaps[1] < gaps[2], "names keep clear of stars"
    assert [star[1:] for star in stars(found[2])] == [(0.3411, COLOURS[0].lower()), (0.2466, COLOURS[1].lower())]
    assert {"★ sgd 0.3411", "★ adam 0.2466"} < set(labels(found[2]))
    assert found[2].get_ylim()[1] > 0.3411


@pytest.mark.parametrize(("draw", "quantity", "scale"), [(loss_figure, "loss", 1), (error_figure, "error", 100)])
def test_two_arms_have_their_paired_difference_below(draw, quantity, scale):
    figure = draw(TWO, TWO_TABLE)
    below = panels(figure)[2:]
    for axes, split in zip(below, ("train", "test"), strict=True):
        first, second = (scale * values(TWO_TABLE, arm, f"{split}_{quantity}") for arm in "ba")
        zero, line = axes.get_lines()
        assert list(zero.get_ydata()) == [0, 0]
        np.testing.assert_allclose(line.get_data(), (range(6), (second - first).mean(0)))
        np.testing.assert_allclose(band(axes, 0), interval_of_mean(second - first))
        assert axes.get_xlabel() == "epoch" and to_hex(line.get_color()) == arm_colour(TWO, "a").lower()
    assert below[0].get_ylabel() == f"a minus\nb ({'points' if scale == 100 else 'loss'})"
    assert [axes.get_xlabel() for axes in panels(figure)[:2]] == ["", ""]
    assert "Below: a minus b, paired by seed, with the same band." in words(figure)[1]
    three = study_of("a", "b", "c")
    assert len(panels(draw(three, history_of(three)))) == 2
    assert "Below" not in words(draw(three, history_of(three)))[1]


def test_a_difference_counts_pairs_in_which_neither_diverged():
    table = diverge(diverge(TWO_TABLE, "a", 2, 3), "b", 4, 5)
    found = difference_curve(TWO, table, "test_error")
    expected = 100 * (values(table, "a", "test_error") - values(table, "b", "test_error"))
    np.testing.assert_allclose(found.mean, np.nanmean(expected, 0))
    assert found.diverged == 2 and list(found.epochs) == list(range(6))


@pytest.mark.parametrize("quantity", ["error", "loss"])
def test_arms_that_are_equal_have_a_difference_of_0_and_no_scale_of_rounding(quantity):
    """An axis that ran to 1e-17 would make a difference of what is none."""
    table = TWO_TABLE.copy()
    for metric in (f"train_{quantity}", f"test_{quantity}"):
        table.loc[table["arm"] == "a", metric] = table.loc[table["arm"] == "b", metric].to_numpy() * (1 + 2e-16)
    figure = (error_figure if quantity == "error" else loss_figure)(TWO, table)
    for axes in panels(figure)[2:]:
        assert axes.get_ylim() == (-1, 1) and list(axes.get_yticks()) == [0]
        assert not curves_of(axes)[-1][1].any()
    assert "Below: a minus b, paired by seed: 0 in every seed and epoch." in words(figure)[1]
    assert "paired by seed, with the same band." in words(error_figure(TWO, TWO_TABLE))[1]


def test_losses_of_different_kinds_have_no_difference_and_no_ranking():
    mixed = dataclasses.replace(TWO, arms=(TWO.arms[0], Arm("a", CONFIG.replace(loss="cross-entropy"))))
    figure = loss_figure(mixed, TWO_TABLE)
    assert len(panels(figure)) == 2
    assert words(figure)[0] == "Losses of different kinds fall on scales of their own; compare the errors"
    assert "Not told apart" not in words(figure)[1]
    assert len(panels(error_figure(mixed, TWO_TABLE))) == 4


def test_arms_that_differ_in_steps_an_epoch_stand_over_updates_and_no_line_is_made_up():
    study = declared("fernandez-batches", 6)
    arms = tuple(Arm(arm.name, arm.config.replace(epochs=epochs)) for arm, epochs in zip(study.arms, (5, 5, 250), strict=True))
    study = dataclasses.replace(study, arms=arms)
    table = history_of(study)
    figure = error_figure(study, table)
    axes = panels(figure)[0]
    assert (axes.get_xscale(), axes.get_xlim()) == ("symlog", (0, 250))
    assert axes.get_xlabel() == "updates (batches seen), logarithmic"
    lines = {to_hex(line.get_color()): line for line in axes.get_lines() if len(line.get_xdata()) > 1}
    mini, full, long = (lines[arm_colour(study, arm.name).lower()] for arm in study.arms)
    means = {arm.name: 100 * values(table, arm.name, "train_error").mean(0) for arm in study.arms}
    np.testing.assert_allclose(mini.get_data(), (50 * np.arange(1, 6), means["mini-batch"][1:]))
    np.testing.assert_allclose(full.get_data(), (range(6), means["full-batch"]))
    np.testing.assert_allclose(long.get_data(), (50 * np.arange(1, 6), means["full-batch-7500"][1:]))
    assert [line.get_marker() for line in (mini, full, long)] == ["None", "None", "o"]
    starts = [float(line.get_ydata()[0]) for line in axes.get_lines() if list(line.get_xdata()) == [0]]
    assert starts == pytest.approx([means["mini-batch"][0], means["full-batch-7500"][0]])
    assert {text.get_text(): text.xy[0] for text in axes.texts} == {"mini-batch": 250, "full-batch": 5, "full-batch-7500": 250}
    assert "full-batch-7500 is measured every 50 epochs (dots)." in words(figure)[1]


def test_an_epoch_has_as_many_steps_as_batches_the_last_one_whole_or_not():
    assert [CONFIG.replace(train_size=size, batch_size=10).steps_per_epoch for size in (10, 11, 20)] == [1, 2, 2]


def test_arms_that_are_pairs_of_two_kinds_have_a_hue_and_a_dash_for_each():
    study = study_of("relu-x", "relu-y", "tanh-x", "tanh-y", "sigmoid-x", "sigmoid-y")
    looks = [(arm_colour(study, arm.name), arm_style(study, arm.name)) for arm in study.arms]
    assert looks == [(COLOURS[hue], dash) for hue in range(3) for dash in ("-", "--")]
    assert "Unbroken: x; dashed: y." in words(error_figure(study, history_of(study)))[1]
    odd = study_of("relu-x", "relu-y", "tanh-x")
    assert [arm_colour(odd, arm.name) for arm in odd.arms] == list(COLOURS[:3])
    assert "nbroken" not in words(error_figure(odd, history_of(odd)))[1]


def test_titles_are_the_rankings_of_their_metric():
    step = [0.01, -0.01] * 3
    study = study_of("low", "near", "far")
    table = history_of(study)
    last = table["epoch"] == 5
    for name, ends in (("low", [0.1] * 6), ("near", [0.101 + x for x in step]), ("far", [0.3 + x for x in step])):
        table.loc[last & (table["arm"] == name), "test_error"] = ends
    title, caption = words(error_figure(study, table))
    assert title == rank_arms(study, table, "test_error").sentence()
    assert title == "Mean test error ends lowest with low (10 %), not told apart from near; highest with far (30 %)"
    assert "Not told apart: p is 0.05 or more in a t test of the paired differences" in caption


def test_a_study_whose_arms_are_all_measured_seldom_says_it_once():
    study = study_of("a", "b", epochs=4, evaluate_every=2)
    caption = words(error_figure(study, history_of(study)))[1]
    assert "Measured every 2 epochs (dots)." in caption and "is measured" not in caption


def test_the_epochs_that_the_report_speaks_of_are_shaded():
    """In the panels of two losses and of their differences; the test loss has none, nor errors, nor other networks."""
    study = STUDIES["sweep-init"].build(rounds=3)
    figure = loss_figure(study, history_of(study))
    spans = [[patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches] for axes in panels(figure)]
    assert [[(round(span.x0, 6), round(span.x1, 6)) for span in found] for found in spans] == [[(20, 40)], [(20, 40)], []] * 2
    assert "Shaded: epochs 20 to 40, of which the report speaks." in words(figure)[1]
    for other in (error_figure(study, history_of(study)), loss_figure(TWO, TWO_TABLE)):
        assert "Shaded" not in words(other)[1] and not [patch for axes in panels(other) for patch in axes.patches]
