"""The same claim under another reading of its study."""

from __future__ import annotations

from experiments.claims.kinds import Contradiction, Order, Pair, Value
from experiments.claims.quantities import FINAL, LAST_TEN, Quantity, epochs
from experiments.claims.readings import under_reading
from experiments.claims.wording import quantities
from tests.experiments.claims.declared import BASE, value


def test_a_reading_moves_the_study_and_its_window() -> None:
    moved = under_reading(value(windows=(("epoch-average", epochs(1, 50)),)), "epoch-average")
    assert isinstance(moved, Value)
    assert (moved.study, moved.quantity.window) == ("train-epoch-average", epochs(1, 50))
    plain = under_reading(value(windows=(("epoch-average", epochs(1, 50)),)), "centred")
    assert isinstance(plain, Value)
    assert (plain.study, plain.quantity.window) == ("train-centred", FINAL)


def test_a_reading_moves_both_sides_of_a_pair_but_one_number_of_a_contradiction() -> None:
    one, other = Quantity("train", "train_error"), Quantity("train", "test_error")
    windows = (("r", LAST_TEN),)
    pair = under_reading(Order(**BASE, id="F1", pairs=(Pair(one, other),), windows=windows), "r")
    assert isinstance(pair, Order)
    assert {quantity.window for quantity in quantities(pair)} == {LAST_TEN}
    both = under_reading(
        Contradiction(**BASE, id="F6", first=one, first_published=4, second=one, second_published=8, windows=windows), "r"
    )
    assert isinstance(both, Contradiction)
    assert (both.first.window, both.second.window) == (FINAL, LAST_TEN)
