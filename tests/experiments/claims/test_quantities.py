"""Windows in words, and the margin that a quantity has unless its claim brings another."""

from __future__ import annotations

import pytest

from experiments.claims.quantities import DIVERGES, EVERY_EPOCH_FALLS, FINAL, Quantity, Window, epochs
from tests.experiments.claims.declared import value


@pytest.mark.parametrize(
    ("metric", "published", "margin"),
    [
        ("test_error", 8.0, 1.2),
        ("test_error", 2.0, 0.5),
        ("test_accuracy", 90.0, 1.5),
        ("test_accuracy", 99.0, 0.5),
        ("test_loss", 0.2, 0.03),
    ],
)
def test_default_margins(metric: str, published: float, margin: float) -> None:
    allowed, reason = value(quantity=Quantity("train", metric), published=published).allowed()
    assert allowed == pytest.approx(margin)
    assert reason


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (FINAL, "final epoch"),
        (Window(tail=2), "mean of the last 2 epochs"),
        (epochs(1, 2), "mean of epochs 1-2"),
        (EVERY_EPOCH_FALLS, "share of runs in which it falls at every epoch"),
    ],
)
def test_a_window_in_words(window: Window, text: str) -> None:
    assert str(window) == text


def test_shares_of_runs_are_in_percent_whatever_the_metric():
    in_percent = [Quantity("a", "train_loss", window).in_percent for window in (DIVERGES, EVERY_EPOCH_FALLS, FINAL)]
    assert in_percent == [True, True, False] and Quantity("a", "test_error").in_percent
