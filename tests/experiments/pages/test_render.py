"""Filters of the templates, and the signs beside verdicts."""

from __future__ import annotations

import base64

import pandas as pd
import pytest
from jinja2 import UndefinedError

from experiments.claims.outcome import Outcome
from experiments.pages.pictures import Picture
from experiments.pages.render import SIGNS, cells, embedded, environment, inline, markdown_cell, slug
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


def test_a_picture_is_embedded_with_its_size(tmp_path):
    """Bytes 16 to 19 of a PNG are its width, 20 to 23 its height, the highest first."""
    data = bytes(range(16)) + (300).to_bytes(4) + (70000).to_bytes(4) + b"rest"
    (tmp_path / "a.png").write_bytes(data)
    expected = {"src": f"data:image/png;base64,{base64.b64encode(data).decode()}", "width": 300, "height": 70000}
    assert embedded(tmp_path / "a.png") == expected
    assert environment(tmp_path).filters["embedded"](Picture("a.png", "A picture")) == expected


def test_only_html_is_escaped_and_nothing_is_left_out_in_silence(tmp_path):
    made = environment(tmp_path)
    assert isinstance(made.autoescape, type(lambda: None))
    assert made.autoescape("index.html") and not made.autoescape("README.md")
    assert made.from_string("{% if true %}\na\n{% endif %}\nb\n").render() == "a\nb\n"
    with pytest.raises(UndefinedError):
        made.from_string("{{ nothing }}").render()


def test_every_outcome_has_a_sign():
    assert list(SIGNS) == [*Outcome, MIXED]
    assert "".join(SIGNS.values()) == "✓✓≈±?✗·∓"
