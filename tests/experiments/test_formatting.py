"""How numbers are written for readers."""

import math
from functools import partial

import pytest

from experiments.formatting import (
    duration,
    fixed,
    interval,
    listed,
    megabytes,
    number,
    short,
    signed,
    three_digits,
    two_digits_up,
    with_interval,
)


@pytest.mark.parametrize(
    ("value", "text"), [(0.1, "+0.10"), (-1.249, "-1.25"), (0.0, "0.00"), (-0.0, "0.00"), (-0.004, "0.00"), (0.0049, "0.00")]
)
def test_what_rounds_to_nothing_has_no_sign(value, text):
    assert signed(value) == text


def test_signs_with_other_digits():
    assert (signed(-0.004, 3), signed(12.34, 1), signed(math.nan)) == ("-0.004", "+12.3", "+nan")


def test_names_are_joined_as_in_a_sentence():
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("value", "text"), [(math.nan, ""), (1.2345, "1.23"), (999.4, "999"), (999.6, "1000"), (123456.7, "123457"), (2e6, "2e+06")]
)
def test_three_significant_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.9149, "0.915"), (1.1, "1.10"), (12, "12.0"), (1234.4, "1234"), (0, "0")])
def test_three_digits_without_exponent(value, text):
    assert three_digits(value) == text


TWO = partial(fixed, digits=2)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.23456, "1.235"), (99999.0, "99999.000"), (1.5e200, "1.50e+200"), (-2e6, "-2.00e+06"), (math.nan, "-")],
)
def test_fixed_numbers_stay_short(value, text):
    assert fixed(value, 3) == text


def test_a_sign_is_shown_where_it_is_asked_for():
    assert [fixed(value, 1, "+") for value in (1.25, -1.25, 2e7, math.nan)] == ["+1.2", "-1.2", "+2.00e+07", "-"]


def test_significant_digits():
    values = (0.91549, 1.1, 12.0, 1234.4, 5e-7, 2.5e6, math.nan)
    assert [short(value) for value in values] == ["0.915", "1.1", "12", "1.23e+03", "5e-07", "2.5e+06", "-"]
    assert [number(value) for value in values] == ["0.915", "1.1", "12", "1234", "5e-07", "2.5e+06", ""]
    assert [three_digits(value) for value in values[:4]] == ["0.915", "1.10", "12.0", "1234"]


def test_an_interval_has_both_ends_or_none():
    assert interval(-1, 2, TWO) == "-1.00 to 2.00"
    assert interval(math.nan, 2, TWO) == interval(1, math.nan, TWO) == "-"


def test_a_number_has_its_unit_and_its_interval():
    assert with_interval(2.3, 2.2, 2.44, short, " times") == "2.3 times (2.2 to 2.44)"
    assert with_interval(2.3, 2.2, 2.4, short, brackets="[{}, {}]") == "2.3 [2.2, 2.4]"
    assert with_interval(2.3, math.nan, math.nan, short, " times") == "2.3 times"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "less than 1 s"),
        (59.4, "59 s"),
        (90, "1.5 minutes"),
        (1500, "25 minutes"),
        (9000, "2.5 hours"),
        (86400 * 40, "40 days"),
        (3e17, "9.5e+09 years"),
        (math.inf, "inf years"),
    ],
)
def test_durations_are_in_the_largest_unit(seconds, text):
    assert duration(seconds) == text


def test_sizes_are_in_the_largest_unit():
    assert [megabytes(count) for count in (4e7, 1.6e9, 8e10, 2.5e12)] == ["40 MB", "1.6 GB", "80 GB", "2.5 TB"]


@pytest.mark.parametrize(("count", "rounded"), [(7, 7), (99, 99), (100, 100), (101, 110), (1234, 1300), (3.2, 4)])
def test_advice_has_two_digits_rounded_up(count: float, rounded: int) -> None:
    assert two_digits_up(count) == rounded
