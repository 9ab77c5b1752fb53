"""PNG files: pixels and the words in them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from experiments.figures.loss_and_error import error_figure
from experiments.figures.png import read_texts, write_png
from experiments.figures.saving import save
from tests.experiments.figures.artists import TWO, TWO_TABLE


def test_a_picture_in_256_colours_is_the_one_that_was_drawn(tmp_path):
    figure = error_figure(TWO, TWO_TABLE)
    save(figure, tmp_path / "small.png", "")
    drawn = np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int)
    with Image.open(tmp_path / "small.png") as image:
        kept = np.asarray(image.convert("RGB")).astype(int)
    assert kept.shape == drawn.shape
    assert np.abs(kept - drawn).max() < 40 and np.abs(kept - drawn).mean() < 0.5


def test_words_and_resolution_come_back(tmp_path):
    pixels = np.full((4, 6, 4), 255, np.uint8)
    write_png(pixels, tmp_path / "a.png", 144, {"Title": "two\n  lines", "Description": "ä %"})
    assert read_texts(tmp_path / "a.png") == {"Title": "two lines", "Description": "ä %"}
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (6, 4) and image.mode == "P"
        assert image.info["dpi"] == (144, 144) or max(abs(np.subtract(image.info["dpi"], 144))) < 0.1


@pytest.mark.parametrize(("shade", "kept"), [(253, 255), (254, 255), (252, 252), (228, 228)])
def test_nearly_white_is_white_and_nothing_else_is(tmp_path, shade, kept):
    write_png(np.full((2, 3, 4), shade, np.uint8), tmp_path / "a.png", 100, {})
    with Image.open(tmp_path / "a.png") as image:
        assert (np.asarray(image.convert("RGB")) == kept).all()


def test_a_file_that_is_no_picture_has_no_words(tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    assert read_texts(tmp_path / "no.png") == {} == read_texts(tmp_path / "absent.png")
