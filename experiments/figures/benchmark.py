"""How long an epoch of one trial takes by each engine, for one trial and for many side by side."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from experiments.config.comparison import TITLES
from experiments.figures.style import COLOURS, LINE_STYLES, caption, label_lines, new_figure, plain_numbers, title
from experiments.figures.timing import ORDER
from experiments.formatting import three_digits
from experiments.statistics.times import summarise_times

NAMES = {
    **TITLES,
    "compiled": "minifw, compiled (native)",
    "wasm": "minifw, compiled (wasm)",
    "jax": "JAX, jit(vmap(scan))",
    "limit": "this core's limit",
}
LINES = (*ORDER, "wasm", "jax", "limit")


def benchmark_figure(times: pd.DataFrame) -> Figure:
    """Milliseconds an epoch and trial by the number of trials, both logarithmic; engines that train one alone are level lines.

    `times` has the arms of `benchmarks.steps.time_steps`.
    """
    table = summarise_times(times, "torch")
    figure, grid = new_figure(7.6, 4.6)
    axes = grid[0, 0]
    axes.set(xscale="log", yscale="log")
    counts = sorted({int(arm.rpartition("-")[2]) for arm in table["arm"] if arm[-1].isdigit()})
    ends = []
    for name in [name for name in LINES if name in set(table["engine"])]:
        rows = table[(table["engine"] == name) & (table["arm"] != "torch-fused")]
        colour, style = COLOURS[LINES.index(name)], LINE_STYLES[LINES.index(name) % len(LINE_STYLES)]
        milliseconds = (1000 * rows["seconds"]).tolist()
        places = [int(arm.rpartition("-")[2]) if arm[-1].isdigit() else None for arm in rows["arm"]]
        points = [(place, value) for place, value in zip(places, milliseconds, strict=True) if place is not None]
        points = points or [(count, milliseconds[0]) for count in counts]
        axes.plot(*zip(*points, strict=True), style, marker="o", markersize=4, color=colour)
        ends.append((points[-1][1], f"{NAMES[name]}: {three_digits(points[-1][1])} ms", colour))
    axes.set_xlim(counts[0] / 1.1, counts[-1] * 1.1)
    axes.set(xlabel="trials side by side, logarithmic", ylabel="ms per epoch and trial, logarithmic")
    plain_numbers(axes)
    label_lines(axes, counts[-1], ends)
    engines = table[table["engine"] != "limit"]
    fastest = engines.loc[engines["ratio"].idxmax()]
    times_less = f"{three_digits(fastest['ratio'])} times less time"
    title(figure, f"The steps of a trial take {times_less} by {fastest['arm']} than by torch.nn")
    caption(
        figure,
        f"Medians of {times['repetition'].nunique()} epochs, all in turn, one thread, batches drawn before; no evaluation. "
        "Limit: the multiplications and additions alone, on all lanes. At most 128 trials are side by side, more come one "
        "after another.",
    )
    return figure
