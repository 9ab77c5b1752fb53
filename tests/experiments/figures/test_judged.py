"""What the figure of judged arms shows: differences, intervals, the margin, and the verdicts in words."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.judging import judge_table
from experiments.figures.judged import COLOUR_OF, judged_figure

NOISE = np.array([0.3, -0.2, 0.1, -0.4, 0.25, -0.05, 0.0, 0.0])


def judged(margin=None, higher=False, runs=8):
    arms = {"old": 9 + 0 * NOISE, "new": 7 + NOISE, "same": 9 + NOISE, "bad": 10 + NOISE}
    parts = [pd.DataFrame({"arm": arm, "seed": range(runs), "acc": values[:runs]}) for arm, values in arms.items()]
    return judge_table(pd.concat(parts, ignore_index=True), "acc", margin=margin, higher_is_better=higher)


def test_a_row_an_arm_with_its_difference_and_interval():
    table = judged(margin=0.6)
    figure = judged_figure(table)
    (axes,) = figure.axes
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(table["difference"].tolist())
    assert [dot.get_color() for dot in dots] == [COLOUR_OF[word] for word in ("better", "equal", "worse")]
    spans = [collection.get_segments()[0][:, 0].tolist() for collection in axes.collections]
    assert spans == [pytest.approx([row.low, row.high]) for row in table.itertuples()]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["new", "same", "bad"]
    assert [text.get_text() for text in axes.texts] == ["better", "equal", "worse"]
    low, high = axes.get_xlim()
    assert low < table["low"].min() and high > table["high"].max()


def test_the_margin_is_shaded_where_there_is_one():
    (patch,) = judged_figure(judged(margin=0.6)).axes[0].patches
    assert (patch.get_x(), patch.get_width()) == pytest.approx((-0.6, 1.2))
    assert not judged_figure(judged()).axes[0].patches


def test_title_and_caption_say_what_is_seen():
    figure = judged_figure(judged(margin=0.6))
    assert figure.get_suptitle().replace("\n", " ") == "In acc, compared with old, new: better; bad: worse; same: equal"
    caption = figure.get_supxlabel().replace("\n", " ")
    assert "hold together for 3 arms (Bonferroni), by paired t, n = 8 pairs. Shaded: differences of less than 0.6." in caption
    assert figure.axes[0].get_xlabel() == "acc, difference from old (better to the left)"
    assert "better to the right" in judged_figure(judged(higher=True)).axes[0].get_xlabel()


def test_an_arm_without_an_interval_still_has_its_row():
    table = judged(runs=1)
    figure = judged_figure(table)
    assert [text.get_text() for text in figure.axes[0].texts] == ["too few"] * 3
    assert all(np.isfinite(figure.axes[0].get_xlim()))
