"""Inverted dropout: its scale, its modes, and a stream of draws that belongs to its trial."""

import gc
import sys

import pytest
import torch
from torch.testing import assert_close

from minifw import Dropout, Sequential, stack, unstack
from tests.minifw.helpers import EXACT, generator, linear, normal


def ones(*shape):
    return torch.ones(*shape, dtype=torch.float64)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_p_is_the_share_dropped_and_the_rest_is_scaled_up(p):
    dropped = Dropout(p, generator())(ones(200, 500))
    kept = dropped != 0
    assert kept.double().mean().item() == pytest.approx(1 - p, abs=0.01)
    assert_close(dropped[kept], torch.full_like(dropped[kept], 1 / (1 - p)), **EXACT)
    assert dropped.mean().item() == pytest.approx(1, abs=0.03)


def test_backward_goes_through_the_same_mask():
    dropout = Dropout(0.3, generator())
    assert_close(dropout(ones(50, 4)), dropout.backward(ones(50, 4)), **EXACT)


def test_evaluation_is_the_identity_and_keeps_no_mask_from_training():
    dropout, x = Dropout(0.5, generator()), normal(5, 4)
    dropout(x)
    dropout.eval()
    assert_close(dropout(x), x, **EXACT)
    assert_close(dropout.backward(x), x, **EXACT)
    dropout.train()
    assert not torch.equal(dropout(x), x)


def test_evaluation_draws_nothing():
    interrupted, through = (Dropout(0.5, generator()) for _ in range(2))
    interrupted(ones(5, 4)), through(ones(5, 4))
    interrupted.eval()(ones(50, 4))
    interrupted.train()
    assert_close(interrupted(ones(5, 4)), through(ones(5, 4)), **EXACT)


def test_the_draws_are_those_of_the_generator_in_order():
    dropout, uniform = Dropout(0.3, generator(1)), torch.rand(60, dtype=torch.float64, generator=generator(1))
    drawn = torch.cat([dropout(ones(n, 4)).flatten() for n in (5, 3, 7)])
    assert_close(drawn, (uniform >= 0.3).double() / 0.7, **EXACT)


@pytest.mark.parametrize("rates", [[0.3] * 4, [0.0, 0.1, 0.5, 0.9]], ids=["one rate", "a rate a trial"])
def test_a_trial_drops_the_same_alone_and_stacked(rates):
    def build(trial):
        return Dropout(rates[trial], generator(trial))

    ensemble, x = stack([build(trial) for trial in range(4)]), normal(4, 5, 3)
    alone = [build(trial) for trial in range(4)]
    for _ in range(3):
        y, dx = ensemble(x), ensemble.backward(x)
        for trial, dropout in enumerate(alone):
            assert_close(y[trial], dropout(x[trial]), **EXACT)
            assert_close(dx[trial], dropout.backward(x[trial]), **EXACT)


def test_stacked_and_unstacked_streams_go_on_where_they_were():
    models, untouched = ([Dropout(0.5, generator(trial)) for trial in range(4)] for _ in range(2))
    for dropout in (*models, *untouched):
        dropout(ones(5, 3))
    ensemble = stack([Sequential(dropout, linear(3, 3)) for dropout in models])
    first = ensemble[0](ones(4, 5, 3))
    parts = unstack(ensemble)
    for trial, dropout in enumerate(untouched):
        assert_close(first[trial], dropout(ones(5, 3)), **EXACT)
        assert_close(parts[trial][0](ones(5, 3)), dropout(ones(5, 3)), **EXACT)


def test_a_stack_draws_from_copies_of_the_generators():
    models = [Dropout(0.5, generator(trial)) for trial in range(2)]
    ensemble = stack(models)
    stacked = ensemble(ones(2, 5, 3))
    assert_close(stacked, torch.stack([dropout(ones(5, 3)) for dropout in models]), **EXACT)


def test_copies_lose_no_reference_to_none():
    """As copy.deepcopy of a torch.Generator does; thousands of them end the interpreter."""
    models = [Dropout(0.5, generator(trial)) for trial in range(2)]
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(500):
        stack(models)
    assert sys.getrefcount(None) > before - 500


def test_layers_that_share_a_generator_still_share_it_in_a_stack():
    def build(seed):
        shared = generator(seed)
        return Sequential(Dropout(0.5, shared), Dropout(0.5, shared), linear(3, 3))

    for model in (build(0), *unstack(stack([build(0), build(1)]))):
        model(ones(5, 3))
        assert not torch.equal(model[0].saved, model[1].saved)


def test_an_unseeded_dropout_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    first, second = (Dropout(0.5)(ones(50, 4)) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, float("nan")])
def test_refuses_a_rate_outside_zero_to_one(p):
    with pytest.raises(ValueError, match="0 <= p < 1"):
        Dropout(p)


def test_prints_its_rate():
    assert repr(Dropout(0)) == "Dropout(p=0.0)"
    assert "p per trial" in repr(stack([Dropout(0.1), Dropout(0.2)]))


def test_a_rate_per_trial_may_be_assigned_to_a_stack():
    rates = torch.tensor([0.0, 0.9, 0.5])
    ensemble = stack([Dropout(0.3, generator(trial)) for trial in range(3)])
    ensemble.p = rates
    assert ensemble.p.shape == (3, 1, 1)
    dropped = ensemble(ones(3, 500, 40)) == 0
    assert dropped.double().mean((1, 2)).tolist() == pytest.approx(rates.tolist(), abs=0.01)
    ensemble.p = 0.25
    assert ensemble.p == 0.25


@pytest.mark.parametrize("rates", [torch.tensor([0.1, 0.2]), torch.full((3, 1), 0.1), torch.full((1, 1, 3), 0.1)], ids=str)
def test_rates_that_are_not_one_per_trial_are_refused(rates):
    ensemble = stack([Dropout(0.3, generator(trial)) for trial in range(3)])
    with pytest.raises(ValueError, match=r"one rate per trial is a tensor \(3,\) here"):
        ensemble.p = rates
    with pytest.raises(ValueError, match="stack the models first"):
        Dropout(torch.tensor([0.1, 0.2]))
    with pytest.raises(ValueError, match="0 <= p < 1"):
        ensemble.p = torch.tensor([0.1, 0.2, 1.0])


def test_whole_numbers_are_refused_for_the_scale_would_be_cut_off():
    with pytest.raises(ValueError, match=r"torch\.int64 cannot hold; call x\.float\(\)"):
        Dropout(0.5)(torch.ones(5, 3, dtype=torch.int64))


@pytest.mark.parametrize("shape", [(4, 5, 3), (2, 4, 5, 3)])
def test_a_stack_refuses_inputs_of_another_number_of_trials(shape):
    ensemble = stack([Dropout(0.3, generator(trial)) for trial in range(2)])
    with pytest.raises(ValueError, match="a stack of 2 takes"):
        ensemble(ones(*shape))
