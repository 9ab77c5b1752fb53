"""What the title of regions says of typical networks; how the picture looks is written down in `looks/`."""

from __future__ import annotations

import pytest

from experiments.figures.regions import _title


@pytest.mark.parametrize(
    ("errors", "title"),
    [
        ({}, "Every trial diverged"),
        ({"a": 2.54}, "A typical network misclassifies 2.5 % of its test points"),
        ({"a": 2.54, "b": 2.46}, "In every panel a typical network misclassifies 2.5 % of its test points"),
        ({"a": 7.0, "b": 2.5, "c": 4.0}, "Of its test points a typical network misclassifies 2.5 % (b) to 7.0 % (a)"),
    ],
)
def test_the_title_has_the_least_and_the_most_that_typical_networks_misclassify(errors: dict[str, float], title: str) -> None:
    assert _title(errors, "test") == title
