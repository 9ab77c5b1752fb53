"""How a row of differences is drawn: what lies above what, how large it is, and what is left off."""

from __future__ import annotations

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.figures.paired_differences import SHADE, paired_differences_figure
from experiments.figures.style import COLOURS
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.artists import panels
from tests.experiments.figures.test_paired_differences import EQUAL, GAP, ORDER, dot, interval, shaded, tables


@pytest.fixture(scope="module")
def figure() -> Figure:
    evidence = tables()
    found = paired_differences_figure(judge_all([ORDER, EQUAL, GAP], evidence), evidence)
    assert found is not None
    return found


@pytest.fixture
def row(figure) -> Axes:
    """Of the equality, whose shade has two sides."""
    return panels(figure)[1]


def test_the_shade_lies_below_everything_and_has_no_edge(row):
    (shade,) = row.patches
    assert (shade.get_zorder(), shade.get_linewidth(), to_hex(shade.get_facecolor())) == (0, 0, SHADE.lower())
    assert all(artist.get_zorder() > 0 for artist in [*row.collections, *row.lines, *row.texts])


def test_nought_is_a_thin_line_and_ours_a_dot_on_a_thick_one(row):
    nought, ours = row.lines
    assert (list(nought.get_xdata()), nought.get_linewidth(), nought.get_color()) == ([0, 0], 0.8, "black")
    assert list(nought.get_ydata()) == [0, 1]  # of the panel's height
    assert (list(ours.get_ydata()), ours.get_markersize(), ours.get_color()) == ([0], 6, COLOURS[0])
    (line,) = row.collections
    assert line.get_segments()[0][:, 1].tolist() == [0, 0]
    assert (line.get_linewidth()[0], line.get_alpha(), to_hex(line.get_color()[0])) == (3, 0.6, COLOURS[0].lower())


def test_a_row_reaches_a_little_further_than_what_it_shows(figure):
    for axes in panels(figure):
        shown = [0, *shaded(axes), *interval(axes), dot(axes)]
        low, high = min(shown), max(shown)
        pad = 0.06 * (high - low)
        assert axes.get_xlim() == pytest.approx((low - pad, high + pad)) and axes.get_ylim() == (-1, 1)


def test_a_row_has_numbers_below_its_name_on_the_left_and_its_verdict_on_the_right(row):
    assert list(row.get_yticks()) == [] and not row.spines["left"].get_visible()
    assert {tick.label1.get_fontsize() for tick in row.xaxis.get_major_ticks()} == {7}
    assert 2 <= len(row.get_xticks()) <= 6 + 2  # five steps at most, and one beyond either end
    label = row.yaxis.label
    assert (label.get_rotation(), label.get_ha(), label.get_va(), label.get_fontsize()) == (0, "right", "center", 7.5)
    assert row.yaxis.labelpad == 6
    (verdict,) = row.texts
    assert verdict.get_position() == (1.01, 0.5) and verdict.get_transform() == row.transAxes
    assert (verdict.get_va(), verdict.get_fontsize()) == ("center", 7.5)


def test_a_row_has_its_own_height(figure):
    assert figure.get_size_inches().tolist() == pytest.approx([7.2, 3 * 0.62 + 1.5])
    assert [axes.get_subplotspec().rowspan.start for axes in panels(figure)] == [0, 1, 2]
