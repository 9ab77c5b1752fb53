"""Types of setting: what is allowed, and text that is read as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.setting_types import Choice, Device, Integer, ListOf, Number, Switch, did_you_mean

KINDS = {
    Integer(1): st.integers(1, 10**9),
    Number(): st.floats(0, 1e300, allow_nan=False),
    Number(0, 1): st.floats(0, 1, exclude_max=True),
    Choice(("relu", "tanh")): st.sampled_from(["relu", "tanh"]),
    ListOf(Integer(1), "WIDTHS"): st.lists(st.integers(1, 99), min_size=1).map(tuple),
    Switch(): st.booleans(),
    Device(): st.sampled_from(["cpu", "cuda", "cuda:3"]),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@given(data=st.data())
def test_a_value_written_as_text_is_read_as_the_same(kind, data):
    value = data.draw(KINDS[kind])
    kind.check(value)
    assert kind.parse(kind.format(value)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Integer(1), "0"),
        (Integer(1), "1.0"),
        (Integer(1), ""),
        (Number(), "nan"),
        (Number(), "-inf"),
        (Number(), "one"),
        (Number(0, 1), "1"),
        (Number(0, above=True), "0"),
        (Choice(("relu",)), "Relu"),
        (ListOf(Integer(1), "W"), ""),
        (ListOf(Integer(1), "W"), "1,,2"),
        (ListOf(Integer(1), "W"), "1,"),
        (Switch(), "perhaps"),
        (Device(), "cuda:"),
        (Device(), "cpu:0"),
        (Device(), "cuda:x"),
    ],
)
def test_text_that_is_not_allowed_is_quoted(kind, text):
    with pytest.raises(ValueError, match=r" "):
        kind.parse(text)


def test_names_that_are_close_are_proposed():
    assert did_you_mean("rleu", ("relu", "tanh")) == " (did you mean relu?)"
    assert did_you_mean("xyz", ("relu", "tanh")) == ""
