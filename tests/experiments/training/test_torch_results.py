"""What is kept of each lane of a history."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from experiments.training.torch_results import collect_results, lanes_first, run_fit
from minifw import History


def history(*shape: int, steps: int = 0) -> History:
    history = History()
    history.epochs = [0, 5]
    values = torch.arange(2.0 * 4 * max(1, int(np.prod(shape)))).reshape(4, 2, *shape)
    history.loss = {"train": list(values[0]), "test": list(values[1])}
    history.error = {"train": list(values[2]), "test": list(values[3])}
    history.steps = [
        torch.full(shape, float(k)) + torch.arange(shape[0] if shape else 1).reshape(shape) / 10 for k in range(steps)
    ]
    return history


@pytest.mark.parametrize("steps", [0, 3])
def test_each_lane_has_its_own_columns(steps: int) -> None:
    seen = history(3, steps=steps)
    weights = torch.arange(12.0).reshape(3, 2, 2)
    found = collect_results(seen, lanes_first({"weight0": weights}))
    assert len(found) == 3
    for k, result in enumerate(found):
        assert result.epochs.tolist() == [0, 5]
        for name, column in (("train_loss", seen.loss["train"]), ("test_error", seen.error["test"])):
            assert result.measured[name].tolist() == [float(values[k]) for values in column]
            assert result.measured[name].dtype == np.float64
        assert list(result.measured) == ["train_loss", "test_loss", "train_error", "test_error"]
        assert np.array_equal(result.parameters["weight0"], weights[k].numpy())
        assert result.steps == pytest.approx([j + k / 10 for j in range(steps)]) and result.steps.shape == (steps,)


def test_scalars_belong_to_one_trial() -> None:
    (result,) = collect_results(history(steps=2), lanes_first({"bias0": torch.ones(1, 4)}))
    assert result.measured["train_loss"].tolist() == [0, 1] and result.steps.tolist() == [0, 1]
    assert result.parameters["bias0"].shape == (1, 4)


def test_results_do_not_share_memory_with_the_stack() -> None:
    weights = torch.zeros(3, 2, 2)
    first, second, _ = collect_results(history(3), lanes_first({"weight0": weights}))
    weights += 1
    first.measured["train_loss"][:] = 9
    assert not first.parameters["weight0"].any() and 9 not in second.measured["train_loss"]


def test_a_trial_that_diverges_does_not_count_in_the_progress():
    """Of losses 1, NaN and 3 the mean is 2; of errors 0.5, NaN and 0 a quarter."""
    history = History()
    history.add(0, {"train": (torch.tensor([1, math.nan, 3]), torch.tensor([0.5, math.nan, 0]))})

    class Training:
        def fit(self, report):
            report(2, history)
            return history

        def arrays(self):
            return {}

    told = []
    assert len(run_fit(Training(), lambda *message: told.append(message))) == 3
    assert told == [(2, 2.0, 0.25)]
