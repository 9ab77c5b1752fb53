"""The same trial by every engine: in float64 they agree, and each keeps a seed's bits whatever stands beside it."""

import numpy as np
import pytest

from experiments.config.engines import ENGINES
from experiments.config.trial import Trial, TrialConfig
from experiments.training.driver import train_lanes
from experiments.training.lanes import plan_chunks
from experiments.training.results import TrialResult
from tests.experiments.training.trained import SMALL, largest_difference, same_bits, train

OTHERS = [name for name in ENGINES if name != "stack"]
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
    "dropout": {"dropout": (0.25, 0.5), "init": "he_normal", "init_scale": 0.5, "bias_init": "zero"},
    "seeds": {"data_seed": 9, "init_seed": 8, "order_seed": 7, "init": "xavier_normal"},
    "summed, one data set": {"reduction": "sum", "lr": 0.005, "seeds_per_data_set": 2, "targets": "binary"},
}


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_every_engine_trains_the_same_trial(settings, engine):
    config = SMALL.replace(**settings)
    ours = train(config, "stack")
    if engine in ("torch", "vmap") and any(config.dropout):  # whose draws are torch's own
        return
    assert not np.array_equal(ours[0].measured["train_loss"][:1], ours[0].measured["train_loss"][-1:])
    assert largest_difference(ours, train(config, engine)) < 1e-9
    if engine == "compiled":
        assert not same_bits(ours[0], train(config, engine)[0])


@pytest.mark.parametrize("act", ["relu", "tanh"])
@pytest.mark.parametrize("engine", OTHERS)
def test_a_seed_keeps_its_bits_beside_others(engine, act):
    config = TrialConfig(hidden=(7, 5), act=(act,), train_size=50, test_size=0, epochs=3, engine=engine)

    def run(seeds) -> TrialResult:
        results = {}
        for chunk in plan_chunks([Trial(config, seed) for seed in seeds]):
            seeds_of_lanes = [lane.seed for lane in chunk.lanes]
            results |= dict(zip(seeds_of_lanes, train_lanes(chunk.lanes), strict=True))
        return results[3]

    alone = run([3])
    assert same_bits(alone, run(range(7))) and same_bits(alone, run([3, 17, 30]))


def test_a_diverged_trial_is_empty_from_there_in_torch_too():
    config = SMALL.replace(lr=1e30, out="none", targets="pm1")
    for engine in ENGINES:
        measured = train(config, engine)[0].measured
        assert np.isfinite(measured["train_loss"][0]) and np.isnan(measured["test_error"][1:]).all()


def test_progress_counts_the_epochs_of_all_trials():
    seen = []
    train_lanes([Trial(SMALL.replace(engine="torch"), seed) for seed in range(2)], lambda *news: seen.append(news))
    epochs = [epoch for epoch, _, _ in seen]
    assert epochs == sorted(epochs) and epochs[0] == 0 and epochs[-1] == SMALL.epochs and len(epochs) == 12
