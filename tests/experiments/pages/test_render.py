"""Filters of the templates, and the signs beside verdicts."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from jinja2 import UndefinedError
from PIL import Image

from experiments.claims.outcome import Outcome
from experiments.pages.render import SIGNS, cells, embed_all, embedded, environment, inline, markdown_cell, slug
from experiments.verdicts.ledger import MIXED


@pytest.mark.parametrize(
    ("text", "found"),
    [("Table I, row Ours", "table-i-row-ours"), ("_a_loss.png_", "a-loss-png"), ("D8-train: ReLU/1 ", "d8-train-relu-1")],
)
def test_text_in_an_id(text, found):
    assert slug(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`a` and `b`, *c*", "<code>a</code> and <code>b</code>, <em>c</em>"),
        ("3 < 13 & `a*b*`", "3 &lt; 13 &amp; <code>a*b*</code>"),
    ],
)
def test_marks_in_text_become_elements(text, found):
    assert inline(text) == found


def test_cells_are_rounded_numbers_and_texts():
    frame = pd.DataFrame({"a": ["x", "y"], "b": [1.23456, float("nan")], "c": [12345, 8]})
    assert list(cells(frame)) == [["x", "1.23", "12345"], ["y", "", "8"]]
    assert markdown_cell("a|b\nc|") == "a\\|b c\\|" and markdown_cell(7) == "7"


def test_a_picture_is_embedded_with_its_size_and_every_pixel(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (30, 70, 3), dtype=np.uint8)
    Image.fromarray(pixels).quantize(64).save(tmp_path / "a.png")
    found = embedded(tmp_path / "a.png")
    kind, data = found["src"].split(",")
    assert (kind, found["width"], found["height"]) == ("data:image/webp;base64", 70, 30)
    shown = Image.open(BytesIO(base64.b64decode(data))).convert("RGB")
    np.testing.assert_array_equal(np.asarray(shown), np.asarray(Image.open(tmp_path / "a.png").convert("RGB")))
    Image.fromarray(pixels[:20]).save(tmp_path / "b.png")
    assert embed_all(tmp_path, ["b.png", "a.png"]) == {"b.png": embedded(tmp_path / "b.png"), "a.png": found}


def test_only_html_is_escaped_and_nothing_is_left_out_in_silence():
    made = environment()
    assert isinstance(made.autoescape, type(lambda: None))
    assert made.autoescape("index.html") and not made.autoescape("README.md")
    assert made.from_string("{% if true %}\na\n{% endif %}\nb\n").render() == "a\nb\n"
    with pytest.raises(UndefinedError):
        made.from_string("{{ nothing }}").render()


def test_every_outcome_has_a_sign():
    assert list(SIGNS) == [*Outcome, MIXED]
    assert "".join(SIGNS.values()) == "✓✓≈±?✗·∓"
