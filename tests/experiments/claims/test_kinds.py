"""Kinds of claim as data: windows, margins, readings, and a digest that follows every declared word."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Bound, Claim, Contradiction, Equal, NotTestable, Order, Pair, TimeRatio, Value, digest
from experiments.claims.quantities import EVERY_EPOCH_FALLS, FINAL, LAST_TEN, How, Quantity, Window, epochs
from experiments.claims.readings import under_reading
from experiments.claims.wording import arm_of, metric_of, published_number, quantities, statement, window_of
from experiments.statistics.times import Timing
from experiments.verdicts.evidence import Tables, in_window

BASE = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "train"}


def value(**changes: object) -> Value:
    settings: dict[str, object] = {**BASE, "id": "F3", "quantity": Quantity("train", "test_error"), "published": 8.0, "n": 10}
    return Value(**(settings | changes))  # type: ignore[arg-type]


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


def test_a_margin_of_its_own_comes_with_its_reason() -> None:
    assert value(margin=3.2, margin_reason="because").allowed() == (3.2, "because")


CURVES = pd.DataFrame(
    [[9.0, 5.0, 4.0, 2.0], [9.0, 3.0, 2.0, 4.0], [9.0, np.nan, np.nan, np.nan], [8.0, 7.0, 6.0, 5.0]],
    index=pd.Index([0, 1, 2, 3], name="seed"),
    columns=[0, 1, 2, 3],
)
EACH_ITS_OWN = np.arange(4)


@pytest.mark.parametrize(
    ("window", "expected", "text"),
    [
        (FINAL, [2, 4, np.nan, 5], "final epoch"),
        (Window(tail=2), [3, 3, np.nan, 5.5], "mean of the last 2 epochs"),
        (epochs(1, 2), [4.5, 2.5, np.nan, 6.5], "mean of epochs 1-2"),
        (EVERY_EPOCH_FALLS, [100, 0, np.nan, 100], "share of runs in which it falls at every epoch"),
    ],
)
def test_windows(window: Window, expected: list[float], text: str) -> None:
    np.testing.assert_allclose(in_window(CURVES, window, EACH_ITS_OWN), expected)
    assert str(window) == text


def test_a_trial_that_diverges_last_did_not_fall_at_every_epoch() -> None:
    """It has no value: neither 0 nor 100."""
    curves = pd.DataFrame([[3.0, 2.0, np.nan], [3.0, 2.0, 1.0]])
    np.testing.assert_array_equal(in_window(curves, EVERY_EPOCH_FALLS, np.arange(2)), [np.nan, 100])


def test_the_lowest_window_is_chosen_by_the_other_half() -> None:
    """The even seeds are lowest at the last epoch, the odd ones (1 and 3) at epoch 2 or 3: each is read where the other is."""
    curves = CURVES.drop(columns=3).assign(**{"3": [2.0, 9.0, np.nan, 9.0]}).set_axis([0, 1, 2, 3], axis=1)
    np.testing.assert_allclose(in_window(curves, Window(tail=1, how=How.LOWEST), EACH_ITS_OWN), [4, 9, np.nan, 9])


def test_the_lowest_window_finds_no_minimum_in_noise() -> None:
    curves = pd.DataFrame(np.random.default_rng(1).normal(size=(400, 31)))
    lowest = in_window(curves, Window(tail=10, how=How.LOWEST), np.arange(400))
    assert abs(lowest.mean()) < 3 * lowest.std() / 20


def history(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"arm": "train", "seed": [0, 0, 1, 1], "epoch": [0, 1, 0, 1], **columns})


def test_tables_give_percentages_of_errors_and_losses_as_they_are() -> None:
    table = history(
        train_loss=[1.0, 0.25, 1, 0.5],
        validation_loss=[1, 0.75, 1, 0.5],
        test_error=[0.5, 0.04, 0.5, 0.06],
        test_loss=[np.nan] * 4,
    )
    tables = Tables({"train": table})

    def values(metric: str) -> list[float] | None:
        sample = tables.sample("train", Quantity("train", metric))
        return None if sample is None else sample.values.round(9).tolist()

    assert values("test_error") == [4, 6]
    assert values("test_accuracy") == [96, 94]
    assert values("train_loss") == [0.25, 0.5]
    assert values("validation_loss_gap") == [0.5, 0]
    assert values("test_loss") is None
    assert values("train_error") is None
    assert tables.sample("train", Quantity("other", "test_error")) is None
    assert tables.sample("other", Quantity("train", "test_error")) is None


def test_tables_say_which_seeds_share_a_data_set() -> None:
    tables = Tables({"train": history(test_error=[0.5] * 4)}, {"train": 2})
    shared = tables.sample("train", Quantity("train", "test_error"))
    assert shared is not None and shared.groups is not None and shared.groups.tolist() == [0, 0]
    own = Tables({"train": history(test_error=[0.5] * 4)}).sample("train", Quantity("train", "test_error"))
    assert own is not None and own.groups is None


def test_halves_of_the_seeds_are_halves_of_the_data_sets() -> None:
    """Seeds 0 and 1 share the data set that is lowest at epoch 1, seeds 2 and 3 the one that is lowest at epoch 2."""
    losses = [[9.0, 1.0, 2.0], [9.0, 1.0, 2.0], [9.0, 4.0, 3.0], [9.0, 4.0, 3.0]]
    rows = [
        {"arm": "train", "seed": seed, "epoch": epoch, "train_loss": loss}
        for seed, curve in enumerate(losses)
        for epoch, loss in enumerate(curve)
    ]
    sample = Tables({"train": pd.DataFrame(rows)}, {"train": 2}).sample(
        "train", Quantity("train", "train_loss", Window(tail=1, how=How.LOWEST))
    )
    assert sample is not None and sample.values.tolist() == [2, 2, 4, 4]


def test_what_histories_do_not_hold_comes_by_seed() -> None:
    tables = Tables(extra={("train", "train", "rising_iterations"): pd.Series([40.0, 50.0])})
    sample = tables.sample("train", Quantity("train", "rising_iterations"))
    assert sample is not None and sample.values.tolist() == [40, 50]
    assert set(tables.studies()) == {"train"}


def test_times_are_compared_within_each_repeat() -> None:
    """A machine that slows down threefold half-way leaves the ratio alone."""
    slowing = np.array([1.0, 1.1, 1.2, 1.0, 3.0, 3.3, 3.6, 3.0])
    seconds = pd.DataFrame({"single": slowing, "torch": 2 * slowing})
    tables = Tables(times={"feng-time": seconds, "given": Timing(2, 1, 3, 4)})
    ratio = tables.time("feng-time", ("single",), ("torch",), False)
    assert ratio is not None
    assert (ratio.value, ratio.low, ratio.high, ratio.repeats) == pytest.approx((0.5, 0.5, 0.5, 8))
    several = tables.time("feng-time", ("single",), ("single", "torch"), False)
    assert several is not None and several.value == pytest.approx(1 / 1.5)
    milliseconds = tables.time("feng-time", ("torch",), ("single",), True)
    assert milliseconds is not None and milliseconds.value == pytest.approx(2100)
    assert tables.time("given", ("minifw",), ("torch",), False) == Timing(2, 1, 3, 4)
    assert tables.time("feng-time", ("single",), ("jax",), False) is None
    assert tables.time("none", ("single",), ("torch",), False) is None


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


def every_kind() -> list[Claim]:
    one, other = Quantity("a", "train_error"), Quantity("b", "train_error")
    return [
        value(),
        Order(**BASE, id="1", pairs=(Pair(one, other),)),
        Equal(**BASE, id="2", pairs=(Pair(one, other), Pair(other, one)), margin=0.5, margin_reason="r", at_least=1),
        Bound(**BASE, id="3", quantity=one, limit=0.5),
        TimeRatio(**BASE, id="4", evidence="e", numerator=("a",), denominator=("b",), published=2.0),
        NotTestable(**BASE, id="5", reason="r"),
    ]


def test_the_digest_follows_every_field_of_every_claim() -> None:
    claims = every_kind()
    seen = {digest(claims), digest(claims[:-1])}
    changed = 0
    for index, claim in enumerate(claims):
        for field in dataclasses.fields(claim):
            before = getattr(claim, field.name)
            after = {bool: lambda v: not v, int: lambda v: v + 1, float: lambda v: v + 1.0, str: lambda v: v + "x"}.get(
                type(before)
            )
            if after is not None:
                mutated = [*claims]
                mutated[index] = dataclasses.replace(claim, **{field.name: after(before)})
                seen.add(digest(mutated))
                changed += 1
    assert len(seen) == changed + 2
    assert digest(claims) == digest(every_kind())


def test_the_digest_tells_kinds_apart() -> None:
    fields = {**BASE, "id": "1", "pairs": ()}
    shape = type("Shape", (Order,), {"kind": "shape"})
    assert digest([Order(**fields)]) != digest([shape(**fields)])


def test_claims_in_words() -> None:
    assert [statement(claim) for claim in every_kind()] == [
        "within 1.2 of 8",
        "a < b",
        "1 of 2 pairs =",
        "below 0.5",
        "within 15% of 2",
        "",
    ]
    assert [arm_of(claim) for claim in every_kind()] == ["train", "a, b", "a, b", "a", "a, b", ""]
    assert metric_of(every_kind()[1]) == "train_error" and metric_of(every_kind()[4]) == "e"
    assert window_of(every_kind()[1]) == "final epoch"
    assert np.isnan(published_number(every_kind()[1])) and published_number(every_kind()[3]) == 0.5
