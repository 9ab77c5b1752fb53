"""How figures are saved: the same data give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.figures.png import write_png
from experiments.figures.style import DPI, STYLE
from experiments.files import replace_file


@dataclass(frozen=True)
class Drawing:
    """A figure that was drawn: its pixels (height, width, 4), and the texts that its file holds."""

    pixels: np.ndarray
    texts: Mapping[str, str]

    def save(self, path: Path) -> None:
        """Replaces a PNG."""
        replace_file(path, lambda temporary: write_png(self.pixels, temporary, DPI, self.texts))


def draw(figure: Figure, digest: str) -> Drawing:
    """The drawing; its texts are title, caption and the digest of its data, and nothing that changes by itself."""
    with mpl.rc_context(STYLE):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
    texts = {"Title": figure.get_suptitle(), "Description": figure.get_supxlabel(), "Data-Digest": digest}
    return Drawing(np.asarray(canvas.buffer_rgba()), texts)


def save(figure: Figure, path: Path, digest: str) -> None:
    """Draws a figure and replaces its PNG."""
    draw(figure, digest).save(path)


def save_all(figures: Iterable[tuple[Figure, Path, str]]) -> list[Path]:
    """Draws figures and replaces their PNGs, each given with its path and the digest of its data; returns the files.

    Each is compressed, which needs no lock of Python's, while the next one is made and drawn; so making them writes no file.
    """
    with ThreadPoolExecutor(1) as compressing:
        saved = [(path, compressing.submit(draw(figure, digest).save, path)) for figure, path, digest in figures]
    for _, replaced in saved:
        replaced.result()
    return [path for path, _ in saved]
