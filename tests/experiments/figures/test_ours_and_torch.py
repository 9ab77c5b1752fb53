"""Ours and PyTorch side by side."""

from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.colors import to_hex

from experiments.config.comparison import ARMS
from experiments.config.study import Arm, Study
from experiments.figures.arms import arm_colour
from experiments.figures.ours_and_torch import both_boundaries_figure, errors_figure
from experiments.figures.style import COLOURS, GREY
from experiments.figures.timing import ORDER, engine_colour
from experiments.statistics.bootstrap import interval_of_mean, summarise
from tests.experiments.figures.artists import panels, values, words
from tests.experiments.madeup import CONFIG, diverge, history_of


def test_an_engine_has_one_colour_in_curves_dots_and_times():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(4))
    figure = errors_figure(study, history_of(study))
    for axes in panels(figure):
        dots = [to_hex(found.get_facecolor()[0]) for found in axes.collections if len(found.get_offsets()) == 4]
        assert dots == [engine_colour(changes["engine"]).lower() for changes in ARMS.values()]
    assert [arm_colour(study, name) for name in ARMS] == [engine_colour(name) for name in ORDER] == list(COLOURS[:5])


def test_errors_side_by_side_show_every_seed_and_the_paired_difference():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(4))
    table = history_of(study)
    figure = errors_figure(study, table)
    finals = {name: 100 * values(table, name, "test_error")[:, -1] for name in ARMS}
    axes = panels(figure)[1]
    dots = [found.get_offsets() for found in axes.collections if len(found.get_offsets()) == 4]
    for column, (name, found) in enumerate(zip(ARMS, dots, strict=True)):
        np.testing.assert_allclose(found, [(column, value) for value in finals[name]])
    joined = [line.get_ydata() for line in axes.get_lines() if to_hex(line.get_color()) == GREY.lower()]
    np.testing.assert_allclose(joined, list(zip(finals["minifw"], finals["torch"], strict=True)))
    low, high = interval_of_mean(finals["torch"] - finals["minifw"])
    difference = (finals["torch"] - finals["minifw"]).mean()
    assert f"test error {difference:+.2f} ({low:+.2f} to {high:+.2f})" in words(figure)[0]


def test_errors_side_by_side_leave_no_panel_empty():
    study = Study("s", tuple(Arm(name, CONFIG.replace(test_size=0, **changes)) for name, changes in ARMS.items()), range(4))
    assert [axes.get_title() for axes in errors_figure(study, history_of(study)).axes] == ["training"]
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, "torch", seed, 3)
    assert words(errors_figure(study, table)) == ("Every pair of trials diverged", "")


def test_diamonds_are_means_with_their_intervals():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(4))
    table = history_of(study)
    axes = panels(errors_figure(study, table))[0]
    for column, (name, bar) in enumerate(zip(ARMS, axes.containers, strict=True)):
        expected = summarise(100 * values(table, name, "train_error")[:, -1])
        np.testing.assert_allclose(bar.lines[0].get_xydata(), [(column + 0.18, expected.mean)])
        ((low, high),) = bar.lines[2][0].get_segments()
        np.testing.assert_allclose([low[1], high[1]], [expected.low, expected.high])
    assert axes.get_ylabel() == "error after the last epoch (% of points)" and axes.get_title() == "training"
    assert [text.get_text() for text in axes.get_xticklabels()][:2] == ["minifw\nstacked", "torch.nn\nalone"]
    assert axes.get_xlim()[0] == -0.4 and axes.get_xlim()[1] == 4.6
    bottom, top = axes.get_ylim()
    assert bottom == -0.02 * top


def test_no_difference_is_a_negative_zero():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**ARMS[name])) for name in ("minifw", "torch")), range(4))
    table = history_of(study)
    for metric in ("train_error", "test_error"):
        table[metric] = 0.1 - 0.00001 * (table["arm"] == "torch")
    assert "error 0.00 (0.00 to 0.00)" in words(errors_figure(study, table))[0]


def test_equal_errors_are_said_to_be_equal_and_not_0_with_an_interval():
    study = Study("s", tuple(Arm(name, CONFIG.replace(**ARMS[name])) for name in ("minifw", "torch")), range(4))
    table = history_of(study)
    for metric in ("train_error", "test_error"):
        table.loc[table["arm"] == "torch", metric] = table.loc[table["arm"] == "minifw", metric].to_numpy()
    title, caption = words(errors_figure(study, table))
    assert title == "torch.nn and ours end with the same training and test error from every seed"
    assert "brackets" not in caption
    table.loc[table["arm"] == "torch", "test_error"] += 0.01
    title, caption = words(errors_figure(study, table))
    assert title == "torch.nn minus ours, in points: training error equal from every seed, test error +1.00 (+1.00 to +1.00)"
    assert "brackets: the same interval of their mean" in caption


class Pair:
    """A store with a network of each engine for every seed: torch's is another draw, or ours and so much."""

    def __init__(self, off: float = 0.0, draw: int = 5) -> None:
        self._off, self._draw = off, draw

    def parameters(self, config, seeds):
        off, draw = (self._off, self._draw) if config.engine == "torch" else (0.0, 5)
        random = np.random.default_rng(draw)
        shapes = {"weight0": (2, 3), "bias0": (1, 3), "weight1": (3, 2), "bias1": (1, 2)}
        return [(seed, {name: random.normal(size=shape) + off for name, shape in shapes.items()}) for seed in seeds]


@pytest.mark.parametrize(
    ("off", "said"), [(0.0, "they end with the same parameters, bit for bit."), (1e-9, "later rounding parts them.")]
)
def test_networks_are_said_to_part_only_where_they_do(off, said):
    """With bhatt's settings ours and torch's take the same bits through all epochs."""
    small = CONFIG.replace(hidden=(3,), train_size=30, test_size=40)
    study = Study("s", tuple(Arm(name, small.replace(**ARMS[name])) for name in ("minifw", "torch")), range(4))
    title, caption = words(both_boundaries_figure(study, history_of(study), Pair(off)))
    assert caption.endswith(f"median error of ours among 4; {said}")
    assert re.fullmatch(r"From one start, ours and torch.nn both misclassify \d+\.\d % of the test points", title)
    apart = words(both_boundaries_figure(study, history_of(study), Pair(draw=7)))[0]
    assert re.fullmatch(r"From one start, ours misclassifies \d+\.\d % of the test points and torch.nn \d+\.\d %", apart)
