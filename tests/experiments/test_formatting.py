"""How numbers are written for readers."""

import math

import pytest

from experiments.formatting import listed, number, signed, three_digits


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
