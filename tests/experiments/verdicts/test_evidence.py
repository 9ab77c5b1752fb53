"""What tables of histories and times hold for a claim: windows over epochs, units, halves, ratios."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.quantities import DIVERGES, EVERY_EPOCH_FALLS, FINAL, How, Quantity, Window, epochs
from experiments.statistics.times import Timing
from experiments.verdicts.evidence import Tables, in_window

CURVES = pd.DataFrame(
    [[9.0, 5.0, 4.0, 2.0], [9.0, 3.0, 2.0, 4.0], [9.0, np.nan, np.nan, np.nan], [8.0, 7.0, 6.0, 5.0]],
    index=pd.Index([0, 1, 2, 3], name="seed"),
    columns=[0, 1, 2, 3],
)
EACH_ITS_OWN = np.arange(4)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (FINAL, [2, 4, np.nan, 5]),
        (DIVERGES, [0, 0, 100, 0]),
        (Window(tail=2), [3, 3, np.nan, 5.5]),
        (epochs(1, 2), [4.5, 2.5, np.nan, 6.5]),
        (EVERY_EPOCH_FALLS, [100, 0, np.nan, 100]),
    ],
)
def test_what_a_window_makes_of_a_curve(window: Window, expected: list[float]) -> None:
    np.testing.assert_allclose(in_window(CURVES, window, EACH_ITS_OWN), expected)


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
