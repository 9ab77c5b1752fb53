"""The weights that trials start from: which stream each layer draws from, by which rule, in which order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from experiments.config.settings import INITIALIZERS
from experiments.config.trial import Trial, TrialConfig
from experiments.training.torch_data import generator
from experiments.training.weights import draw_parameters, widths_of
from minifw import Linear
from minifw.compiled.weights import RULES

CONFIG = TrialConfig(hidden=(5, 4))


@pytest.mark.parametrize("init", [name for name in INITIALIZERS if RULES[name][0]])
@pytest.mark.parametrize("bias_init", ["same", "zero"])
def test_uniform_rules_are_those_of_the_layer_from_the_same_stream(init: str, bias_init: str) -> None:
    config = CONFIG.replace(init=init, bias_init=bias_init, init_scale=2.0)
    drawn = draw_parameters([Trial(config, 3), Trial(config, 7)])
    for k, fans in enumerate([(2, 5), (5, 4), (4, 2)]):
        stream = generator(7, f"initialisation of layer {k}")
        alone = Linear(*fans, init=init, generator=stream, init_scale=2.0, bias_init=bias_init, dtype=torch.float64)
        np.testing.assert_array_equal(drawn[f"weight{k}"][1], alone.weight.value)
        np.testing.assert_array_equal(drawn[f"bias{k}"][1], alone.bias.value)


@pytest.mark.parametrize("init", [name for name in INITIALIZERS if not RULES[name][0]])
def test_normal_rules_have_the_deviation_of_the_layer(init: str) -> None:
    config = CONFIG.replace(hidden=(60, 50), init=init, init_scale=0.5)
    drawn = draw_parameters([Trial(config, seed) for seed in range(3)])["weight1"]
    expected = Linear(60, 50, init=init, generator=generator(0, "any"), init_scale=0.5).weight.value.std().item()
    assert drawn.std() == pytest.approx(expected, rel=0.05) and abs(drawn.mean()) < expected / 20


def test_lanes_of_several_rules_draw_what_each_would_alone() -> None:
    configs = [CONFIG, CONFIG.replace(init="he_normal"), CONFIG.replace(bias_init="zero"), CONFIG.replace(init_scale=3.0)]
    lanes = [Trial(config, seed) for config in configs for seed in (4, 1)]
    together = draw_parameters(lanes)
    for place, lane in enumerate(lanes):
        for name, values in draw_parameters([lane]).items():
            np.testing.assert_array_equal(together[name][place], values[0])


def test_the_init_seed_is_in_place_of_each_seed() -> None:
    fixed = draw_parameters([Trial(CONFIG.replace(init_seed=5), seed) for seed in (0, 1)])
    for name, values in draw_parameters([Trial(CONFIG, 5)]).items():
        np.testing.assert_array_equal(fixed[name], np.repeat(values, 2, axis=0))


def test_the_last_width_is_that_of_the_targets() -> None:
    assert widths_of(CONFIG) == (2, 5, 4, 2) and widths_of(CONFIG.replace(targets="binary")) == (2, 5, 4, 1)
