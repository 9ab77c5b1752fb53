"""A training that was stopped and resumed has the bits of one that was not."""

import io

import pytest
import torch
from torch.testing import assert_close

from minifw import (
    SGD,
    Adam,
    DataLoader,
    Dataset,
    Dropout,
    Module,
    MSELoss,
    Parameter,
    Sequential,
    Tanh,
    checkpoint,
    disc,
    fit,
    resume,
    stack,
)
from tests.minifw.helpers import EXACT, generator, linear


class RunningMean(Module):
    """y = x - m with a running mean m, and a shift that is trained."""

    def __init__(self) -> None:
        self.shift = Parameter(torch.zeros(1, 4, dtype=torch.float64))
        self.register_buffer("mean", torch.zeros(1, 4, dtype=torch.float64))

    def forward(self, x):
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(-2, keepdim=True)
        return x - self.mean + self.shift.value

    def backward(self, dy):
        self.shift.grad += dy.sum(-2, keepdim=True)
        return dy


def build(rule, trials, seed=0):
    def network(trial):
        return Sequential(
            linear(2, 4, trial), RunningMean(), Tanh(), Dropout(0.3, generator(trial + seed)), linear(4, 2, trial + 9)
        )

    model = stack([network(trial) for trial in range(trials)]) if trials else network(0)
    draws = [generator(seed + trial) for trial in range(trials or 1)]
    points, labels = disc(23, generator())
    loader = DataLoader(Dataset(points, labels, "pm1"), 10, generators=draws, trials=trials)
    extra = {"momentum": 0.9} if rule is SGD else {}
    return model, rule(model.parameters(), lr=0.05, **extra), loader


def train(model, optimizer, loader, epochs, history=None):
    return fit(model, MSELoss(), optimizer, loader, epochs, lr_decay=0.8, record_steps=True, history=history)


def stored(saved):
    file = io.BytesIO()
    torch.save(saved, file)
    return torch.load(io.BytesIO(file.getvalue()), weights_only=True)


@pytest.mark.parametrize("way", [lambda saved: saved, stored], ids=["kept", "stored"])
@pytest.mark.parametrize("trials", [None, 3])
@pytest.mark.parametrize("rule", [SGD, Adam])
def test_a_resumed_training_has_the_bits_of_an_uninterrupted_one(rule, trials, way):
    through, first = build(rule, trials), build(rule, trials)
    expected = train(*through, 5)
    history = train(*first, 2)
    saved = way(checkpoint(*first))
    train(*first, 1)
    second = build(rule, trials, seed=500)
    resume(saved, *second)
    history = train(*second, 3, history)
    assert_close(second[0].state_dict(), through[0].state_dict(), **EXACT)
    assert_close(torch.stack(history.steps), torch.stack(expected.steps), **EXACT)
    assert_close(history.loss["train"], expected.loss["train"], **EXACT)
    assert history.epochs == expected.epochs == [0, 1, 2, 3, 4, 5]


def test_a_checkpoint_of_another_model_is_refused():
    saved = checkpoint(*build(SGD, 3))
    other = Sequential(linear(2, 4), linear(4, 2))
    with pytest.raises(ValueError, match="Dropout at other places"):
        resume(saved, other, SGD(other.parameters()), build(SGD, 3)[2])
    with pytest.raises(ValueError, match="shape"):
        resume(saved, *build(SGD, 2))
