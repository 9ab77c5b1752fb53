"""Whose luck the test error is: the bars, and the one that the title names."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.config.luck_design import INTERACTIONS, TEST_SET
from experiments.figures.luck import luck_figure
from tests.experiments.figures.artists import words


def shares(**alone: float) -> pd.DataFrame:
    """A table as the command writes it: intervals of 5 points to either side, and twice as much with others."""
    rows = [(name.replace("_", " "), share, share - 0.05, share + 0.05, min(1.0, 2 * share)) for name, share in alone.items()]
    table = pd.DataFrame(rows, columns=["source", "alone", "low", "high", "together"])
    table.loc[table["source"].isin([INTERACTIONS, TEST_SET]), "together"] = float("nan")
    return table


LEAST = shares(data=0.29, init=0.01, interactions=0.04, test_set=0.66)


def test_the_title_names_the_longest_bar_whosever_it_is():
    """Of a network that errs little the finite test set owns most: no other source is the largest part then."""
    assert words(luck_figure(LEAST, 0.0036, 100, False))[0] == (
        "The largest part of the luck is that of the finite test set: 66 % of the variance (61 to 71 %)"
    )
    table = shares(data=0.1, init=0.44, interactions=0.4, test_set=0.06)
    assert words(luck_figure(table, 0.01, 100, False))[0].endswith(
        "that of the initial weights: 44 % of the variance (39 to 49 %); interactions may own as much"
    )


def test_a_test_set_inside_the_other_bars_is_not_the_largest():
    assert "that of the data set: 29 %" in words(luck_figure(LEAST, 0.0036, 100, True))[0]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (False, "The true error p is integrated over the square; the part of a test set of n points is p (1 - p) / n."),
        (True, "Hatched: a part of the bars above it, p (1 - p) / n of a measured error p on n test points."),
    ],
)
def test_the_caption_says_what_p_and_n_are(inside, said):
    caption = words(luck_figure(LEAST, 0.0036, 100, inside))[1]
    assert said in caption and caption.endswith("Standard deviation of the test error: 0.36 points.")
