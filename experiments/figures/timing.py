"""Times: by engine, by batch size, by activation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.claims.kinds import TimeRatio
from experiments.config.comparison import TITLES
from experiments.figures.style import COLOURS, LINE_STYLES, caption, label_lines, new_figure, plain_numbers, title
from experiments.formatting import three_digits, with_interval
from experiments.reports.bamberger import claims as bamberger
from experiments.reports.bamberger.claims import SECONDS, timed
from experiments.statistics.times import Timing, by_arm, over_occasions, ratio_interval, summarise_times

# The colour an engine has in every figure; ours and torch first, as in studies that compare them.
ORDER = ("stack", "torch", "single", "vmap", "compiled")
PUBLISHED_SPEED_UP = next(claim.published for claim in bamberger.CLAIMS if isinstance(claim, TimeRatio) and claim.id == "D6")
PUBLISHED_BATCH = 50


def engine_colour(name: str) -> str:
    """The colour an engine has in every figure."""
    return COLOURS[ORDER.index(name)]


def engine_style(name: str) -> str:
    """Its line in every figure."""
    return LINE_STYLES[ORDER.index(name) % len(LINE_STYLES)]


def engines_figure(times: pd.DataFrame) -> Figure:
    """Milliseconds of each epoch by every engine, on a logarithmic axis."""
    wide = 1000 * by_arm(times)
    trials = times.drop_duplicates("arm").set_index("arm")["trials"]
    figure, grid = new_figure(7.2, 4.4)
    axes = grid[0, 0]
    axes.set_yscale("log")
    epochs = np.arange(1, len(wide) + 1)
    ends = []
    for name in sorted(wide.columns, key=ORDER.index):
        colour = engine_colour(name)
        values = wide[name].to_numpy()
        middle = float(np.median(values))
        axes.plot(epochs, values, color=colour, linewidth=0.7, alpha=0.6)
        axes.axhline(middle, color=colour, linestyle=engine_style(name), linewidth=1.4)
        side = f" ({trials[name]} at once)" if trials[name] > 1 else ""
        ends.append((middle, f"{TITLES[name]}{side}: {three_digits(middle)} ms", colour))
    axes.set_xlim(1, max(2, epochs[-1]))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="epoch", ylabel="ms per epoch and trial, logarithmic")
    plain_numbers(axes)
    label_lines(axes, epochs[-1], ends)
    stacked = ratio_interval(times, "torch", "stack")
    alone = f", alone {_times(ratio_interval(times, 'torch', 'single'))}" if "single" in wide else ""
    title(figure, f"Ours takes {_times(stacked)} less time per trial than torch.nn when stacked{alone}")
    caption(
        figure,
        f"Thin: each of {len(wide)} epochs, the engines in turn, one thread, after one epoch to warm up; thick: the "
        "median. Training only, drawing the orders included. Trials at once share their time. Brackets: 95 % interval of "
        "the median ratio.",
    )
    return figure


def batches_figure(times: pd.DataFrame) -> Figure:
    """Milliseconds of an epoch by batch size, and the published speed-up from single samples to batches of 50."""
    figure, grid = new_figure(7.2, 4.4)
    axes = grid[0, 0]
    axes.set(xscale="log", yscale="log")
    ends, factors, largest = [], {}, 1
    for name, part in times.groupby("engine", sort=False):
        name = str(name)
        table = summarise_times(part, part["arm"].iloc[0])
        sizes = table["arm"].astype(int).to_numpy()
        largest = max(largest, int(sizes.max()))
        colour, style = engine_colour(name), engine_style(name)
        axes.fill_between(
            sizes, 1000 * table["seconds_low"], 1000 * table["seconds_high"], color=colour, alpha=0.25, linewidth=0
        )
        axes.plot(sizes, 1000 * table["seconds"], style, marker="o", markersize=4, color=colour)
        ends.append((1000 * float(table["seconds"].iloc[-1]), TITLES[name], colour))
        if {1, PUBLISHED_BATCH} <= set(sizes):
            factors[name] = ratio_interval(part, "1", str(PUBLISHED_BATCH))
            if name == "single":
                _mark_published(axes, 1000 * float(table.loc[table["arm"] == "1", "seconds"].iloc[0]))
    axes.set_xlim(0.9, largest * 1.1)
    axes.set(xlabel="samples in a batch, logarithmic", ylabel="ms per epoch of 1000 points, logarithmic")
    plain_numbers(axes)
    label_lines(axes, largest, ends)
    if factors:
        name, factor = next(iter(factors.items()))
        title(
            figure,
            f"Batches of 50 take {_times(factor)} less time than single samples; published: {PUBLISHED_SPEED_UP:g} times",
        )
    others = "".join(f" For {TITLES[name]}: {_times(factor)}." for name, factor in list(factors.items())[1:])
    repetitions = len(by_arm(next(part for _, part in times.groupby("engine", sort=False))))
    caption(
        figure,
        f"Median of {repetitions} epochs, all sizes and engines in turn, one thread; bands and brackets: 95 % "
        "interval of the median. Batches of 1 are a loop over samples, each with its own forward pass, backward pass and "
        f"update. Network 2-25-25-25-1.{others}",
    )
    return figure


def _mark_published(axes: Axes, one: float) -> None:
    axes.plot(PUBLISHED_BATCH, one / PUBLISHED_SPEED_UP, marker="*", markersize=13, color="black", linestyle="none", zorder=4)
    axes.annotate(
        f"published: {PUBLISHED_SPEED_UP:g} times less\nthan our single samples",
        (PUBLISHED_BATCH, one / PUBLISHED_SPEED_UP),
        xytext=(-8, -8),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8,
    )


def activations_figure(times: pd.DataFrame) -> Figure:
    """Times of a whole training of bamberger's networks relative to ReLU's, one panel an engine."""
    parts = list(times.groupby("engine", sort=False))
    figure, grid = new_figure(max(6.4, 4.2 * len(parts)), 4.0, 1, len(parts), share=True)
    published = {arm: float(mean) for arm, (mean, _) in SECONDS.items()}
    for axes, (name, part) in zip(grid[0], parts, strict=True):
        wide = by_arm(part)
        arms = list(dict.fromkeys(part["arm"]))[::-1]
        relu = wide[[arm for arm in arms if arm.startswith("relu")]].mean(axis=1)
        found = [over_occasions(wide[arm] / relu) for arm in arms]
        rows = np.arange(len(arms))
        values = np.array([timing.value for timing in found])
        spans = [values - [timing.low for timing in found], [timing.high for timing in found] - values]
        axes.errorbar(values, rows, xerr=spans, fmt="o", color=COLOURS[0], markersize=5, linewidth=1.4, label="measured")
        mean = np.mean([value for arm, value in published.items() if arm.startswith("relu")])
        # The report's tanh is the one that computes it again, where that was timed.
        theirs = {timed(arm) if timed(arm) in arms else arm: value for arm, value in published.items()}
        shown = [(theirs[arm] / mean, row) for arm, row in zip(arms, rows, strict=True) if arm in theirs]
        star = {"markersize": 11, "markeredgecolor": "black", "linestyle": "none", "zorder": 4}
        axes.plot(*zip(*shown, strict=True), "*", color=COLOURS[1], label="published", **star)
        axes.axvline(1, color="#404040", linewidth=0.8)
        axes.set_yticks(rows, arms)
        axes.set_title(TITLES[str(name)], fontsize=9, loc="left")
        axes.set_xlabel("time of a training, relative to ReLU's mean")
    # Above the panel, where it covers no time.
    legend = _reversed(grid[0, -1].get_legend_handles_labels())
    grid[0, -1].legend(*legend, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, fontsize=8, frameon=False)
    slow = {TITLES[str(name)]: _times(_relative_to_relu(part)) for name, part in parts}
    said = ", ".join(f"{time} ({name})" if len(slow) > 1 else time for name, time in slow.items())
    title(figure, f"Networks of sigmoids, or of tanh computed again, take {said} the time of ReLU ones")
    caption(
        figure,
        f"n = {len(by_arm(parts[0][1]))} interleaved repetitions, one thread; bars and brackets: 95 % interval of "
        "the median ratio. tanh-recomputed keeps its input and computes tanh again in backward, as the report's does. "
        "Stars: published in Table 1.",
    )
    return figure


def _reversed(handles_and_labels: tuple[list[Any], list[Any]]) -> tuple[list[Any], list[Any]]:
    handles, labels = handles_and_labels
    return handles[::-1], labels[::-1]


def _relative_to_relu(part: pd.DataFrame) -> Timing:
    wide = by_arm(part)
    relu = wide[[arm for arm in wide if arm.startswith("relu")]].mean(axis=1)
    others = wide[[arm for arm in wide if arm.startswith(("tanh-recomputed", "sigmoid"))]].mean(axis=1)
    return over_occasions(others / relu)


def _times(timing: Timing) -> str:
    """`2.3 times (2.2 to 2.4)`."""
    return with_interval(timing.value, timing.low, timing.high, three_digits, " times")
