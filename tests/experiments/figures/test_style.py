"""How every figure looks."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from experiments.figures.loss_and_error import loss_figure
from experiments.figures.style import (
    COLOURS,
    GREY,
    LABEL_POINTS,
    _spread_out,
    caption,
    contrast,
    data_digest,
    ink,
    label_lines,
    new_figure,
    plain_numbers,
    text_digest,
    title,
    wrap,
)
from tests.experiments.figures.artists import TWO, TWO_TABLE, panels
from tests.experiments.figures.test_curve import ending_at


def test_lines_of_text_break_neither_numbers_from_units_nor_n():
    text = "of tanh-recomputed 95 % here n = 200 rounds (seeds 0 to 199) end in Table 1."
    for width in range(16, 50):
        lines = wrap(text, width).splitlines()
        assert " ".join(lines) == text
        for whole in ("tanh-recomputed", "95 %", "n = 200 rounds", "Table 1", "(seeds 0 to 199)"):
            assert any(whole in line for line in lines)


def test_numbers_on_logarithmic_scales_are_plain():
    figure = loss_figure(TWO, ending_at(0.01))
    axes = panels(figure)[0]
    figure.draw_without_rendering()
    written = [text.get_text() for text in axes.get_yticklabels() if text.get_text()]
    assert {"0.01", "0.02", "0.05", "0.1", "1"} <= set(written)


def positions(ends: list[tuple[float, str, str]], top: float = 10.0) -> tuple[list[str], np.ndarray, float, float]:
    """Names from below, where their middles lie in pixels, the height of a label, and the lower edge of the axes."""
    figure, grid = new_figure()
    axes = grid[0, 0]
    axes.set(xlim=(0, 1), ylim=(0, top))
    label_lines(axes, 1, ends)
    figure.draw_without_rendering()
    middles = sorted((float(axes.transData.transform(text.xy)[1]), text.get_text()) for text in axes.texts)
    step = figure.dpi * LABEL_POINTS / 72
    return [name for _, name in middles], np.array([y for y, _ in middles]), step, float(axes.transData.transform((0, 0))[1])


def test_labels_keep_apart_in_the_order_of_their_lines_and_above_the_axis():
    ends = [(0.01, "low", "k"), (0.0, "lowest", "k"), (5.0, "b", "k"), (5.02, "c", "k"), (4.99, "a", "k"), (5.01, "bc", "k")]
    names, middles, step, floor = positions(ends)
    assert names == ["lowest", "low", "a", "b", "bc", "c"]
    assert np.diff(middles).min() >= step - 3
    assert middles[0] >= floor + step / 2 - 3


def test_labels_of_lines_that_are_apart_stay_at_their_ends():
    names, middles, _, floor = positions([(2.0, "a", "k"), (8.0, "b", "k"), (99.0, "outside", "k")])
    top = floor + (middles[1] - middles[0]) / 6 * 10
    assert names == ["a", "b", "outside"]
    assert middles[2] == pytest.approx(top, abs=4)
    assert positions([])[0] == []


def test_labels_that_would_touch_are_spread_around_their_mean():
    assert _spread_out([10, 10, 10], 5, 0) == [5, 10, 15]
    assert _spread_out([10, 12, 40], 5, 0) == [8.5, 13.5, 40]
    assert _spread_out([0, 0, 30], 5, 2) == [2, 7, 30]
    random = np.random.default_rng(0)
    for _ in range(100):
        wanted = sorted(random.uniform(0, 60, 8))
        placed = _spread_out(wanted, 5, -100)
        assert np.diff(placed).min() >= 5 - 1e-9
        assert np.mean(placed) == pytest.approx(np.mean(wanted))


def test_the_digest_sees_every_number():
    changed = TWO_TABLE.copy()
    changed.loc[17, "test_loss"] *= 1 + 1e-15
    assert len({data_digest(TWO_TABLE), data_digest(changed), data_digest(TWO_TABLE.iloc[:-1])}) == 3
    assert data_digest(TWO_TABLE) == data_digest(TWO_TABLE.copy())


def test_contrast_is_that_of_the_guidelines():
    """WCAG 2.2: black on white has 21, (0.46, 0.46, 0.46) about 4.6, pure green 1.37."""
    assert contrast((0, 0, 0)) == pytest.approx(21) and contrast((1, 1, 1)) == pytest.approx(1)
    assert contrast((0, 1, 0)) == pytest.approx(1.05 / (0.7152 + 0.05))
    assert contrast((1, 0, 0)) == pytest.approx(1.05 / (0.2126 + 0.05))
    assert contrast((0.03, 0.03, 0.03)) == pytest.approx(1.05 / (0.03 / 12.92 + 0.05))


@pytest.mark.parametrize("colour", [*COLOURS, GREY])
def test_text_is_dark_in_any_colour(colour):
    found = to_rgb(ink(colour))
    assert contrast(found) > 4.45 and (contrast(found) < 4.7 or ink(colour) == colour.lower())
    scale = np.array(found)[np.argmax(to_rgb(colour))] / max(to_rgb(colour)) if max(to_rgb(colour)) else 1
    np.testing.assert_allclose(found, scale * np.array(to_rgb(colour)), atol=0.005)
    assert scale <= 1


def test_labels_are_in_ink():
    _, grid = new_figure()
    label_lines(grid[0, 0], 1, [(0.5, "a", "#E69F00")])
    assert to_hex(grid[0, 0].texts[0].get_color()) == ink("#E69F00") != "#e69f00"


def test_long_axes_have_ones_twos_and_fives():
    figure, grid = new_figure(8, 6)
    axes = grid[0, 0]
    axes.set(xscale="log", yscale="log", xlim=(0.1, 10), ylim=(1, 100))
    plain_numbers(axes)
    figure.draw_without_rendering()
    for axis in (axes.xaxis, axes.yaxis):
        assert {"1", "2", "5", "10"} <= {text.get_text() for text in axis.get_ticklabels()}
    axes.set(xlim=(1e-9, 1e9))
    plain_numbers(axes)
    figure.draw_without_rendering()
    assert "2" not in {text.get_text() for text in axes.get_xticklabels()}


def test_titles_and_captions_are_wrapped_to_the_width():
    for width in (5, 10):
        figure, _ = new_figure(width)
        text = "word " * 80
        title(figure, text)
        caption(figure, text)
        for shown, letters in ((figure.get_suptitle(), 11), (figure.get_supxlabel(), 17)):
            longest = max(map(len, shown.splitlines()))
            assert letters * width - 5 <= longest <= letters * width


def test_digests_are_sixteen_digits_of_sha256():
    assert text_digest("abc") == "ba7816bf8f01cfea"
