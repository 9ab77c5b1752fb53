"""Draws against their formulas; fans from the last two axes; a generator decides, and nothing global moves."""

import math

import pytest
import torch
from torch.testing import assert_close

from minifw import Linear, stack
from minifw.initializers import INITIALIZERS
from tests.minifw.helpers import EXACT, generator, linear

FAN_IN, FAN_OUT = 300, 500
BOUNDS = {
    "uniform": 1 / math.sqrt(FAN_IN),
    "xavier_uniform": math.sqrt(6 / (FAN_IN + FAN_OUT)),
    "he_uniform": math.sqrt(6 / FAN_IN),
}
STDS = {
    "normal": 1.0,
    "xavier_normal": math.sqrt(2 / (FAN_IN + FAN_OUT)),
    "he_normal": math.sqrt(2 / FAN_IN),
    "xavier_literal_variance": math.sqrt(2 / math.sqrt(FAN_IN + FAN_OUT)),
    "xavier_literal_std": 2 / math.sqrt(FAN_IN + FAN_OUT),
}


def draw(name, **options):
    return linear(FAN_IN, FAN_OUT, init=name, **options)


def test_every_initializer_has_its_formula_here():
    assert set(INITIALIZERS) == set(BOUNDS) | set(STDS)


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_uniform_draws_fill_their_interval_evenly(name, bound):
    weight = draw(name).weight.value
    assert weight.abs().max() <= bound
    assert_close(weight.max(), torch.tensor(bound).double(), rtol=1e-3, atol=0)
    assert_close(weight.min(), torch.tensor(-bound).double(), rtol=1e-3, atol=0)
    assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.01)
    assert weight.mean().item() == pytest.approx(0, abs=0.01 * bound)


@pytest.mark.parametrize(("name", "std"), STDS.items())
def test_normal_draws_have_their_standard_deviation(name, std):
    weight = draw(name).weight.value
    assert weight.std().item() == pytest.approx(std, rel=0.01)
    assert weight.mean().item() == pytest.approx(0, abs=0.01 * std)
    assert (weight.abs() < std).double().mean().item() == pytest.approx(math.erf(1 / math.sqrt(2)), abs=0.005)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_bias_is_drawn_with_the_fans_of_its_weight(name):
    biases = torch.cat([linear(30, 50, seed, init=name).bias.value for seed in range(200)])
    weights = torch.cat([linear(30, 50, seed, init=name).weight.value for seed in range(200)])
    assert (biases.std() / weights.std()).item() == pytest.approx(1, rel=0.03)
    assert (biases.abs().max() / weights.abs().max()).item() == pytest.approx(1, rel=0.01 if "uniform" in name else 0.3)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_stack_has_the_draws_each_trial_has_alone_whatever_their_number(name):
    for trials in (1, 7):
        ensemble = stack([linear(4, 3, seed, init=name) for seed in range(trials)])
        for seed in range(trials):
            assert_close(ensemble.weight.value[seed], linear(4, 3, seed, init=name).weight.value, **EXACT)
            assert_close(ensemble.bias.value[seed], linear(4, 3, seed, init=name).bias.value, **EXACT)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_scale_multiplies_weight_and_drawn_bias(name):
    plain, scaled = draw(name), draw(name, init_scale=0.5)
    assert_close(scaled.weight.value, 0.5 * plain.weight.value, **EXACT)
    assert_close(scaled.bias.value, 0.5 * plain.bias.value, **EXACT)


def test_a_bias_may_start_at_zero_and_leaves_the_weight_alone():
    layer = draw("uniform", bias_init="zero", init_scale=3.0)
    assert_close(layer.bias.value, torch.zeros(1, FAN_OUT, dtype=torch.float64), **EXACT)
    assert_close(layer.weight.value, draw("uniform", init_scale=3.0).weight.value, **EXACT)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_generator_decides_and_no_global_state_moves(name):
    before = torch.get_rng_state()
    drawn = [Linear(3, 4, init=name, generator=generator(seed)).weight.value for seed in (1, 1, 2)]
    Linear(3, 4, init=name)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


def test_layers_without_a_generator_differ():
    assert not torch.equal(Linear(3, 4).weight.value, Linear(3, 4).weight.value)


def test_float32_draws_are_the_float64_ones_rounded():
    assert_close(draw("normal", dtype=torch.float32).weight.value, draw("normal").weight.value.float(), **EXACT)
    assert Linear(2, 2).weight.value.dtype == torch.get_default_dtype()


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"glorot.*xavier_normal"):
        Linear(2, 2, init="glorot")
    with pytest.raises(ValueError, match="same, zero"):
        Linear(2, 2, bias_init="ones")


@pytest.mark.parametrize(("name", "std"), STDS.items())
def test_normal_draws_are_those_of_the_generator_in_float64(name, std):
    drawn = torch.randn(FAN_IN, FAN_OUT, dtype=torch.float64, generator=generator())
    assert_close(draw(name).weight.value, drawn * std, rtol=1e-15, atol=0)


@pytest.mark.parametrize(("name", "bound"), BOUNDS.items())
def test_uniform_draws_are_those_of_the_generator_in_float64(name, bound):
    drawn = torch.rand(FAN_IN, FAN_OUT, dtype=torch.float64, generator=generator())
    assert_close(draw(name).weight.value, (2 * drawn - 1) * bound, rtol=0, atol=1e-15)
