"""The loss of every batch."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from experiments.config.study import Arm, Study
from experiments.figures.iterations import steps_figure
from experiments.figures.style import COLOURS, GREY
from tests.experiments.figures.artists import panels, words
from tests.experiments.figures.trained import median_seed, stored
from tests.experiments.madeup import CONFIG, history_of


def test_the_steps_figure_shows_every_batch_and_the_mean_of_each_epoch(draw, folder, table):
    whole, close = draw("steps").axes
    steps = stored(folder, "one", median_seed(table, "one")).steps
    assert len(steps) == 18
    every, means = whole.get_lines()
    np.testing.assert_array_equal(every.get_data(), (range(1, 19), steps))
    np.testing.assert_allclose(means.get_data(), (3 * np.arange(6) + 1.5, steps.reshape(6, 3).mean(1)))
    assert to_hex(every.get_color()) == GREY.lower()
    assert whole.get_xlim() == (0, 18) and whole.get_ylim()[1] == pytest.approx(1.3 * steps[3:].max())
    assert ("the first iterations lie above" in whole.get_title()) == (steps[:3].max() > 1.3 * steps[3:].max())
    first, divider = close.get_lines()
    np.testing.assert_array_equal(first.get_data(), (range(1, 7), steps[:6]))
    assert divider.get_xdata()[0] == 3.5


class Steps:
    """A store that has these losses of batches for every seed."""

    def __init__(self, steps: list[float]) -> None:
        self.found = np.array(steps)

    def steps(self, config, seeds):
        return [(seed, self.found) for seed in seeds]


def steps_of(steps: list[float], batch_size: int = 400, **changes):
    """The figure of batches of a thousand points, three an epoch unless a size is given."""
    study = Study("s", (Arm("a", CONFIG.replace(batch_size=batch_size, **changes)),), range(4))
    return steps_figure(study, history_of(study), Steps(steps))


def test_the_title_counts_rises_within_epochs_only():
    """Of four steps within the two epochs one rises; the step from one epoch to the next does not count."""
    title, caption = words(steps_of([3.0, 2.0, 1.0, 9.0, 2.0, 4.0]))
    assert title == "Within an epoch the loss is irregular: it rises at 25 % of the iterations"
    assert "the loss of each batch of 400 before its update" in caption and "nearest the median error of 4 (seed " in caption
    assert "rises at 0 % of" in words(steps_of([5.0, 9.0], batch_size=1000))[0]


def test_the_whole_training_is_shown_up_to_what_follows_the_first_epoch():
    whole, close = panels(steps_of([30.0, 20, 10, 3, 2, 4, 2, 1, 1]))
    assert whole.get_ylim() == pytest.approx((0, 1.3 * 4)) and whole.get_xlim() == (0, 9)
    assert whole.get_title() == "the whole training; the first iterations lie above"
    assert close.get_ylim()[0] == 0 and close.get_xlim()[0] == 0 and close.get_title() == "the first two epochs"
    low = panels(steps_of([5.0, 2, 1, 3, 2, 4]))[0]
    assert low.get_title() == "the whole training" and low.get_ylim() == pytest.approx((0, 5.2))
    alone = panels(steps_of([5.0, 2, 1]))[0]
    assert alone.get_ylim() == (0, 5) and alone.get_title() == "the whole training"


def test_lines_have_names_units_and_colours():
    whole, close = panels(steps_of([3.0, 2, 1, 9, 2, 4], loss="cross-entropy"))
    assert {(axes.get_xlabel(), axes.get_ylabel()) for axes in (whole, close)} == {
        ("iteration (batches seen)", "loss of the batch (cross-entropy, nats)")
    }
    (name,) = whole.texts
    assert name.get_text() == "epoch mean" and name.xy[0] == 6
    assert [to_hex(line.get_color()) for line in whole.get_lines()] == [GREY.lower(), COLOURS[1].lower()]


def test_where_every_trial_diverged_nothing_is_drawn(draw, table):
    gone = table.assign(train_error=np.nan, test_error=np.nan)
    figure = draw("steps", history=gone)
    assert figure.get_suptitle() == "Every trial diverged" and not figure.axes[0].get_lines()
