"""Whose luck an error is: bars and intervals against the table that they show."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.figures.luck import luck_figure
from experiments.figures.style import COLOURS, GREY

NAN = math.nan


def shares(*rows: tuple) -> pd.DataFrame:
    """A table of shares as `workflows.luck` has it, of rows (source, alone, low, high, together)."""
    columns = ["source", "alone", "low", "high", "together"]
    return pd.DataFrame(rows, columns=columns).assign(together_low=NAN, together_high=NAN)


TABLE = shares(
    ("data", 0.5, 0.4, 0.6, 0.55),
    ("init", 0.2, 0.1, 0.41, 0.3),
    ("order", 0.1, 0.05, 0.39, 0.15),
    ("interactions", 0.05, 0.0, 0.1, NAN),
    ("test set", 0.15, 0.12, 0.18, NAN),
)


def drawn(table: pd.DataFrame = TABLE, inside: bool = False) -> Figure:
    return luck_figure(table, 0.0123, 100, inside)


def bars(figure: Figure) -> list[tuple[float, float, str, float | None]]:
    """Middle, length in percent, colour and paleness of each bar, in the order in which they are drawn."""
    found = []
    for patch in figure.axes[0].patches:
        colour = to_hex(patch.get_facecolor() if patch.get_fill() else patch.get_edgecolor())
        found.append((patch.get_y() + patch.get_height() / 2, round(patch.get_width(), 6), colour, patch.get_alpha()))
    return found


def test_a_source_has_a_dark_bar_of_its_own_share_over_a_pale_one_of_what_it_does_with_others():
    blue, grey = to_hex(COLOURS[0]), to_hex(GREY)
    assert bars(drawn()) == [
        (0, 55, blue, 0.35),
        (0, 50, blue, None),
        (1, 30, blue, 0.35),
        (1, 20, blue, None),
        (2, 15, blue, 0.35),
        (2, 10, blue, None),
        (3, 5, grey, None),
        (4, 15, grey, None),
    ]


def test_lines_are_the_intervals_and_numbers_stand_beside_the_bars():
    axes = drawn().axes[0]
    ends = [collection.get_segments()[0].round(6).tolist() for collection in axes.collections]
    assert ends == [[[100 * row.low, height], [100 * row.high, height]] for height, row in enumerate(TABLE.itertuples())]
    assert [(text.get_text(), text.get_position()) for text in axes.texts] == [
        (f"{percent} %", (1.01, height)) for height, percent in enumerate((50, 20, 10, 5, 15))
    ]
    # The first source is the highest bar.
    assert axes.get_ylim() == (4.5, -0.5) and axes.get_xlim() == (0, 100)
    assert axes.get_xlabel() == "share of the variance of the final test error, %"
    named = ["data set", "initial weights", "order of samples", "interactions", "finite test set"]
    assert list(axes.get_yticks()) == [0, 1, 2, 3, 4] and [text.get_text() for text in axes.get_yticklabels()] == named


def test_a_test_set_within_the_other_bars_is_hatched():
    hatched = [patch.get_hatch() for patch in drawn(inside=True).axes[0].patches]
    assert hatched == [None] * 7 + ["///"] and bars(drawn(inside=True)) == bars(drawn())
    assert not any(patch.get_hatch() for patch in drawn().axes[0].patches)
    assert all(patch.get_fill() for patch in drawn().axes[0].patches)
    assert not drawn(inside=True).axes[0].patches[-1].get_fill()


def test_a_row_has_its_own_height():
    assert [drawn(TABLE[:rows]).get_size_inches().tolist() for rows in (2, 5)] == [[7.2, 2.82], [7.2, 4.2]]
