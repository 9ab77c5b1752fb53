"""The network that settings describe, layer by layer, and the stream that each layer draws from."""

from __future__ import annotations

import pytest
import torch

from experiments.config.trial import TrialConfig
from experiments.training.networks import build_model, layer_parameters
from experiments.training.seeds import generator
from minifw import Linear

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


@pytest.mark.parametrize(("targets", "outputs"), [("pm1", 2), ("binary", 1), ("onehot", 2)])
def test_each_layer_draws_from_its_own_stream(targets: str, outputs: int) -> None:
    config = CONFIG.replace(targets=targets, init="he_normal", init_scale=2.0, bias_init="zero", dtype="float64")
    drawn = layer_parameters(build_model(config, 7))
    widths = (2, 5, 4, outputs)
    for k in range(3):
        alone = Linear(
            *(widths[k], widths[k + 1]),
            init="he_normal",
            generator=generator(7, f"initialisation of layer {k}"),
            init_scale=2.0,
            bias_init="zero",
            dtype=torch.float64,
        )
        assert torch.equal(drawn[f"weight{k}"].value, alone.weight.value)
        assert not drawn[f"bias{k}"].value.any() and drawn[f"bias{k}"].value.shape[-1] == widths[k + 1]
    assert list(drawn) == ["weight0", "bias0", "weight1", "bias1", "weight2", "bias2"]


def test_dropout_has_its_rate_and_its_stream() -> None:
    model = build_model(CONFIG.replace(dropout=(0.25, 0.5)), 3)
    dropouts = [module for module in model.modules() if type(module).__name__ == "Dropout"]
    assert [module.p for module in dropouts] == [0.25, 0.5]
    other = build_model(CONFIG.replace(dropout=(0.25, 0.5)), 3)
    x = torch.ones(50, 2)
    assert torch.equal(model(x), other(x)) and not torch.equal(model(x), build_model(CONFIG, 3)(x))
