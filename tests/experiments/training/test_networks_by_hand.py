"""The network that settings describe, layer by layer, and the stream that each layer draws from."""

from __future__ import annotations

import pytest
import torch

from experiments.config.trial import Trial, TrialConfig
from experiments.training.networks import build_model, layer_parameters
from experiments.training.weights import draw_parameters

CONFIG = TrialConfig(hidden=(5, 4), act=("relu", "tanh"))


def layers(config: TrialConfig, **options) -> list[str]:
    return [type(module).__name__ for module in build_model(config, 0, **options).modules()][1:]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (CONFIG, "Linear ReLU Linear Tanh Linear Tanh"),
        (CONFIG.replace(out="none"), "Linear ReLU Linear Tanh Linear"),
        (CONFIG.replace(out="sigmoid"), "Linear ReLU Linear Tanh Linear Sigmoid"),
        (CONFIG.replace(loss="cross-entropy"), "Linear ReLU Linear Tanh Linear"),
        (CONFIG.replace(dropout=(0.0, 0.5)), "Linear ReLU Linear Tanh Dropout Linear Tanh"),
        (CONFIG.replace(dropout=(0.5, 0.0)), "Linear ReLU Dropout Linear Tanh Linear Tanh"),
    ],
)
def test_layers_in_order(config: TrialConfig, expected: str) -> None:
    assert layers(config) == expected.split()


def test_dropout_can_be_asked_for_where_the_rate_is_nought() -> None:
    assert layers(CONFIG, dropout_after=[True, False]) == ["Linear", "ReLU", "Dropout", "Linear", "Tanh", "Linear", "Tanh"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_network_begins_with_the_weights_drawn_for_its_seed(dtype: str) -> None:
    config = CONFIG.replace(targets="binary", init="he_normal", init_scale=2.0, dtype=dtype)
    drawn = draw_parameters([Trial(config, 7)])
    parameters = layer_parameters(build_model(config, 7))
    assert list(parameters) == ["weight0", "bias0", "weight1", "bias1", "weight2", "bias2"] == list(drawn)
    for name, parameter in parameters.items():
        assert (parameter.value.numpy() == drawn[name][0].astype(dtype)).all()


def test_dropout_has_its_rate_and_its_stream() -> None:
    model = build_model(CONFIG.replace(dropout=(0.25, 0.5)), 3)
    dropouts = [module for module in model.modules() if type(module).__name__ == "Dropout"]
    assert [module.p for module in dropouts] == [0.25, 0.5]
    other = build_model(CONFIG.replace(dropout=(0.25, 0.5)), 3)
    x = torch.ones(50, 2)
    assert torch.equal(model(x), other(x)) and not torch.equal(model(x), build_model(CONFIG, 3)(x))


def test_the_dropout_seed_is_in_place_of_each_seed() -> None:
    x = torch.ones(50, 2)
    fixed = CONFIG.replace(dropout=(0.25, 0.5), dropout_seed=3, init_seed=1)
    first, second = build_model(fixed, 3)(x), build_model(fixed, 4)(x)
    assert torch.equal(first, second) and torch.equal(first, build_model(fixed.replace(dropout_seed=None), 3)(x))
