"""The estimate against the formula of its docstring."""

from __future__ import annotations

import math

import pytest

from experiments.config.trial import TrialConfig
from experiments.running.estimate import estimate_seconds, stack_seconds
from experiments.training.lanes import plan_chunks
from tests.experiments.storing import trials

STEP = {"compiled": 0, "stack": 1.2e-4, "single": 0.8e-4, "torch": 2e-4, "vmap": 8e-4}


@pytest.mark.parametrize("engine", STEP)
@pytest.mark.parametrize("every", [1, 5])
def test_the_estimate_is_the_formula_of_its_docstring(engine: str, every: int) -> None:
    """Steps dispatched, 0.3 ns a sample and parameter to train, 0.1 ns to measure; a third of it compiled."""
    config = TrialConfig(
        hidden=(7, 5),
        epochs=6,
        train_size=101,
        validation_size=20,
        test_size=30,
        batch_size=10,
        engine=engine,
        evaluate_every=every,
    )
    (chunk,) = plan_chunks(trials(config, range(4)))
    parameters = 4 * (2 * 7 + 7 * 5 + 5 * 2)
    dispatched = 4 if engine in ("single", "torch") else 1
    training = 11 * dispatched * STEP[engine] + (0.1e-9 if engine == "compiled" else 0.3e-9) * 101 * parameters
    measuring = (0.03e-9 if engine == "compiled" else 0.1e-9) * 151 * parameters / every
    assert estimate_seconds([chunk]) == pytest.approx(6 * (training + measuring))
    assert estimate_seconds([chunk, chunk]) == pytest.approx(12 * (training + measuring))
    assert estimate_seconds([]) == 0


def test_too_many_digits_take_for_ever() -> None:
    assert stack_seconds(TrialConfig(epochs=10**400), 4) == math.inf
