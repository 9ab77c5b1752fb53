"""The figure of `History.plot`: losses left, errors right, each with what it shows."""

from __future__ import annotations

import sys

import pytest
import torch

from minifw import History


def history(*losses, splits=("train",)):
    """A history whose trials have these losses at epochs 0 and 2, and a hundredth of them as errors."""
    made = History()
    for epoch, factor in ((0, 2.0), (2, 1.0)):
        values = factor * torch.tensor(losses, dtype=torch.float64)
        made.add(epoch, dict.fromkeys(splits, (values, values / 100)))
    return made


def test_every_trial_is_drawn_and_the_mean_of_losses_and_errors():
    figure = history(1.0, 3.0, splits=("train", "unseen")).plot()
    loss, error = figure.axes
    lines = [line.get_ydata().tolist() for line in loss.lines]
    assert lines == [[2.0, 1.0], [6.0, 3.0], [4.0, 2.0]]
    assert [line.get_ydata().tolist() for line in error.lines] == [pytest.approx([4.0, 2.0])] * 2
    assert loss.get_ylabel() == "training loss" and error.get_ylabel() == "error (% of points)"
    assert {text.get_text() for text in error.texts} == {"training", "unseen"}
    assert figure.get_suptitle().replace("\n", " ") == (
        "After 2 epochs the training loss is 2 on average and the mean error 2.00 % training and 2.00 % unseen"
    )
    assert "n = 2 trials" in figure.get_supxlabel()


def test_a_trial_that_diverged_is_left_out_and_counted():
    figure = history(1.0, float("nan")).plot()
    assert "1 diverged and are left out" in figure.get_supxlabel().replace("\n", " ")
    assert figure.axes[0].lines[-1].get_ydata().tolist() == [2.0, 1.0]


def test_one_network_has_no_interval():
    figure = history(1.0).plot()
    assert "One trial has no interval." in figure.get_supxlabel()
    assert figure.get_suptitle().endswith("the mean error 1.00 %")
    assert not any(area.get_paths() for axes in figure.axes for area in axes.collections)


def test_nothing_measured_is_no_figure_and_without_the_experiments_it_says_what_to_install(monkeypatch):
    with pytest.raises(ValueError, match="call fit first"):
        History().plot()
    monkeypatch.setitem(sys.modules, "experiments.figures.training_history", None)
    with pytest.raises(ImportError, match="pip install minifw"):
        history(1.0).plot()
