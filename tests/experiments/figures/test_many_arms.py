"""More arms than lines: over rates, and beside the first arm."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex

from experiments.analysis.ranking import rank_arms
from experiments.config.study import Arm
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.many_arms import lines_of_rates
from experiments.figures.style import COLOURS, ink
from experiments.statistics.bootstrap import interval_of_mean
from experiments.statistics.times import median_of
from tests.experiments.figures.artists import labels, panels, values, words
from tests.experiments.madeup import CONFIG, diverge, history_of, study_of

NAMES = ("none", "0.1-first", "0.1-last", "0.2-first", "0.2-last", "0.5-first", "0.5-last")
MANY = study_of(*NAMES, rounds=8)
MANY_TABLE = history_of(MANY)
GRID = study_of(
    *(f"{act}-{init}-{rate}" for act in ("relu", "tanh") for init in ("x", "y") for rate in ("0.1", "1e-3", "0.01"))
)
GRID_TABLE = history_of(GRID)


@pytest.mark.parametrize(("draw", "quantity", "scale"), [(error_figure, "error", 100), (loss_figure, "loss", 1)])
def test_a_row_an_arm_shows_how_far_it_ends_from_the_first(draw, quantity, scale):
    figure = draw(MANY, MANY_TABLE)
    (axes,) = panels(figure)
    dots = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    bars = [segment for found in axes.collections for segment in found.get_segments()]
    for index, split in enumerate(("train", "test")):
        metric = f"{split}_{quantity}"
        first = scale * values(MANY_TABLE, "none", metric)[:, -1]
        ranking = rank_arms(MANY, MANY_TABLE, metric)
        for row, name in enumerate(NAMES[1:]):
            differences = scale * values(MANY_TABLE, name, metric)[:, -1] - first
            dot, bar = dots[6 * index + row], bars[6 * index + row]
            height = row + (-0.2, 0.2)[index]
            np.testing.assert_allclose(dot.get_xydata(), [(differences.mean(), height)])
            low, high = interval_of_mean(differences)
            np.testing.assert_allclose(bar, [(low, height), (high, height)])
            assert to_hex(dot.get_color()) == COLOURS[index].lower()
            clear = ranking.verdict(name, "none") in ("lower", "higher")
            assert to_hex(dot.get_markerfacecolor()) == (COLOURS[index].lower() if clear else "#ffffff")
    assert [text.get_text() for text in axes.get_yticklabels()] == list(NAMES[1:])
    assert axes.get_ylim() == (5.5, -0.5)
    unit = "points" if scale == 100 else "mean squared error"
    assert axes.get_xlabel() == f"{quantity} after the last epoch minus that of none ({unit})"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["training", "test"]
    title, caption = words(figure)
    assert title == rank_arms(MANY, MANY_TABLE, f"test_{quantity}").sentence()
    assert "the mean difference from none, paired by seed" in caption and "n = 8 rounds (seeds 0 to 7)." in caption


def test_some_arms_are_told_apart_and_some_are_not():
    table = MANY_TABLE.copy()
    last = (table["epoch"] == 5) & (table["arm"] == "0.5-last")
    table.loc[last, "test_error"] = 0.9 + 0.001 * table.loc[last, "seed"]
    (axes,) = panels(error_figure(MANY, table))
    dots = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    filled = [to_hex(dot.get_markerfacecolor()) != "#ffffff" for dot in dots]
    assert filled[-1] and sum(filled) == 1


def test_the_caption_names_the_test_that_fills_dots_once():
    """Also where the title tells the best arm from all others, and has no need of it."""
    table = MANY_TABLE.copy()
    table["test_error"] += 0.5
    last = (table["epoch"] == 5) & (table["arm"] == "0.5-last")
    table.loc[last, "test_error"] = 0.01 + 0.0001 * table.loc[last, "seed"]
    title, caption = words(error_figure(MANY, table))
    test = "a t test of the paired differences, adjusted for all pairs of arms"
    assert "not told apart" not in title and title.startswith("Mean test error ends lowest with 0.5-last")
    assert f"filled: told apart from none, p below 0.05 in {test}, hollow: not told apart." in caption
    assert words(error_figure(MANY, MANY_TABLE))[1].count(test) == caption.count(test) == 1


def test_lines_part_the_groups_and_mark_nothing():
    (axes,) = panels(error_figure(MANY, MANY_TABLE))
    across = [list(line.get_ydata()) for line in axes.get_lines() if list(line.get_xdata()) == [0, 1]]
    assert across == [[1.5, 1.5], [3.5, 3.5]]
    zero = [line for line in axes.get_lines() if list(line.get_ydata()) == [0, 1]]
    assert [list(line.get_xdata()) for line in zero] == [[0, 0]]


def test_losses_that_go_astray_are_compared_by_medians():
    table = MANY_TABLE.copy()
    rows = (table["arm"] == "0.1-first") & (table["seed"] == 3) & (table["epoch"] > 2)
    table.loc[rows, ["train_loss", "test_loss"]] = 1e9
    figure = loss_figure(MANY, table)
    dots = [line for line in panels(figure)[0].get_lines() if len(line.get_xdata()) == 1]
    differences = values(table, "0.1-first", "train_loss")[:, -1] - values(table, "none", "train_loss")[:, -1]
    assert dots[0].get_xdata()[0] == pytest.approx(np.median(differences))
    bars = [segment for found in panels(figure)[0].collections for segment in found.get_segments()]
    assert bars[0][1][0] == pytest.approx(median_of(differences).high)
    assert "the median difference" in words(figure)[1] and "median test loss" in words(figure)[0].lower()


def test_arms_of_rates_are_lines_over_rates():
    figure = error_figure(GRID, GRID_TABLE)
    for axes, split in zip(panels(figure), ("train", "test"), strict=True):
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        assert axes.get_xlabel() == "learning rate, as the arms are named, logarithmic"
        assert axes.get_ylabel() == f"{'training' if split == 'train' else 'test'} error (% of points), logarithmic"
        lines = axes.get_lines()
        for line, (name, (hue, dash)) in zip(lines, looks().items(), strict=True):
            finals = [100 * values(GRID_TABLE, f"{name}-{rate}", f"{split}_error")[:, -1] for rate in ("1e-3", "0.01", "0.1")]
            np.testing.assert_allclose(line.get_data(), ([0.001, 0.01, 0.1], [found.mean() for found in finals]))
            assert (to_hex(line.get_color()), line.get_linestyle()) == (hue.lower(), dash)
        bars = [found.get_segments() for found in axes.collections]
        expected = np.array([interval_of_mean(found) for found in finals])
        np.testing.assert_allclose([[low[1], high[1]] for low, high in bars[-1]], expected)
        assert labels(axes) == {name: ink(hue) for name, (hue, _) in looks().items()}
        assert {text.xy[0] for text in axes.texts} == {0.1}
        figure.draw_without_rendering()
        assert [text.get_text() for text in axes.get_xticklabels()] == ["0.001", "0.01", "0.1"]
    title, caption = words(figure)
    assert title == rank_arms(GRID, GRID_TABLE, "test_error").sentence()
    assert "Dots: the mean error after the last epoch, bars: its 95 % interval. Unbroken: x; dashed: y." in caption


def looks() -> dict[str, tuple[str, str]]:
    return {
        f"{act}-{init}": (COLOURS[hue], dash)
        for hue, act in enumerate(("relu", "tanh"))
        for init, dash in (("x", "-"), ("y", "--"))
    }


def test_arms_are_lines_only_where_each_network_has_three_rates():
    assert list(lines_of_rates(GRID.arms)) == ["relu-x", "relu-y", "tanh-x", "tanh-y"]
    assert list(lines_of_rates(GRID.arms)["relu-x"]) == [0.1, 0.001, 0.01]
    assert lines_of_rates(GRID.arms[:-1]) == {}
    assert lines_of_rates([*GRID.arms, Arm("none", CONFIG)]) == {}
    assert lines_of_rates(MANY.arms) == {}


def test_many_arms_that_diverged_leave_the_others():
    table = MANY_TABLE
    for seed in MANY.seeds:
        table = diverge(table, "0.2-last", seed, 2)
    figure = error_figure(MANY, table)
    assert "0.2-last diverged" in words(figure)[1] and "0.2-last" not in words(figure)[0]
    grid = GRID_TABLE
    for seed in GRID.seeds:
        grid = diverge(grid, "tanh-y-0.1", seed, 2)
    assert set(labels(panels(error_figure(GRID, grid))[0])) == {"relu-x", "relu-y", "tanh-x"}


def test_many_losses_of_different_kinds_are_not_ranked():
    arms = (*MANY.arms[:-1], Arm(NAMES[-1], CONFIG.replace(loss="cross-entropy")))
    figure = loss_figure(dataclasses.replace(MANY, arms=arms), MANY_TABLE)
    assert words(figure)[0].startswith("Losses of different kinds")


def test_seeds_that_share_data_sets_are_named():
    study = study_of(*NAMES, rounds=8, seeds_per_data_set=2)
    expected = "An interval is the 95 % bootstrap interval of the mean, resampled by whole data sets of 2 rounds."
    assert expected in words(error_figure(study, history_of(study)))[1]
    assert "resampled" not in words(error_figure(MANY, MANY_TABLE))[1]


@pytest.mark.parametrize(
    ("settings", "metrics", "heights"),
    [
        ({"test_size": 0}, ["train_error"], [0]),
        ({}, ["train_error", "test_error"], [-0.2, 0.2]),
        ({"validation_size": 9}, ["train_error", "validation_error", "test_error"], [-0.2, 0, 0.2]),
    ],
)
def test_the_splits_of_a_row_lie_around_its_height_and_the_last_one_ranks(settings, metrics, heights):
    study = study_of(*NAMES, **settings)
    table = history_of(study)
    figure = error_figure(study, table)
    dots = [line.get_ydata()[0] for line in panels(figure)[0].get_lines() if len(line.get_xdata()) == 1]
    assert dots == pytest.approx([row + height for height in heights for row in range(6)])
    assert words(figure)[0] == rank_arms(study, table, metrics[-1]).sentence()
    assert figure.get_figheight() == pytest.approx(1.7 + 0.24 * 6 * len(metrics) / 1.4)
