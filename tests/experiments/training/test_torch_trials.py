"""The same trial by every implementation: in float64 they agree, and each keeps a seed's bits whatever stands beside it."""

import numpy as np
import pytest
import torch

from experiments.analysis.stored_networks import load_model
from experiments.config.implementations import IMPLEMENTATIONS
from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.running.compute import one_thread
from experiments.training.driver import cut_into_trainings, train_lanes
from experiments.training.lanes import plan_chunks
from experiments.training.results import TrialResult
from experiments.training.torch_trials import TorchTrial
from experiments.training.vmapped import VmappedTrials

OTHERS = IMPLEMENTATIONS[1:]
SMALL = TrialConfig(hidden=(6, 5), train_size=60, test_size=40, epochs=5, dtype="float64", record_steps=True)
SETTINGS = {
    "feng": {},
    "bhatt": {
        "act": ("tanh",),
        "scale": "standardize",
        "momentum": 0.9,
        "lr_decay_epoch": 0.9,
        "batch_size": 25,
        "evaluate_every": 2,
    },
    "nesterov": {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01, "lr": 0.01},
    "dampening": {"momentum": 0.9, "dampening": 0.5},
    "rmsprop": {"optimizer": "rmsprop", "momentum": 0.5, "centered": True, "lr": 0.001, "alpha": 0.9},
    "adagrad": {"optimizer": "adagrad", "lr_decay": 0.01, "initial_accumulator_value": 0.1},
    "adadelta": {"optimizer": "adadelta", "rho": 0.95, "eps": 1e-7},
    "adam": {"optimizer": "adam", "beta1": 0.8, "beta2": 0.99, "weight_decay": 0.01},
    "cross-entropy summed": {"loss": "cross-entropy", "reduction": "sum", "lr": 0.005},
    "cross-entropy": {"loss": "cross-entropy", "reduction": "batchmean"},
    "batchmean in order": {"reduction": "batchmean", "shuffle": False, "out": "none", "targets": "onehot"},
    "summed, one data set": {"reduction": "sum", "lr": 0.005, "seeds_per_data_set": 2, "targets": "binary"},
}


@pytest.fixture(autouse=True)
def alone_on_a_thread():
    with one_thread():
        yield


def train(config: TrialConfig, implementation: str, seeds: range = range(2)) -> list[TrialResult]:
    return train_lanes([Trial(config.replace(implementation=implementation), seed) for seed in seeds])


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


@pytest.mark.parametrize("implementation", OTHERS)
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_every_implementation_trains_the_same_trial(settings, implementation):
    config = SMALL.replace(**settings)
    ours = train(config, "minifw")
    assert not np.array_equal(ours[0].measured["train_loss"][:1], ours[0].measured["train_loss"][-1:])
    assert largest_difference(ours, train(config, implementation)) < 1e-9


@pytest.mark.parametrize("act", ["relu", "tanh"])
@pytest.mark.parametrize("implementation", OTHERS)
def test_a_seed_keeps_its_bits_beside_others(implementation, act):
    config = TrialConfig(hidden=(7, 5), act=(act,), train_size=50, test_size=0, epochs=3, implementation=implementation)

    def run(seeds) -> TrialResult:
        results = {}
        for chunk in plan_chunks([Trial(config, seed) for seed in seeds]):
            seeds_of_lanes = [lane.seed for lane in chunk.lanes]
            results |= dict(zip(seeds_of_lanes, train_lanes(chunk.lanes), strict=True))
        return results[3]

    alone = run([3])
    assert same_bits(alone, run(range(7))) and same_bits(alone, run([3, 17, 30]))


def test_dropout_in_torch_is_the_seeds_own_and_leaves_the_global_generator_alone():
    config = SMALL.replace(dropout=(0.5,))
    torch.manual_seed(1)
    before = torch.get_rng_state()
    pair = train(config, "torch")
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert same_bits(pair[1], train(config, "torch", range(1, 2))[0])
    assert not same_bits(pair[0], train(SMALL, "torch")[0])
    first, second = (TorchTrial([Trial(config, seed)]).dropout_state for seed in (0, 1))
    assert not torch.equal(first, second)


def test_torch_measures_without_dropout():
    training = TorchTrial([Trial(SMALL.replace(dropout=(0.5,)), 0)])
    loss, error = training.measure(training.data["train"])
    assert (loss, error) == training.measure(training.data["train"])


def test_a_diverged_trial_is_empty_from_there_in_torch_too():
    config = SMALL.replace(lr=1e30, out="none", targets="pm1")
    for implementation in IMPLEMENTATIONS:
        measured = train(config, implementation)[0].measured
        assert np.isfinite(measured["train_loss"][0]) and np.isnan(measured["test_error"][1:]).all()


def test_a_stored_torch_trial_classifies_as_it_was_measured():
    (result,) = train(SMALL, "torch", range(1))
    training = TorchTrial([Trial(SMALL, 0)])
    model = load_model(SMALL, result.parameters)
    data = training.data["test"]
    wrong = (model(data.inputs).sum(-1) > 0).long() != data.labels
    assert float(wrong.double().mean()) == result.measured["test_error"][-1]


@pytest.mark.parametrize("settings", [{"dropout": (0.1,)}, {"act": ("sigmoid",)}, {"out": "sigmoid", "targets": "binary"}])
def test_what_vmap_cannot_keep_apart_is_refused(settings):
    with pytest.raises(SettingError, match="vmapped trial"):
        SMALL.replace(implementation="vmap", **settings)


def test_an_unknown_implementation_is_refused():
    with pytest.raises(SettingError, match="implementation"):
        SMALL.replace(implementation="jax")


def test_vmapped_trials_of_different_rates_train_apart():
    slow, fast = (SMALL.replace(implementation="vmap", lr=lr) for lr in (0.01, 0.1))
    lanes = [Trial(config, seed) for config in (slow, fast) for seed in range(4)]
    assert [len(group) for group in cut_into_trainings(lanes)] == [4, 4]
    with pytest.raises(ValueError, match="different settings"):
        VmappedTrials(lanes)
    ours = train(SMALL.replace(lr=0.01), "minifw", range(4)) + train(SMALL.replace(lr=0.1), "minifw", range(4))
    assert largest_difference(ours, train_lanes(lanes)) < 1e-9


def test_trials_that_train_alone_fill_no_lanes_and_few_a_chunk():
    chunks = plan_chunks([Trial(SMALL.replace(implementation="torch"), seed) for seed in range(1, 11)])
    assert sorted(trial.seed for chunk in chunks for trial in chunk.trials) == list(range(1, 11))
    assert all(all(chunk.wanted) and len(chunk.lanes) <= 4 for chunk in chunks)


def test_progress_counts_the_epochs_of_all_trials():
    seen = []
    train_lanes([Trial(SMALL.replace(implementation="torch"), seed) for seed in range(2)], lambda *news: seen.append(news))
    epochs = [epoch for epoch, _, _ in seen]
    assert epochs == sorted(epochs) and epochs[0] == 0 and epochs[-1] == SMALL.epochs and len(epochs) == 12
