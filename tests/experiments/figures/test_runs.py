"""Histograms of single runs: how much higher the test error is, and how often a loss does not fall."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.figures.runs import MAX_BARS, bar_edges, gap_figure, published_gaps, rises_figure
from tests.experiments.figures.artists import declared, panels, stars, words

FENG = declared("train", 4)


def table_of(arm: str, columns: dict[str, list[list[float]]]) -> pd.DataFrame:
    """A history of runs, each a list of values by epoch; a split's column is missing where it is not given."""
    runs = len(next(iter(columns.values())))
    rows = []
    for seed in range(runs):
        for epoch in range(len(next(iter(columns.values()))[seed])):
            rows.append({"arm": arm, "seed": seed, "epoch": epoch, **{name: v[seed][epoch] for name, v in columns.items()}})
    return pd.DataFrame(rows)


def errors_of(train: list[float], test: list[float]) -> pd.DataFrame:
    """Final errors in percent, as a history of two epochs."""
    two = {"train_error": [[0.5, error / 100] for error in train], "test_error": [[0.5, error / 100] for error in test]}
    return table_of("train", two)


def bars(figure) -> list[tuple[float, float, float]]:
    """Left edge, width and height of every bar that is not empty."""
    found = [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in panels(figure)[0].patches]
    return [(round(x, 6), round(width, 6), height) for x, width, height in found if height]


def middle_of(figure) -> float:
    """Where the blue line is."""
    return next(line.get_xdata()[0] for line in panels(figure)[0].get_lines() if line.get_color() == "#0072B2")


def test_the_gap_of_each_run():
    figure = gap_figure(FENG, errors_of([5.0, 5.0, 4.0, 6.0], [6.0, 5.0, 6.0, 5.0]))
    assert bars(figure) == [(-1.5, 1, 1), (-0.5, 1, 1), (0.5, 1, 1), (1.5, 1, 1)]
    assert middle_of(figure) == pytest.approx(0.5)
    title, caption = words(figure)
    # Two of four are above 0 and one is 0, which counts half.
    assert title == "The test error is above the training error in 62 % of runs, by 0.50 points on average"
    assert caption == (
        "Grey: runs; blue: their mean. Star: the difference of the published errors, 0.70 in Table I. Equal errors count half. "
        "n = 4 rounds (seeds 0 to 3)."
    )
    ((x, _, _),) = stars(panels(figure)[0])
    assert x == pytest.approx(8.73 - 8.03)


def test_without_ties_or_published_errors_the_caption_does_not_speak_of_them():
    other = declared("train", 4, lr=0.05)
    figure = gap_figure(other, errors_of([5.0, 5.0, 4.0, float("nan")], [6.0, 7.0, 6.0, 5.0]))
    assert published_gaps(other, other.arms[0]) == []
    title, caption = words(figure)
    assert title == "The test error is above the training error in 100 % of runs, by 1.67 points on average"
    assert caption == ("Grey: runs; blue: their mean. n = 4 rounds (seeds 0 to 3). 1 diverged and are left out from there.")


def test_the_epochs_at_which_a_loss_does_not_fall():
    losses = [[5, 4, 3, 2, 1.0], [5, 4, 4, 5, 1.0], [5, 6, 7, 8, 9.0], [5, 4, 3, 2, 2.0]]
    figure = rises_figure(FENG, table_of("train", {"train_loss": losses}))
    assert bars(figure) == [(-0.5, 1, 1), (0.5, 1, 1), (1.5, 1, 1), (3.5, 1, 1)]
    assert middle_of(figure) == 1.5
    title, caption = words(figure)
    assert (
        title == "The training loss falls at every epoch in 25 % of runs; half of them have 2 or more epochs where it does not"
    )
    assert caption == "Grey: runs; blue: their median. n = 4 rounds (seeds 0 to 3)."
    assert panels(figure)[0].get_xlabel() == "epochs, of 4, at which the training loss does not fall"


def test_a_share_below_a_hundredth_has_a_digit_more():
    losses = [[2.0, 1.0]] + 249 * [[1.0, 2.0]]
    title, _ = words(rises_figure(declared("train", 250), table_of("train", {"train_loss": losses})))
    assert title.startswith("The training loss falls at every epoch in 0.4 % of runs")


def test_diverged_runs_are_left_out():
    losses = [[5, 4.0], [5, float("nan")]]
    _, caption = words(rises_figure(declared("train", 2), table_of("train", {"train_loss": losses})))
    assert caption.endswith("n = 2 rounds (seeds 0 to 1). 1 diverged and are left out from there.")
    every = rises_figure(declared("train", 1), table_of("train", {"train_loss": losses[1:]}))
    assert words(every)[0] == "Every run diverged"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-400, 400), min_size=1, max_size=50), st.sampled_from([0.1, 1.0]))
def test_every_bar_holds_as_many_possible_values(whole, step):
    values = step * np.array(whole)
    edges = bar_edges(values)
    width = np.diff(edges)
    assert len(width) <= MAX_BARS + 1
    assert np.allclose(width, width[0])
    assert edges[0] < values.min() <= values.max() < edges[-1] + 1e-9
