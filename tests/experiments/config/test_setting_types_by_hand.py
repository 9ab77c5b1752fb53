"""Each kind of value at the edges of what it allows, and in what words it says so."""

from __future__ import annotations

import math

import pytest

from experiments.config.setting_types import Choice, Device, Integer, ListOf, Number, Switch, Text


@pytest.mark.parametrize(
    ("kind", "allowed", "refused"),
    [
        (Integer(1), [1, 2, 10**9], [0, -1, 1.0, True, "1"]),
        (Integer(0), [0], [-1, False]),
        (Number(), [0, 0.0, 1e300, 5], [-1e-9, math.inf, math.nan, "1", True, None]),
        (Number(0.5), [0.5], [0.49]),
        (Number(0, 1), [0, 0.999], [1, 1.0, -0.1, math.inf]),
        (Number(0, above=True), [1e-300], [0, 0.0, -1, math.inf]),
        (Number(0, 1, above=True), [0.5], [0, 1]),
        (Choice(("relu", "tanh")), ["relu", "tanh"], ["", "Relu", None, "rel"]),
        (ListOf(Integer(1), "W"), [(1,), (3, 4)], [(), (0,), (1, 0), [1], 1]),
        (Switch(), [True, False], [1, 0, "on", None]),
        (
            Device(),
            ["cpu", "cuda", "cuda:0", "cuda:12"],
            ["cpu:", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "tpu", "cuda:1:2", ""],
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_allowed_and_what_is_not(kind, allowed, refused) -> None:
    for value in allowed:
        kind.check(value)
    for value in refused:
        with pytest.raises(ValueError, match=r" is not "):
            kind.check(value)


@pytest.mark.parametrize(
    ("kind", "words", "metavar"),
    [
        (Integer(3), "a whole number of at least 3", "INTEGER"),
        (Number(), "a finite number of at least 0", "NUMBER"),
        (Number(2, above=True), "a finite number above 2", "NUMBER"),
        (Number(0, 1), "a number in [0, 1)", "NUMBER"),
        (Number(0, 1, above=True), "a number in (0, 1)", "NUMBER"),
        (Choice(("a", "b")), "one of a, b", "a|b"),
        (Choice(("a" * 11, "b" * 12)), f"one of {'a' * 11}, {'b' * 12}", f"{'a' * 11}|{'b' * 12}"),
        (Choice(("a" * 12, "b" * 12)), f"one of {'a' * 12}, {'b' * 12}", "NAME"),
        (ListOf(Integer(1), "WIDTHS"), "a whole number of at least 1, or several with commas between", "WIDTHS"),
        (Switch(), "one of on, off", "on|off"),
        (Device(), "one of cpu, cuda, cuda:N", "cpu|cuda|cuda:N"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_words(kind, words: str, metavar: str) -> None:
    assert (kind.describe(), kind.metavar) == (words, metavar)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Choice(("a", "b")), ("a", "b")),
        (Switch(), ("on", "off")),
        (Device(), ("cpu", "cuda")),
        (Integer(1), ()),
        (Number(), ()),
        (Text("COLUMN"), ()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_names_that_shells_offer(kind, names: tuple[str, ...]) -> None:
    assert kind.names_allowed() == names


@pytest.mark.parametrize(("given", "allowed"), [("a", True), (" a b", True), ("", False), (" ", False), (None, False)])
def test_a_text_is_not_empty(given, allowed: bool) -> None:
    kind = Text("COLUMN")
    assert kind.describe() == "a column's name"
    if allowed:
        kind.check(given)
        assert kind.parse(given) == given
    else:
        with pytest.raises(ValueError, match=r" is not a column's name"):
            kind.check(given)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Integer(1), " 12 ", 12),
        (Number(), "1e-3", 0.001),
        (ListOf(Integer(1), "W"), "3, 4,5", (3, 4, 5)),
        *[(Switch(), text, True) for text in ("on", "true", "yes", "ON")],
        *[(Switch(), text, False) for text in ("off", "false", "no", "No")],
    ],
    ids=str,
)
def test_what_text_stands_for(kind, text: str, value) -> None:
    assert kind.parse(text) == value and type(kind.parse(text)) is type(value)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Number(), 0.1, "0.1"),
        (Number(), 1 / 3, repr(1 / 3)),
        (Number(), 1e-8, "1e-08"),
        (Number(), 5, "5"),
        (Switch(), True, "on"),
    ],
)
def test_text_of_a_value_is_short_and_loses_nothing(kind, value, text: str) -> None:
    assert kind.format(value) == text


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Integer(1), "x", "'x' is not a whole number of at least 1"),
        (Integer(1), "0", "0 is not a whole number of at least 1"),
        (Number(0, 1), "y", r"'y' is not a number in \[0, 1\)"),
        (Choice(("relu",)), "rleu", r"'rleu' is not one of relu \(did you mean relu\?\)"),
        (ListOf(Integer(1), "W"), "1,,2", "'1,,2' has an empty place; write values separated by single commas"),
        (Switch(), "maybe", "'maybe' is not one of on, off"),
        (Device(), "cda", r"'cda' is not one of cpu, cuda, cuda:N \(did you mean cuda\?\)"),
    ],
    ids=str,
)
def test_what_is_said_of_text_that_is_not_allowed(kind, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        kind.parse(text)
