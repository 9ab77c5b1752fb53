"""Figures of times, from made-up seconds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from experiments.benchmarks.interleave import COLUMNS
from experiments.figures.style import COLOURS
from experiments.figures.timing import activations_figure, batches_figure, engines_figure
from experiments.reports.bamberger.claims import SECONDS
from experiments.statistics.times import median_of
from tests.experiments.figures.artists import panels, words

FACTORS = np.array([1.0, 1.1, 0.9, 1.2, 0.8, 1.05, 0.95, 1.0])


def times_of(seconds: dict[str, float], engine: str = "", trials: int = 1) -> pd.DataFrame:
    """Eight repetitions a time, scattered by FACTORS; arms are named by their engine unless one is given."""
    rows = [
        ("s", engine or arm, arm, trials, k, value * factor)
        for k, factor in enumerate(FACTORS)
        for arm, value in seconds.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_every_epoch_of_every_engine_and_the_median():
    times = times_of({"torch": 0.04, "stack": 0.002, "single": 0.01})
    times.loc[times["arm"] == "stack", "trials"] = 10
    figure = engines_figure(times)
    (axes,) = panels(figure)
    shown = axes.get_lines()
    for line, median, name in zip(shown[::2], shown[1::2], ("stack", "torch", "single"), strict=True):
        expected = 1000 * times[times["arm"] == name]["seconds"].to_numpy()
        np.testing.assert_allclose(line.get_data(), (range(1, 9), expected))
        assert list(median.get_ydata()) == pytest.approx([np.median(expected)] * 2)
        assert to_hex(line.get_color()) == COLOURS[("stack", "torch", "single").index(name)].lower()
    assert {text.get_text() for text in axes.texts} == {
        "minifw, stacked (10 at once): 2.00 ms",
        "torch.nn, alone: 40.0 ms",
        "minifw, alone: 10.0 ms",
    }
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "ms per epoch and trial, logarithmic")
    assert axes.get_xlim() == (1, 8) and {text.xy[0] for text in axes.texts} == {8}
    title, caption = words(figure)
    assert title == (
        "Ours takes 20.0 times (20.0 to 20.0) less time per trial than torch.nn when stacked, alone 4.00 times (4.00 to 4.00)"
    )
    assert "each of 8 epochs" in caption
    assert "alone" not in words(engines_figure(times[times["arm"] != "single"]))[0]


def test_times_by_batch_size_with_the_published_speed_up():
    parts = [times_of({"1": 9.0, "50": 0.3, "1000": 0.1}, "single"), times_of({"1": 20.0, "50": 0.5, "1000": 0.2}, "torch")]
    figure = batches_figure(pd.concat(parts))
    (axes,) = panels(figure)
    ours, star, torch = axes.get_lines()
    for line, part in ((ours, parts[0]), (torch, parts[1])):
        medians = [1000 * part[part["arm"] == size]["seconds"].median() for size in ("1", "50", "1000")]
        np.testing.assert_allclose(line.get_data(), ([1, 50, 1000], medians))
    np.testing.assert_allclose(star.get_data(), ([50], [9000 / 60]))
    low = [1000 * median_of(parts[0][parts[0]["arm"] == size]["seconds"]).low for size in ("1", "50", "1000")]
    band = axes.collections[0].get_paths()[0].vertices
    for size, value in zip((1, 50, 1000), low, strict=True):
        assert band[band[:, 0] == size, 1].min() == pytest.approx(value)
    names = {text.get_text(): text.xy[0] for text in axes.texts}
    assert names == {"minifw, alone": 1000, "torch.nn, alone": 1000, "published: 60 times less\nthan our single samples": 50}
    title, caption = words(figure)
    assert title == "Batches of 50 take 30.0 times (30.0 to 30.0) less time than single samples; published: 60 times"
    assert "Median of 8 epochs" in caption and caption.endswith("For torch.nn, alone: 40.0 times (40.0 to 40.0).")
    assert axes.get_xlim() == pytest.approx((0.9, 1100)) and (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "samples in a batch, logarithmic",
        "ms per epoch of 1000 points, logarithmic",
    )
    thrice = pd.concat([parts[0].assign(occasion=occasion) for occasion in range(3)])
    assert "Median of 24 epochs" in words(batches_figure(thrice))[1], "as many as the ledger says"
    few = batches_figure(times_of({"10": 1.0, "100": 0.5}, "single"))
    assert few.get_suptitle() == "" and len(panels(few)[0].get_lines()) == 1


NETWORKS = {"relu-normal": 1.0, "relu-uniform": 3.0, "tanh-normal": 4.0, "sigmoid-uniform": 6.0, "tanh-recomputed-normal": 9.0}


def test_times_of_activations_are_relative_to_relus_mean():
    figure = activations_figure(times_of(NETWORKS, "single"))
    (axes,) = panels(figure)
    measured, published = axes.containers[0].lines[0], next(line for line in axes.get_lines() if line.get_marker() == "*")
    rows = list(NETWORKS)[::-1]
    np.testing.assert_allclose(measured.get_data(), ([NETWORKS[arm] / 2 for arm in rows], range(5)))
    relu = np.mean([float(SECONDS[f"relu-{init}"][0]) for init in ("normal", "uniform")])
    expected = [(float(SECONDS[arm][0]) / relu, row) for row, arm in enumerate(rows) if arm in SECONDS]
    np.testing.assert_allclose(published.get_xydata(), expected)
    assert [text.get_text() for text in axes.get_yticklabels()] == rows
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["measured", "published"]
    assert axes.get_title(loc="left") == "minifw, alone"
    assert axes.get_xlabel() == "time of a training, relative to ReLU's mean"
    title, caption = words(figure)
    assert title == "Networks of sigmoids, or of tanh computed again, take 3.75 times (3.75 to 3.75) the time of ReLU ones", (
        "9 and 6 by 1 and 3"
    )
    assert "n = 8 interleaved repetitions" in caption and caption.endswith("Stars: published in Table 1.")


def test_brackets_are_intervals_of_the_median_ratio():
    times = times_of(NETWORKS, "single")
    changed = (times["arm"] == "tanh-normal").to_numpy()
    times.loc[changed, "seconds"] = [3.0, 4, 5, 6, 7, 8, 9, 10]
    ratios = times.loc[changed, "seconds"].to_numpy() / (2 * FACTORS)
    (axes,) = panels(activations_figure(times))
    segments = axes.containers[0].lines[2][0].get_segments()
    expected = median_of(ratios)
    low, high = segments[list(NETWORKS)[::-1].index("tanh-normal")]
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high))


def test_several_engines_have_a_panel_and_a_time_each():
    both = pd.concat([times_of(NETWORKS, "single"), times_of({**NETWORKS, "tanh-recomputed-normal": 14.0}, "torch")])
    figure = activations_figure(both)
    assert [axes.get_title(loc="left") for axes in panels(figure)] == ["minifw, alone", "torch.nn, alone"]
    assert words(figure)[0].startswith(
        "Networks of sigmoids, or of tanh computed again, take 3.75 times (3.75 to 3.75) (minifw, alone), "
        "5.00 times (5.00 to 5.00) (torch.nn, alone)"
    )
    assert panels(figure)[0].get_legend() is None and panels(figure)[1].get_legend() is not None


def test_few_repetitions_have_no_brackets():
    times = times_of({"torch": 0.04, "stack": 0.002})
    assert words(engines_figure(times[times["repetition"] < 3]))[0] == (
        "Ours takes 20.0 times less time per trial than torch.nn when stacked"
    )
