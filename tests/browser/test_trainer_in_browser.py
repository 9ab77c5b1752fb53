"""What the page's script computes, held against Python, bit for bit."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from experiments.config.trial import TrialConfig
from experiments.training.data import sizes
from experiments.training.seeds import stream_seed
from tests.browser.trained import digests_of, final_errors, run_in_page, trained, trained_in_page

SMALL = TrialConfig(hidden=(5, 4), epochs=3, train_size=60, test_size=40, batch_size=7)


@pytest.fixture
def blank(driver):
    """A page without anything, and without a policy that forbids scripts."""
    driver.get("about:blank")
    return driver


@pytest.mark.parametrize("length", [0, 3, 55, 56, 64, 1000])
def test_sha256(blank, length):
    message = [(7 * k) % 256 for k in range(length)]
    found = run_in_page(blank, "return sha256(Uint8Array.from(message));", message=message)
    assert found == hashlib.sha256(bytes(message)).hexdigest()


def test_seeds_of_streams(blank):
    seeds = [0, 1, 999, 2**31, 2**32 - 1]
    offset = stream_seed(0, "shuffling")
    found = run_in_page(blank, "return seeds.map((seed) => streamSeed(seed, offset));", seeds=seeds, offset=offset)
    assert found == [stream_seed(seed, "shuffling") for seed in seeds]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"scale": "center", "targets": "binary", "out": "sigmoid", "reduction": "sum", "init": "he_normal", "init_scale": 0.7},
        {"scale": "standardize", "momentum": 0.9, "nesterov": True, "lr_decay_epoch": 0.9, "init": "xavier_uniform"},
        {"scale": "symmetric", "loss": "cross-entropy", "optimizer": "adam", "act": ("tanh", "sigmoid"), "bias_init": "zero"},
        {"optimizer": "adagrad", "initial_accumulator_value": 0.5, "dropout": (0.2, 0.5), "validation_size": 30},
        {"optimizer": "rmsprop", "centered": True, "init": "xavier_normal", "shuffle": False, "seeds_per_data_set": 2},
        {"optimizer": "adadelta", "dtype": "float64", "evaluate_every": 2},
    ],
    ids=lambda settings: "-".join(str(value) for value in settings.values())[:40] or "feng",
)
def test_a_trial_has_the_errors_and_the_parameters_of_python_s(blank, settings):
    config = SMALL.replace(**settings)
    seeds = [3, 4] if config.dtype == "float64" else [3, 4, 1000]
    expected, found = trained(config, seeds), trained_in_page(blank, config, seeds)
    assert found["digests"] == digests_of(expected) and len(set(found["digests"])) == len(seeds)
    assert found["errors"] == [final_errors(expected, split) for split in sizes(config)]


def test_a_trial_that_diverges_has_no_error_and_the_same_digest(blank):
    config = SMALL.replace(lr=1e30, act=("relu",), out="none", epochs=2)
    expected, found = trained(config, [0]), trained_in_page(blank, config, [0])
    assert np.isnan(final_errors(expected, "test")).all() and found["errors"] == [[None], [None]]
    assert found["digests"] == digests_of(expected)


def test_one_of_feng_s_trials(blank):
    """All of a report's settings: 50 epochs of 100 steps."""
    config = TrialConfig()
    expected, found = trained(config, [0]), trained_in_page(blank, config, [0])
    assert found["digests"] == digests_of(expected) and found["errors"][1] == final_errors(expected, "test")


def test_the_picture_of_a_network_shows_its_decisions(blank):
    """A network of one affine map: what it says at the middle of each square, from the top left on."""
    script = """
    const told = { targets: "binary" };
    const layers = [{ KIND: 0, INPUTS: 2, OUTPUTS: 1 }];
    const parameters = () => Float32Array.of(1, 0, 0);
    return Array.from(boundary({ recipe: told, layers, parameters, scalers: [null], engine }, 0, 2));
    """
    expected = [round(127 * np.tanh(2 * (2 * x - 1))) for x in (0.25, 0.75)]
    assert run_in_page(blank, script) == expected * 2
