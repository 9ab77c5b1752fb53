"""A seed is a seed: the trial of seed 3 has the same bits whatever number of rounds it is one of, and seed 0 alone as well."""

import hashlib

import numpy as np
import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.running.runner import run_trials
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.lanes import plan_chunks
from experiments.training.seeds import stream_seed
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.storing import trials

BASE = TrialConfig(hidden=(25, 25), epochs=4, train_size=40, test_size=20, batch_size=10)
CASES = {
    "relu": {},
    "tanh": {"act": ("tanh",)},
    "sigmoid": {"act": ("sigmoid",), "out": "sigmoid", "targets": "binary"},
    "dropout": {"dropout": (0.2, 0.5)},
    "adam": {"optimizer": "adam", "lr": 0.01, "lr_decay_epoch": 0.9},
    "batch 1": {"batch_size": 1, "train_size": 15, "optimizer": "sgd", "momentum": 0.9},
    "float64": {"dtype": "float64", "loss": "cross-entropy"},
    "narrow": {"hidden": (1, 2, 3), "batch_size": 7, "scale": "standardize"},
    "shared data": {"seeds_per_data_set": 3, "validation_size": 5, "record_steps": True},
}


def bits(folder, config: TrialConfig, seed: int) -> bytes:
    """History, steps and weights of a stored trial."""
    with Store(folder / STORE_NAME) as store:
        ((_, result),) = TrialReader(store).results(config, [seed])
    arrays = [*result.measured.values(), result.steps, *result.parameters.values()]
    assert all(np.isfinite(array).all() for array in arrays)
    return b"".join(array.tobytes() for array in arrays)


def rows(folder, seed: int) -> list[str]:
    """The lines of a seed in the table."""
    return [line for line in (folder / "s.csv").read_text().splitlines() if line.split(",")[1] == str(seed)]


@pytest.mark.parametrize("case", CASES)
def test_a_trial_has_the_same_bits_for_every_number_of_rounds(in_memory, case):
    config = BASE.replace(**CASES[case])
    seen, lines, alone = set(), set(), set()
    for rounds in (1, 4, 7, 40, 100):
        folder = in_memory / str(rounds)
        run_study(Study("s", (Arm("only", config),), range(rounds), figures=()), folder)
        alone.add((bits(folder, config, 0), *rows(folder, 0)))
        if rounds > 3:
            seen.add(bits(folder, config, 3))
            lines.add(tuple(rows(folder, 3)))
    assert len(seen) == len(lines) == len(alone) == 1
    assert len(lines.pop()) == BASE.epochs + 1


MIXED = {
    "plain": {},
    "fast": {"lr": 0.3},
    "momentum": {"momentum": 0.9, "lr": 0.02},
    "dropout": {"dropout": (0.1, 0.4)},
    "he": {"init": "he_normal", "bias_init": "zero"},
    "decay": {"weight_decay": 0.01, "lr_decay_epoch": 0.5},
    "scaled": {"scale": "center", "init_scale": 2.0},
}


def test_an_arm_has_the_same_bits_alone_and_among_others_in_one_stack(in_memory):
    configs = {name: BASE.replace(**changes) for name, changes in MIXED.items()}
    everything = [trial for config in configs.values() for trial in trials(config, range(2, 9))]
    assert len(plan_chunks(everything)) == 1
    together, alone = in_memory / "together", in_memory / "alone"
    for folder in (together, alone):
        folder.mkdir()
    with Store(together / STORE_NAME) as store:
        run_trials(everything, store)
    with Store(alone / STORE_NAME) as store:
        for config in configs.values():
            run_trials(trials(config, range(7, 9)), store)
            run_trials(trials(config, range(2, 7)), store)
    for name, config in configs.items():
        for seed in range(2, 9):
            assert bits(together, config, seed) == bits(alone, config, seed), (name, seed)


def test_arms_are_paired_but_trials_differ(in_memory):
    configs = {name: BASE.replace(**changes) for name, changes in MIXED.items()}
    with Store(in_memory / STORE_NAME) as store:
        run_trials([trial for config in configs.values() for trial in trials(config, range(4))], store)
        starts = {
            name: [history["train_error"][0] for _, history in TrialReader(store).histories(config, range(4))]
            for name, config in configs.items()
        }
        assert starts["plain"] == starts["fast"] == starts["momentum"] == starts["dropout"] == starts["decay"]
        assert starts["he"] != starts["plain"]
    assert len({bits(in_memory, config, seed) for config in configs.values() for seed in range(4)}) == 4 * len(configs)


def test_each_purpose_of_each_seed_has_a_stream_of_its_own():
    purposes = ("train points", "test points", "shuffling", "initialisation of layer 0", "initialisation of layer 1")
    seeds = [0, 1, 2, 3, 1000, 2**31, 2**32 - 1]
    assert len({stream_seed(seed, purpose) for seed in seeds for purpose in purposes}) == 35


def test_the_streams_are_what_they_were():
    """A change here makes other trials of the same seeds: then everything stored is computed anew, and tables change."""
    drawn = [stream_seed(seed, purpose) for seed in range(5) for purpose in ("train points", "shuffling")]
    assert hashlib.sha256(repr(drawn).encode()).hexdigest()[:16] == "42174d265c01d2fb"
