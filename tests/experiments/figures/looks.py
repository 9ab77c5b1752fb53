"""The look of a figure in words: everything on it with its place, size and colour, a line each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Annotation, Text


def look_of(figure: Figure) -> str:
    """The figure's size, its words, and everything on each of its panels."""
    figure.draw_without_rendering()
    width, height = figure.get_size_inches()
    lines = [f"figure {numbers([width, height])} inches, {figure.dpi:g} dpi"]
    for text in (figure._suptitle, figure._supxlabel, figure._supylabel):
        if text is not None:
            lines.append(f"  {describe(text)}")
    for axes in figure.axes:
        lines += [f"  {line}" for line in _panel(axes)]
    return "\n".join(lines) + "\n"


def numbers(values) -> str:
    """Numbers in four digits; of many the first, one from the middle, the last, and their mean."""
    found = np.asarray(values, dtype=float).ravel()
    shown = found if len(found) <= 8 else np.array([found[0], found[len(found) // 3], found[-1], np.nanmean(found)])
    count = "" if len(found) <= 8 else f"{len(found)}: "
    return count + " ".join(f"{value + 0.0:.4g}" for value in np.where(np.abs(shown) < 1e-12, 0, shown))


def _panel(axes: Axes) -> Iterator[str]:
    place = axes.get_subplotspec()
    where = f"{place.rowspan.start},{place.colspan.start}" if place else "-"
    shown = "" if axes.get_visible() and axes.axison else " (not shown)"
    scales = (f"{name} {getattr(axes, f'get_{name}scale')()} {numbers(getattr(axes, f'get_{name}lim')())}" for name in "xy")
    yield f"panel {where}{shown} {' '.join(scales)}"
    for side, name in (("x", axes.xaxis), ("y", axes.yaxis)):
        if name.label.get_text():
            yield f"  {side} {describe(name.label)} pad {name.labelpad:g}"
        ticks = [tick.label1 for tick in name.get_major_ticks() if tick.label1.get_text() and tick.label1.get_visible()]
        if ticks:
            yield f"  {side} ticks {' | '.join(tick.get_text() for tick in ticks)}, size {ticks[0].get_fontsize():g}"
    for where, heading in (("left", axes._left_title), ("center", axes.title)):
        if heading.get_text():
            yield f"  {where} title {heading.get_text()!r} size {heading.get_fontsize():g} {heading.get_fontweight()}"
    spines = [name for name, spine in axes.spines.items() if spine.get_visible()]
    yield f"  spines {' '.join(spines)}, grid {axes.xaxis.get_gridlines()[0].get_visible()}, aspect {axes.get_aspect()}"
    legend = axes.get_legend()
    if legend is not None:
        texts = legend.get_texts()
        names = [text.get_text() for text in texts]
        yield f"  legend {names} frame {legend.get_frame_on()} columns {legend._ncols} size {texts[0].get_fontsize():g}"
    for artist in [*axes.get_lines(), *axes.collections, *axes.patches, *axes.images, *axes.texts]:
        yield f"  {describe(artist)}"


def describe(artist: Artist) -> str:
    """One line for a line, a text, a patch, a collection or an image."""
    clipped = "" if artist.get_clip_on() else " unclipped"
    common = f"z {artist.get_zorder():g}{clipped}" + (f" alpha {artist.get_alpha():g}" if artist.get_alpha() else "")
    if isinstance(artist, Text):
        return _text(artist, common)
    if isinstance(artist, Line2D):
        return _line(artist, common)
    if isinstance(artist, Collection):
        return _collection(artist, common)
    if isinstance(artist, Patch):
        return _patch(artist, common)
    assert isinstance(artist, AxesImage)
    return f"image {numbers(artist.get_array())} over {numbers(artist.get_extent())} {common}"


def _text(text: Text, common: str) -> str:
    moved = f" moved {numbers(text.xyann)} from {numbers(text.xy)}" if isinstance(text, Annotation) else ""
    place = "" if moved else f" at {numbers(text.get_position())}"
    patch = text.get_bbox_patch()
    box = f" boxed {_patch(patch, f'alpha {patch.get_alpha()} pad {patch.get_boxstyle().pad:g}')}" if patch is not None else ""
    edge = "".join(f" edged {effect._gc}" for effect in text.get_path_effects())
    return (
        f"text {text.get_text()!r}{place}{moved} {text.get_ha()} {text.get_va()} size {text.get_fontsize():g} "
        f"{text.get_fontweight()} {to_hex(text.get_color())} turned {text.get_rotation():g}{box}{edge} {common}"
    )


def _line(line: Line2D, common: str) -> str:
    x, y = line.get_data(orig=False)
    marker = (
        ""
        if line.get_marker() in ("None", "", None)
        else f" marks {line.get_marker()} {line.get_markersize():g} {to_hex(line.get_markerfacecolor())} "
        f"{to_hex(line.get_markeredgecolor())} {line.get_markeredgewidth():g}"
    )
    style = f"{line.get_linestyle()} {line.get_linewidth():g} {to_hex(line.get_color())} {line.get_solid_capstyle()}"
    return f"line x {numbers(x)} y {numbers(y)} {style}{marker} {common}"


def _collection(found: Collection, common: str) -> str:
    paths = [path.vertices for path in found.get_paths()]
    data = np.concatenate(paths) if paths else np.zeros((0, 2))
    offsets = np.asarray(found.get_offsets())
    faces = [to_hex(colour) for colour in found.get_facecolor()[:1]]
    edges = [to_hex(colour) for colour in found.get_edgecolor()[:1]]
    sizes = numbers(found.get_sizes()) if hasattr(found, "get_sizes") else ""
    return (
        f"{type(found).__name__} x {numbers(data[:, 0])} y {numbers(data[:, 1])} offsets {numbers(offsets)} faces {faces} "
        f"edges {edges} widths {numbers(np.asarray(found.get_linewidth()))} sizes {sizes} {common}"
    )


def _patch(patch: Patch, common: str) -> str:
    box = (
        [patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()]
        if isinstance(patch, Rectangle)
        else patch.get_path().vertices[0]
    )
    fill = to_hex(patch.get_facecolor()) if patch.get_fill() else "empty"
    return f"{type(patch).__name__} {numbers(box)} {fill} {to_hex(patch.get_edgecolor())} {patch.get_linewidth():g} {common}"
