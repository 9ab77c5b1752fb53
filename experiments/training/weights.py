"""The weights that trials start from, as numpy arrays: the one place where every engine gets them. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import features_of, outputs_of
from experiments.training.seeds import stream_seed
from minifw.compiled.draws import Generators
from minifw.compiled.weights import draw_weights


def widths_of(config: TrialConfig) -> tuple[int, ...]:
    """The widths of a network from its features to its outputs."""
    return (features_of(config), *config.hidden, outputs_of(config))


def draw_parameters(lanes: Sequence[Trial]) -> dict[str, np.ndarray]:
    """For each affine layer its first weight (lanes, in, out) and bias (lanes, 1, out) in float64: `weight0`, `bias0`, ...

    Each layer draws from a generator of its own, so that networks which share a layer's shape share its draws; first the
    weight, then the bias.
    """
    drawn: dict[str, np.ndarray] = {}
    for layer, fans in enumerate(pairwise(widths_of(lanes[0].config))):
        drawn[f"weight{layer}"] = np.zeros((len(lanes), *fans))
        drawn[f"bias{layer}"] = np.zeros((len(lanes), 1, fans[1]))
        for rule, places in _by_rule(lanes).items():
            seeds = [lanes[place].config.seed_of("init", lanes[place].seed) for place in places]
            generators = Generators([stream_seed(seed, f"initialisation of layer {layer}") for seed in seeds])
            init, scale, bias_init = rule
            drawn[f"weight{layer}"][places] = draw_weights(init, generators, fans, fans, scale)
            if bias_init == "same":
                drawn[f"bias{layer}"][places] = draw_weights(init, generators, (1, fans[1]), fans, scale)
    return drawn


def _by_rule(lanes: Sequence[Trial]) -> dict[tuple[str, float, str], list[int]]:
    """The places of the lanes that draw by one rule: initialiser, scale, and how biases start."""
    places: dict[tuple[str, float, str], list[int]] = {}
    for place, lane in enumerate(lanes):
        rule = (lane.config.init, lane.config.init_scale, lane.config.bias_init)
        places.setdefault(rule, []).append(place)
    return places
