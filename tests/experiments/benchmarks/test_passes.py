"""What is timed as a forward and as a backward pass. No time is asserted."""

import torch

from experiments.benchmarks import epochs, passes
from minifw import Tanh
from tests.experiments.benchmarks.timed import SMALL, shape


def test_passes_are_timed_for_every_activation():
    arms = [f"{name}-{kind}" for name in ("relu", "tanh", "tanh-recomputed", "sigmoid") for kind in ("forward", "backward")]
    assert list(shape(passes.time_passes(SMALL, 1, passes=2))) == [("single", arm) for arm in arms]


def test_the_tanh_that_keeps_its_input_is_tanh():
    x = torch.linspace(-3, 3, 12, dtype=torch.float64).view(3, 4)
    dy = torch.linspace(1, 2, 12, dtype=torch.float64).view(3, 4)
    ours, theirs = Tanh(), passes.RecomputingTanh()
    assert torch.equal(ours.forward(x), theirs.forward(x))
    assert torch.equal(ours.backward(dy), theirs.backward(dy))
    assert theirs.saved is x and ours.saved is not x


def test_every_tanh_of_a_network_is_replaced_and_nothing_else():
    training, _ = epochs.prepare(SMALL.replace(act=("tanh", "relu")), "single", 1)
    names = [type(layer).__name__ for layer in training.model.layers]
    passes.replace_tanh(training.model)
    replaced = [type(layer).__name__ for layer in training.model.layers]
    assert replaced == [name.replace("Tanh", "RecomputingTanh") for name in names] and "RecomputingTanh" in replaced


def test_a_backward_pass_is_that_of_the_forward_pass_before():
    training, _ = epochs.prepare(SMALL, "single", 1)
    x, _, y = next(iter(training.loader))
    dy = training.loss.gradient(training.model(x), y)
    forward, backward = passes._pass_tasks("relu", training.model, x, dy, 3)
    training.model.zero_grad()
    training.model.backward(dy)
    once = [parameter.grad.clone() for parameter in training.model.parameters()]
    training.model.zero_grad()
    forward.run()
    backward.run()
    for gradient, parameter in zip(once, training.model.parameters(), strict=True):
        torch.testing.assert_close(3 * gradient, parameter.grad)
