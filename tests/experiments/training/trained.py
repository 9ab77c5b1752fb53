"""A small network in float64, trained by any engine, and how far two results lie apart."""

import numpy as np

from experiments.config.trial import Trial, TrialConfig
from experiments.training.driver import train_lanes
from experiments.training.results import TrialResult

SMALL = TrialConfig(hidden=(6, 5), train_size=60, test_size=40, epochs=5, dtype="float64", record_steps=True)


def train(config: TrialConfig, engine: str, seeds: range = range(2)) -> list[TrialResult]:
    return train_lanes([Trial(config.replace(engine=engine), seed) for seed in seeds])


def largest_difference(left: list[TrialResult], right: list[TrialResult]) -> float:
    pairs = []
    for one, other in zip(left, right, strict=True):
        assert np.array_equal(one.epochs, other.epochs)
        assert one.measured.keys() == other.measured.keys() and one.parameters.keys() == other.parameters.keys()
        pairs += [(one.measured[name], other.measured[name]) for name in one.measured]
        pairs += [(one.parameters[name], other.parameters[name]) for name in one.parameters]
        pairs.append((one.steps, other.steps))
    assert all(a.shape == b.shape for a, b in pairs)
    return max(float(np.abs(a - b).max(initial=0)) for a, b in pairs)


def same_bits(left: TrialResult, right: TrialResult) -> bool:
    return largest_difference([left], [right]) == 0
