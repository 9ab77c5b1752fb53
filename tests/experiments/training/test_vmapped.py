"""Vmapped trials: only those of equal settings train together."""

import pytest

from experiments.config.trial import Trial
from experiments.training.driver import cut_into_trainings, train_lanes
from experiments.training.vmapped import VmappedTrials
from tests.experiments.training.trained import SMALL, largest_difference, train


def test_vmapped_trials_of_different_rates_train_apart():
    slow, fast = (SMALL.replace(engine="vmap", lr=lr) for lr in (0.01, 0.1))
    lanes = [Trial(config, seed) for config in (slow, fast) for seed in range(4)]
    assert [len(group) for group in cut_into_trainings(lanes)] == [4, 4]
    with pytest.raises(ValueError, match="different settings"):
        VmappedTrials(lanes)
    ours = train(SMALL.replace(lr=0.01), "stack", range(4)) + train(SMALL.replace(lr=0.1), "stack", range(4))
    assert largest_difference(ours, train_lanes(lanes)) < 1e-9
