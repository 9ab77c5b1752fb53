"""How every figure looks: colours, titles, captions and labels, and the digest of what one shows."""

from __future__ import annotations

import hashlib
import math
import re
import textwrap
from collections.abc import Sequence
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

# Okabe and Ito's colours, told apart by colour-blind readers; the order puts the strongest contrasts first.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F")
LINE_STYLES = ("-", "--", "-.", ":")
GREY = "#9A9A9A"
INSIDE, OUTSIDE = "#0072B2", "#E69F00"
DPI = 144
LABEL_POINTS = 11
# How wide a number on an axis is, in heights of a label, with the space beside it.
NUMBER_WIDTH = 2
# How far a line's name stands from its end.
GAP_POINTS = 5
TEXT_CONTRAST = 4.5
BAND = "The band is the 95 % bootstrap interval of the mean."

STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.constrained_layout.use": True,
}


def new_figure(
    width: float = 6.4,
    height: float = 4.2,
    rows: int = 1,
    columns: int = 1,
    *,
    share: bool | Literal["row"] = False,
    heights: Sequence[float] | None = None,
) -> tuple[Figure, np.ndarray]:
    """A figure and its axes (rows, columns) in the common style. Sizes are inches.

    share: whether panels share scales; with "row" those of a row share the vertical one, and all the horizontal one.
    heights: of the rows, relative to each other.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=DPI)
        axes = figure.subplots(rows, columns, squeeze=False, sharex=bool(share), sharey=share, height_ratios=heights)
    return figure, axes


def ink(colour: str) -> str:
    """The colour, darkened as far as text needs that is to be read on white: a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    red, green, blue = to_rgb(colour)
    shade = 1.0
    while contrast((shade * red, shade * green, shade * blue)) < TEXT_CONTRAST:
        shade -= 0.01
    return to_hex((shade * red, shade * green, shade * blue))


def contrast(colour: tuple[float, float, float]) -> float:
    """How many times lighter white is: 1.05 / (L + 0.05) with L = 0.2126 R + 0.7152 G + 0.0722 B of linear light."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def wrap(text: str, width: int) -> str:
    """The text in lines of at most `width` characters; `5 %`, `n = 10 rounds` and `(seeds 0 to 9)` stay whole."""
    joined = re.sub(
        r"\d %|n = \d+( rounds?)?|Table \d|\(seeds? [^)]*\)", lambda found: found.group().replace(" ", "\xa0"), text
    )
    return textwrap.fill(joined, width, break_on_hyphens=False).replace("\xa0", " ")


def title(figure: Figure, text: str) -> None:
    """The finding, above everything."""
    figure.suptitle(wrap(text, int(figure.get_figwidth() * 11)), x=0.01, ha="left", fontsize=10.5, fontweight="bold")


def caption(figure: Figure, text: str) -> None:
    """What lines, bands and n are, below everything."""
    figure.supxlabel(wrap(text, int(figure.get_figwidth() * 17)), x=0.01, ha="left", fontsize=8, color="#404040")


def add_to_caption(figure: Figure, text: str) -> None:
    """A last sentence below everything."""
    caption(figure, " ".join([*figure.get_supxlabel().split(), text]))


def label_lines(axes: Axes, x: float, ends: Sequence[tuple[float, str, str]], gap: float = GAP_POINTS) -> None:
    """Writes each line's name `gap` points right of its end, (y, name, colour), moved apart where they would overlap."""
    if not ends:
        return
    low, high = axes.get_ylim()
    forward, backward = axes.transData.transform, axes.transData.inverted().transform
    wanted = sorted((float(forward((x, min(max(y, low), high)))[1]), name, colour) for y, name, colour in ends)
    step = _label_pixels(axes)
    floor = float(forward((x, low))[1]) + step / 2
    for pixel, (_, name, colour) in zip(_spread_out([w[0] for w in wanted], step, floor), wanted, strict=True):
        y = float(backward((0, pixel))[1])
        text = axes.annotate(
            name, (x, y), xytext=(gap, 0), textcoords="offset points", va="center", color=ink(colour), fontsize=8
        )
        text.set_annotation_clip(False)
        if x < axes.get_xlim()[1]:  # within the panel, where another line may run below the name
            text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def plain_numbers(axes: Axes) -> None:
    """Numbers such as 20 in place of powers of ten on the axes that are logarithmic: 1, 2 and 5 where there is room."""
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "linear":
            continue
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
    for axis, length, label in (
        (axes.xaxis, axes.bbox.width, NUMBER_WIDTH * _label_pixels(axes)),
        (axes.yaxis, axes.bbox.height, 2 * _label_pixels(axes)),
    ):
        if axis.get_scale() == "log":
            low, high = axis.get_view_interval()
            if length > 3 * math.log10(high / low) * label:
                axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            else:
                axis.set_minor_locator(NullLocator())


def _label_pixels(axes: Axes) -> float:
    """The height that a label takes."""
    return axes.get_figure(root=True).dpi * LABEL_POINTS / 72  # type: ignore[union-attr]


def _spread_out(wanted: Sequence[float], step: float, floor: float) -> list[float]:
    """The positions nearest the wanted ones, which are sorted, that lie `step` apart or more and not below `floor`.

    Neighbours that would touch form a block around their mean, as in isotonic regression.
    """
    blocks: list[tuple[float, int]] = []
    for index, position in enumerate(wanted):
        mean, size = position - index * step, 1
        while blocks and blocks[-1][0] > mean:
            other, count = blocks.pop()
            mean, size = (other * count + mean * size) / (count + size), count + size
        blocks.append((mean, size))
    placed = [mean for mean, size in blocks for _ in range(size)]
    return [max(position, floor) + index * step for index, position in enumerate(placed)]


def data_digest(table: pd.DataFrame) -> str:
    """16 hexadecimal digits over the numbers that a figure shows."""
    return text_digest(table.to_csv(index=False))


def text_digest(text: str) -> str:
    """16 hexadecimal digits over a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
