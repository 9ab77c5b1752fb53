"""How far the data set moves an error, beside how far the initialisation does."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from experiments.config.study import Study
from experiments.figures.spread import spread_figure
from experiments.statistics.variance import spreads
from tests.experiments.figures.artists import declared, panels, stars, words
from tests.experiments.madeup import diverge, history_of, study_of

TABLE = declared("sweep-activations", 60)
SHARED = dataclasses.replace(TABLE, arms=(TABLE.arms[0], TABLE.arms[-1]))
LAST = TABLE.arms[0].config.epochs


def ends_of(study: Study) -> pd.DataFrame:
    """The last epoch of a made-up history: all that the figure shows."""
    short = tuple(dataclasses.replace(arm, config=arm.config.replace(epochs=1)) for arm in study.arms)
    table = history_of(dataclasses.replace(study, arms=short))
    return table.assign(epoch=table["epoch"] * LAST)


def errors_of(study: Study, by_arm: dict[str, np.ndarray], epoch: int = LAST) -> pd.DataFrame:
    """A history whose final test errors, in percent, are these."""
    table = ends_of(study)
    for arm, errors in by_arm.items():
        rows = (table["arm"] == arm) & (table["epoch"] == epoch)
        table.loc[rows, "test_error"] = errors / 100
    return table


@pytest.fixture(scope="module")
def errors():
    random = np.random.default_rng(1)
    data_sets = np.repeat(random.normal(0, 1, 4), 15)
    return {
        "relu-normal": 2 + data_sets + random.normal(0, 0.1, 60),
        "sigmoid-uniform": 50 + 0.01 * data_sets + random.normal(0, 1, 60),
    }


def test_a_panel_shows_data_sets_and_runs_around_them(errors):
    figure = spread_figure(SHARED, errors_of(SHARED, errors))
    axes = panels(figure)[0]
    ticks = [np.array(line.get_xdata()) for line in axes.get_lines() if line.get_marker() == "|"]
    values = errors["relu-normal"]
    means = values.reshape(4, 15).mean(1)
    assert np.sort(ticks[0]) == pytest.approx(np.sort(means))
    assert ticks[1] == pytest.approx(values - np.repeat(means, 15) + values.mean())
    found = spreads(values, np.arange(60) // 15)
    assert [text.get_text() for text in axes.texts] == [f"± {found.between:.2f}", f"± {found.within:.2f}"]
    bars = [line for line in axes.get_lines() if line.get_linewidth() == 3]
    assert [np.ptp(bar.get_xdata()) for bar in bars] == pytest.approx([2 * found.between, 2 * found.within])


def test_the_published_mean_stands_with_its_deviation(errors):
    axes = panels(spread_figure(SHARED, errors_of(SHARED, errors)))[0]
    assert [star[0] for star in stars(axes)] == [1.95]
    (bar,) = axes.containers
    assert bar.lines[2][0].get_segments()[0][:, 0] == pytest.approx([1.95 - 0.28, 1.95 + 0.28])


def test_the_title_counts_the_arms_that_the_data_set_moves_more(errors):
    title, caption = words(spread_figure(SHARED, errors_of(SHARED, errors)))
    assert title.startswith("The data set moves the test error more than the initialisation does in 1 of 2 arms: ")
    assert "n = 60 rounds" in caption and "Star: the published mean" in caption


def test_one_data_set_shows_the_runs_and_their_deviation():
    study = declared("sweep-activations", 15)
    table = ends_of(study)
    figure = spread_figure(study, table)
    found = {}
    for axes, arm in zip(panels(figure), study.arms, strict=True):
        errors = 100 * table[(table["arm"] == arm.name) & (table["epoch"] == LAST)]["test_error"].to_numpy()
        found[arm.name] = errors.std(ddof=1)
        (runs,) = [line for line in axes.get_lines() if line.get_markersize() == 13]
        np.testing.assert_allclose(np.sort(runs.get_xdata()), np.sort(errors))
        assert [text.get_text() for text in axes.texts] == [f"± {found[arm.name]:.2f}"]
        assert [text.get_text() for text in axes.get_yticklabels()] == ["initial-\nisation"]
        assert len(stars(axes)) == 1
    title, caption = words(figure)
    low, high = min(found.values()), max(found.values())
    assert (
        title == f"One data set shows only how far the initialisation moves the test error: ± {low:.2f} to ± {high:.2f} points"
    )
    assert "Every run on the one data set." in caption and "Upper row" not in caption


def test_runs_with_a_data_set_each_cannot_be_told_from_them():
    study = study_of("a", rounds=6)
    title, _ = words(spread_figure(study, history_of(study)))
    assert title == "Where every run has a data set of its own, nobody can say which of the two moves the test error"


def test_an_arm_with_one_run_left_leaves_the_others_their_finding():
    study = study_of("a", "b", rounds=4, seeds_per_data_set=2)
    table = history_of(study)
    for seed in study.seeds[1:]:
        table = diverge(table, "b", seed, 1)
    assert words(spread_figure(study, table))[0].startswith("The data set moves the test error more than")


def test_arms_that_diverged_have_no_axes():
    study = study_of("a", "b", rounds=4, seeds_per_data_set=2)
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, "b", seed, 1)
    figure = spread_figure(study, table)
    assert [axes.get_title() for axes in figure.axes] == ["a", "b: every trial diverged"]
    assert [axes.axison for axes in figure.axes] == [True, False]
    for seed in study.seeds:
        table = diverge(table, "a", seed, 1)
    assert words(spread_figure(study, table))[0] == "Every trial diverged"


def test_the_title_has_the_median_of_the_ratios():
    """Arms whose data sets move the error 10, 2 and 0.5 times as much: 2 is in the middle, two of three are above 1."""
    study = study_of("a", "b", "c", rounds=8, seeds_per_data_set=2)
    table = history_of(study)
    ratios = []
    for arm, step in (("a", 10.0), ("b", 2.0), ("c", 0.5)):
        values = np.repeat(step * np.array([-1, 1, -1, 1]), 2) + np.tile([-1.0, 1.0], 4) + 50
        table.loc[(table["arm"] == arm) & (table["epoch"] == 5), "test_error"] = values / 100
        found = spreads(values, np.arange(8) // 2)
        ratios.append(found.between / found.within)
    assert ratios[2] < 1 < ratios[1] < ratios[0] and math.isfinite(ratios[0])
    expected = f"in 2 of 3 arms: {ratios[1]:.1f} times as much, the median of the arms"
    assert words(spread_figure(study, table))[0].endswith(expected)


@pytest.mark.parametrize(
    ("arms", "grid", "inches"), [("ab", (1, 2), (6, 2.65)), ("abc", (1, 3), (9, 2.65)), ("abcd", (2, 3), (9, 4.4))]
)
def test_arms_have_a_panel_each_three_in_a_row_and_none_is_left_over(arms, grid, inches):
    study = study_of(*arms, rounds=4, seeds_per_data_set=2)
    figure = spread_figure(study, history_of(study))
    assert figure.axes[0].get_subplotspec().get_gridspec().get_geometry() == grid
    assert figure.get_size_inches() == pytest.approx(inches)
    assert [axes.get_title() for axes in panels(figure)] == list(arms)


def test_one_run_has_no_deviation():
    study = study_of("a", rounds=1, seeds_per_data_set=2)
    figure = spread_figure(study, history_of(study))
    assert not panels(figure)[0].texts and not panels(figure)[0].get_lines()
    assert words(figure)[0].startswith("Where every run has a data set of its own, nobody can say")
