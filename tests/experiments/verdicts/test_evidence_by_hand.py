"""Curves and windows where something is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.quantities import How, Quantity, Window, epochs
from experiments.verdicts.evidence import Tables, in_window


def history(**columns: list[float]) -> pd.DataFrame:
    """Three seeds, measured at epochs 0, 2 and 4."""
    return pd.DataFrame({"arm": "a", "seed": np.repeat([0, 1, 2], 3), "epoch": [0, 2, 4] * 3, **columns})


def values(table: pd.DataFrame, metric: str, window: Window = Window()) -> list[float] | None:  # noqa: B008
    sample = Tables({"s": table}).sample("s", Quantity("a", metric, window))
    return None if sample is None else sample.values.tolist()


ERRORS = [0.5, 0.3, 0.1, 0.5, np.nan, np.nan, 0.5, 0.2, 0.4]


def test_one_diverged_trial_does_not_hide_the_others() -> None:
    assert values(history(test_error=ERRORS), "test_error") == pytest.approx([10, np.nan, 40], nan_ok=True)
    assert values(history(test_error=ERRORS), "test_accuracy") == pytest.approx([90, np.nan, 60], nan_ok=True)
    assert values(history(test_error=[np.nan] * 9), "test_error") is None


def test_a_gap_needs_both_losses() -> None:
    both = history(train_loss=np.arange(9.0), validation_loss=np.arange(9.0) * 3)
    assert values(both, "validation_loss_gap") == [4, 10, 16]
    assert values(history(validation_loss=np.arange(9.0)), "validation_loss_gap") is None


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(tail=2), [20, np.nan, 30]),
        (epochs(2, 2), [30, np.nan, 20]),
        (Window(first=2), [30, np.nan, 20]),
        (epochs(1, 4), [20, np.nan, 30]),
        (epochs(0, 1), [50, 50, 50]),
        (epochs(5, 9), [np.nan] * 3),
        (Window(how=How.FALLS), [100, np.nan, 0]),
    ],
)
def test_windows_count_epochs_that_were_measured(window: Window, expected: list[float]) -> None:
    assert values(history(test_error=ERRORS), "test_error", window) == pytest.approx(expected, nan_ok=True)


CURVES = pd.DataFrame([[0.0, 3, 1, 2], [0.0, 9, 8, 7], [0.0, 2, 4, 6], [0.0, 5, 1, 9]], columns=[0, 1, 2, 3])


def lowest(tail: int, data_sets: list[int], curves: pd.DataFrame = CURVES) -> list[float]:
    return in_window(curves, Window(tail=tail, how=How.LOWEST), np.array(data_sets)).tolist()


def test_the_start_is_never_the_lowest_and_halves_choose_for_each_other() -> None:
    """Odd sets, rows 1 and 3: means 7, 4.5, 8, lowest at epoch 2; even ones, rows 0 and 2: 2.5, 2.5, 4, the first of two."""
    assert lowest(1, [0, 1, 2, 3]) == [1, 9, 4, 5]
    assert lowest(2, [0, 1, 2, 3]) == [2, 8.5, 3, 3]
    assert lowest(3, [0, 1, 2, 3]) == [2, 8, 4, 5]


@pytest.mark.parametrize(("tail", "data_sets"), [(4, [0, 1, 2, 3]), (1, [0, 2, 4, 6]), (1, [1, 3, 5, 7])])
def test_without_two_halves_or_enough_epochs_there_is_no_lowest(tail: int, data_sets: list[int]) -> None:
    assert np.isnan(lowest(tail, data_sets)).all()


def test_diverged_trials_choose_for_nobody() -> None:
    curves = CURVES.copy()
    curves.loc[3, 3] = np.nan
    assert lowest(1, [0, 1, 2, 3], curves)[:3] == [2, 9, 6], "row 1 alone, lowest at epoch 3"
    curves.loc[1, 1] = np.nan
    assert np.isnan(lowest(1, [0, 1, 2, 3], curves)[0]) and lowest(1, [0, 1, 2, 3], curves)[3] == 5


def test_samples_are_looked_up_once() -> None:
    tables = Tables({"s": history(test_error=ERRORS)})
    assert tables.sample("s", Quantity("a", "test_error")) is tables.sample("s", Quantity("a", "test_error"))
