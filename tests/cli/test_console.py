"""How far a run is, off a terminal and on one; what is printed when results are wanted as JSON, or not at all."""

import io
import json
import math

import pandas as pd
import pytest
from rich.console import Console

from cli import console
from experiments.running.progress import Progress


@pytest.fixture
def screen(monkeypatch):
    """What stderr shows, on a terminal or off one."""

    def make(terminal: bool) -> io.StringIO:
        file = io.StringIO()
        shown = Console(file=file, force_terminal=terminal, width=120, highlight=False)
        monkeypatch.setattr(console, "stderr", lambda: shown)
        return file

    return make


@pytest.fixture
def clock(monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(console, "SECONDS_BEFORE_FIRST_LINE", 5.0)
    monkeypatch.setattr(console.time, "monotonic", lambda: seconds[0])
    return seconds


def test_off_a_terminal_there_is_a_line_now_and_then_and_one_a_phase(screen, clock):
    file = screen(False)
    with console.progress("train", "figures") as report:
        for second, share in ((1, 0.1), (6, 0.25), (8, 0.3), (17, 0.5), (20, 1.0), (21, 1.0)):
            clock[0] = second
            report(Progress(4, 16, share))
        report.phase("times")
    assert file.getvalue().splitlines() == [
        "train: 25 %, 4 of 16 trials stored, about 18 s left",
        "train: 50 %, 4 of 16 trials stored, about 17 s left",
        "train: figures ...",
        "train: times ...",
    ]


def test_a_short_run_off_a_terminal_says_nothing(screen, clock):
    file = screen(False)
    with console.progress("train") as report:
        report(Progress(1, 2, 0.5))
        report(Progress(2, 2, 1.0))
    assert file.getvalue() == ""


def test_on_a_terminal_the_phase_is_named_and_100_percent_is_not_shown_before_the_end(screen):
    file = screen(True)
    with console.progress("train", "figures") as report:
        report(Progress(1, 2, 0.5, 3, 9, 0.25, 0.125))
        report._bar.refresh()
        report(Progress(2, 2, 1.0))
        report._bar.refresh()
    shown = file.getvalue()
    assert "train: trials" in shown and "50 %" in shown and "epoch 3/9  loss 0.2500  error 12.5 %" in shown
    assert "train: figures" in shown and "100 %" not in shown


def test_quiet_hides_all_but_errors(screen, capsys):
    file = screen(False)
    with console.output(json=False, quiet=True):
        console.say("talk")
        console.show_heading("h")
        console.show_text("t")
        console.show_table("t", ["a"], [["b"]])
        console.show_list([["a", "b"]])
        console.show_files([])
        console.show_json(dict)
        console.show_error("wrong")
    assert (file.getvalue(), capsys.readouterr().out) == ("Error: wrong\n", "")
    console.say("talk again")
    assert "talk again" in file.getvalue()


def test_json_is_plain(capsys):
    table = pd.DataFrame({"a": [1.5, math.nan]})
    with console.output(json=True, quiet=False):
        console.show_text("no text")
        console.show_json(lambda: {"rows": table, "inf": math.inf, "list": (1, "x")})
    assert json.loads(capsys.readouterr().out) == {"rows": [{"a": 1.5}, {"a": None}], "inf": None, "list": [1, "x"]}


def test_a_list_is_cut_at_the_end_of_a_terminal_only(monkeypatch):
    rows = [["one", "x" * 30], ["three", "y"]]
    for terminal, lines in (
        (True, ["one    xxxxxxxxx ...", "three  y"]),
        (False, [f"one    {'x' * 30}", "three  y"]),
    ):
        file = io.StringIO()
        shown = Console(file=file, force_terminal=terminal, color_system=None, width=20, highlight=False)
        monkeypatch.setattr(console, "stdout", lambda shown=shown: shown)
        console.show_list(rows)
        assert file.getvalue().splitlines() == lines
