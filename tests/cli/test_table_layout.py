"""Tables in the width of a screen: no name and no number is broken, and every cell is there."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cli import console
from cli.table_layout import TIE, break_header, lay_out, table_width

ARMS = [["arm", "mean", "95 % interval"], ["a", "1.25", "1.00 to 1.50"], ["b", "12.25", "10.50 to 14.00"]]


@pytest.fixture
def shown(monkeypatch):
    def show(width: int, *arguments) -> str:
        file = io.StringIO()
        monkeypatch.setattr(console, "stdout", lambda: Console(file=file, width=width, highlight=False))
        console.show_table(*arguments)
        return file.getvalue()

    return show


@pytest.mark.parametrize(
    ("width", "headers", "gap", "parts"),
    [
        (99, ["arm", "mean", "test error %"], 3, [[0, 1, 2]]),
        (35, ["arm", "mean", "test error %"], 3, [[0, 1, 2]]),
        (32, ["arm", "mean", "test error %"], 2, [[0, 1, 2]]),
        (31, ["arm", "mean", "test\nerror %"], 3, [[0, 1, 2]]),
        (29, ["arm", "mean", "test\nerror %"], 2, [[0, 1, 2]]),
        (26, ["arm", "mean", "test\nerror %"], 2, [[0, 1], [0, 2]]),
        (5, ["arm", "mean", "test\nerror %"], 2, [[0, 1], [0, 2]]),
    ],
)
def test_it_gives_way_step_by_step(width, headers, gap, parts):
    layout = lay_out(["arm", "mean", f"test error{TIE}%"], [["relu-tanh", "0.25", "12.5"]], width)
    assert (layout.headers, layout.gap, layout.parts) == (headers, gap, parts)


def test_the_width_is_what_rich_takes(shown):
    for width, gap in ((32, 3), (31, 2)):
        assert lay_out(ARMS[0], ARMS[1:], width).gap == gap
        line = next(line for line in shown(width, "t", ARMS[0], ARMS[1:]).splitlines() if "10.50" in line)
        assert len(line) == table_width([3, 5, 14], gap)


def test_headers_are_broken_between_words_only():
    assert break_header(f"95 % interval of the test{TIE}error", 10) == "95 %\ninterval\nof the\ntest error"
    assert break_header("", 0) == ""


names = st.from_regex(r"[a-z]{1,12}(-[0-9.]{1,6}){0,3}", fullmatch=True)
numbers = st.from_regex(r"-?[0-9]{1,4}\.[0-9]{2}( to [0-9]{1,4}\.[0-9]{2})?", fullmatch=True)


@given(st.data(), st.integers(1, 9), st.integers(64, 120))
def test_names_and_numbers_are_whole_and_lines_fit(data, columns, width):
    rows = data.draw(st.lists(st.tuples(names, *[numbers] * columns), min_size=1, max_size=4))
    headers = ["arm", *(f"column number {number}" for number in range(columns))]
    file = io.StringIO()
    original, console.stdout = console.stdout, lambda: Console(file=file, width=width, highlight=False)
    try:
        console.show_table("title", headers, rows)
    finally:
        console.stdout = original
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    cells = [re.split(r" {2,}", line.strip()) for line in lines]
    for row in rows:
        printed = [each[1:] for each in cells if each[0] == row[0]]
        assert sum(len(each) for each in printed) >= columns
        assert {cell for each in printed for cell in each} >= set(row[1:])


def test_a_name_without_room_is_broken_rather_than_its_numbers(shown):
    output = shown(30, "t", ["arm", "interval"], [["a-very-long-name-of-an-arm", "10.50 to 14.00"]])
    assert "10.50 to 14.00" in output and "a-very-long-name-of-an-arm" not in output
