"""PNG files with words in them: what a picture shows, for those who cannot see it, and the digest of its data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

NEARLY_WHITE = 253


def write_png(pixels: np.ndarray, path: Path, dpi: int, texts: Mapping[str, str]) -> None:
    """Writes pixels (height, width, 4) of 8 bits, red to alpha, and texts by keyword.

    In 256 colours: a quarter of the bytes, and no difference that the eye sees in a plot.
    """
    image = Image.fromarray(pixels).convert("RGB")
    image = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # The mean of a group of nearly white pixels is not quite white, and a page around it would show that.
    image.putpalette([255 if value >= NEARLY_WHITE else value for value in image.getpalette() or ()])
    written = PngInfo()
    for keyword, text in texts.items():
        written.add_itxt(keyword, " ".join(text.split()))
    image.save(path, "PNG", pnginfo=written, dpi=(dpi, dpi), optimize=True)


def read_texts(path: Path) -> dict[str, str]:
    """The texts by keyword; none for a file that is no PNG or cannot be read."""
    try:
        with Image.open(path) as image:
            return {str(keyword): str(text) for keyword, text in image.info.items() if isinstance(text, str)}
    except OSError:
        return {}
