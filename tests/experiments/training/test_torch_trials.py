"""Trials by torch.nn: the same points and draws as ours, and nothing taken from torch's global generator."""

import torch

from experiments.config.trial import Trial
from experiments.training.torch_trials import TorchTrial
from tests.experiments.training.trained import SMALL, same_bits, train


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
