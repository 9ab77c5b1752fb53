"""The figure of the benchmark, from made-up seconds: a line an engine, level where it trains one trial alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from experiments.benchmarks.interleave import COLUMNS
from experiments.figures.benchmark import LINES, benchmark_figure
from experiments.figures.style import COLOURS, LINE_STYLES
from tests.experiments.figures.artists import panels, words

FACTORS = (1.0, 1.1, 0.9, 1.2, 0.8, 1.05, 0.95)
# Seconds an epoch by engine and arm, in an order that no figure has.
SECONDS = {
    ("limit", "limit"): 0.0001,
    ("compiled", "compiled-2"): 0.002,
    ("compiled", "compiled-16"): 0.0005,
    ("torch", "torch"): 0.04,
    ("torch", "torch-fused"): 0.03,
    ("stack", "stack-2"): 0.02,
    ("stack", "stack-16"): 0.004,
}


def benchmark(seconds: dict[tuple[str, str], float] = SECONDS) -> Figure:
    """Seven repetitions, all faster or slower together: ratios are exact."""
    rows = [
        ("steps", engine, arm, int(arm.rpartition("-")[2]) if arm[-1].isdigit() else 1, repetition, factor * value)
        for repetition, factor in enumerate(FACTORS)
        for (engine, arm), value in seconds.items()
    ]
    return benchmark_figure(pd.DataFrame(rows, columns=list(COLUMNS)))


def lines(figure: Figure) -> dict[str, tuple[list[float], list[float]]]:
    """Trials and milliseconds of each line, by its colour."""
    found = {to_hex(line.get_color()): line for line in panels(figure)[0].get_lines()}
    engines = {COLOURS[number].lower(): name for number, name in enumerate(LINES)}
    return {engines[colour]: tuple(np.round(part, 9).tolist() for part in line.get_data()) for colour, line in found.items()}


def test_lines_are_milliseconds_by_the_number_of_trials_and_level_for_engines_that_take_one():
    assert lines(benchmark()) == {
        "stack": ([2, 16], [20, 4]),
        "torch": ([2, 16], [40, 40]),
        "compiled": ([2, 16], [2, 0.5]),
        "limit": ([2, 16], [0.1, 0.1]),
    }


def test_the_axes_are_logarithmic_and_reach_as_far_as_the_trials():
    (axes,) = panels(benchmark())
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.get_xlim() == pytest.approx((2 / 1.1, 16 * 1.1))
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "trials side by side, logarithmic",
        "ms per epoch and trial, logarithmic",
    )
    # Plain numbers, and no powers of ten.
    assert [text.get_text() for text in axes.get_xticklabels()] == ["1", "2", "5", "10", "20", "50"]


def test_a_name_and_the_last_time_stand_at_the_end_of_each_line():
    (axes,) = panels(benchmark())
    assert {text.get_text() for text in axes.texts} == {
        "minifw, stacked: 4.00 ms",
        "torch.nn, alone: 40.0 ms",
        "minifw, compiled (native): 0.500 ms",
        "this core's limit: 0.100 ms",
    }
    assert {text.xy[0] for text in axes.texts} == {16}


def test_each_engine_has_a_colour_and_a_style_of_its_own():
    shown = panels(benchmark())[0].get_lines()
    numbers = [LINES.index(name) for name in ("stack", "torch", "compiled", "limit")]
    assert [line.get_linestyle() for line in shown] == [LINE_STYLES[number % 4] for number in numbers]
    assert [to_hex(line.get_color()) for line in shown] == [COLOURS[number].lower() for number in numbers]
    assert {(line.get_marker(), line.get_markersize()) for line in shown} == {("o", 4)}


def test_the_title_names_the_fastest_engine_and_the_limit_is_none():
    title, caption = words(benchmark())
    assert title == "The steps of a trial take 80.0 times less time by compiled-16 than by torch.nn"
    assert caption == (
        "Medians of 7 epochs, all in turn, one thread, batches drawn before; no evaluation. Limit: the multiplications and "
        "additions alone, on all lanes. At most 128 trials are side by side, more come one after another."
    )
    slower = {**SECONDS, ("compiled", "compiled-16"): 0.03}
    assert "20.0 times less time by compiled-2 than" in words(benchmark(slower))[0]
    without = {key: value for key, value in SECONDS.items() if key[0] != "limit"}
    assert words(benchmark(without))[0] == title
