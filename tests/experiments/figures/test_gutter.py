"""Published numbers beside the last epoch."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from experiments.figures.gutter import (
    SHADE,
    STAR_POINTS,
    Star,
    draw_gutter,
    find_stars,
    gutter_points,
    short_place,
    star_caption,
)
from experiments.figures.loss_and_error import error_figure
from experiments.figures.style import COLOURS, ink, new_figure
from tests.experiments.figures.artists import declared, labels, panels, stars, words
from tests.experiments.madeup import history_of


def middle_of_star(axes: Axes, line) -> np.ndarray:
    """Pixels."""
    return line.get_transform().transform(np.column_stack(line.get_data()))[0]


def test_no_star_hides_another():
    study = declared("sweep-activations", 15)
    figure = error_figure(study, history_of(study))
    for axes in panels(figure):
        found = [line for line in axes.get_lines() if line.get_marker() == "*"]
        middles = np.array([middle_of_star(axes, line) for line in found])
        apart = np.linalg.norm(middles[:, None] - middles, axis=-1)[np.triu_indices(6, 1)]
        assert len(found) == 6 and apart.min() >= STAR_POINTS * axes.figure.dpi / 72 - 1e-6


def gutter_of(*heights: float) -> tuple[Axes, Rectangle, list]:
    """Axes of 0 to 10 with stars at these heights, the strip, and the stars' lines."""
    figure, grid = new_figure()
    axes = grid[0, 0]
    axes.set(xlim=(0, 5), ylim=(0, 10))
    draw_gutter(axes, [Star(height, "a", "Table", COLOURS[0]) for height in heights])
    figure.canvas.draw()
    strips = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return axes, strips[0] if strips else None, [line for line in axes.get_lines() if line.get_marker() == "*"]


def test_stars_stand_in_a_strip_right_of_the_axes_at_their_heights():
    axes, strip, (line,) = gutter_of(4.0)
    scale = axes.figure.dpi / 72
    right = axes.transData.transform((5, 4))
    middle = middle_of_star(axes, line)
    assert middle[1] == pytest.approx(right[1]) and middle[0] - right[0] == pytest.approx((3 + STAR_POINTS / 2) * scale)
    box = strip.get_window_extent()
    assert (box.x0, box.width) == pytest.approx((right[0], (6 + STAR_POINTS) * scale))
    assert (box.y0, box.y1) == pytest.approx(tuple(axes.transAxes.transform([(0, 0), (0, 1)])[:, 1]))
    assert to_hex(strip.get_facecolor()) == SHADE.lower() and not strip.get_clip_on() and strip.get_zorder() < line.get_zorder()
    heading = axes.texts[0]
    assert heading.get_text() == "published" and heading.get_window_extent().y0 > box.y1
    assert heading.get_window_extent().x0 + heading.get_window_extent().width / 2 == pytest.approx(
        box.x0 + box.width / 2, abs=2
    )


def test_stars_that_would_touch_stand_side_by_side():
    axes, strip, lines = gutter_of(4.0, 4.1, 8.0)
    x = [middle_of_star(axes, line)[0] for line in lines]
    step = STAR_POINTS * axes.figure.dpi / 72
    assert x[1] - x[0] == pytest.approx(step) and x[2] == pytest.approx(x[0])
    assert strip.get_window_extent().width == pytest.approx((6 + 2 * STAR_POINTS) * axes.figure.dpi / 72)


def test_without_stars_there_is_no_strip():
    axes, strip, lines = gutter_of()
    assert strip is None and not lines and not axes.texts and gutter_points(axes, []) == 0


def test_stars_have_the_number_the_place_and_the_colour():
    study = declared("train", 1)
    assert find_stars(study, study.arms[0], "test_error", "test", "red") == [
        Star(4.0, "test", "Figure 2", "red"),
        Star(8.73, "test", "Table I", "red"),
    ]
    assert find_stars(study, study.arms[0], "test_loss", "test", "red") == []


def test_names_of_stars_stand_among_those_of_lines():
    study = declared("train", 3)
    figure = error_figure(study, history_of(study))
    (axes,) = panels(figure)
    names = labels(axes)
    assert names["★ training 8.03"] == ink(COLOURS[0]) and names["★ test 4"] == names["★ test 8.73"] == ink(COLOURS[1])
    gaps = {text.get_text(): text.xyann[0] for text in axes.texts if text.get_text() != "published"}
    drawn = [Star(value, "", "", "") for _, value, _ in stars(axes)]
    assert set(gaps.values()) == {gutter_points(axes, drawn) + 5}
    expected = "Stars: the values published for the last epoch, training 8.03 and test 8.73 in Table I and test 4 in Figure 2."
    assert expected in words(figure)[1]


def test_the_caption_names_a_single_place_once():
    assert star_caption([]) == ""
    two = [Star(1.0, "a", "Table 1", ""), Star(2.0, "b", "Table 1", "")]
    assert star_caption(two) == " Stars: the values published in Table 1 for the last epoch."


@pytest.mark.parametrize(
    ("place", "short"),
    [
        ("Section III-A, on Figure 2", "Figure 2"),
        ("Table I, row Ours", "Table I"),
        ("Section III, last paragraph", "Section III"),
    ],
)
def test_places_are_short(place, short):
    assert short_place(place) == short
