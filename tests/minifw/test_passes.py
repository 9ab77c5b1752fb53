"""A gradient belongs to the last call of its model; one of an earlier call is refused."""

import threading

import pytest
import torch
from torch.testing import assert_close

from minifw import Linear, MSELoss, Sequential, Tanh, evaluate
from minifw.data import Dataset
from tests.minifw.helpers import EXACT, Residual, linear, normal

MODELS = {"a network": lambda: Sequential(linear(3, 3), Tanh()), "a user's own": lambda: Residual(linear(3, 3))}
every_model = pytest.mark.parametrize("build", MODELS.values(), ids=MODELS)


@every_model
def test_a_validation_between_forward_and_backward_is_refused(build):
    model, loss, x, y = build(), MSELoss(), normal(5, 3), normal(5, 3, seed=1)
    prediction = model(x)
    loss(prediction, y)
    model.eval()
    model(normal(5, 3, seed=2))
    model.train()
    with pytest.raises(ValueError, match=r"called again.*validate after optimizer\.step\(\)"):
        loss.backward()
    with pytest.raises(ValueError, match="called again"):
        MSELoss().gradient(prediction, y)
    assert all(bool((p.grad == 0).all()) for p in model.parameters())


def test_a_validation_between_the_loss_and_backward_is_refused():
    model, loss = Sequential(linear(3, 3), Tanh()), MSELoss()
    loss(model(normal(5, 3)), normal(5, 3))
    dy = loss.backward()
    evaluate(model, MSELoss(), Dataset(normal(5, 3), torch.zeros(5).long(), normal(5, 3)), lambda outputs: outputs.argmax(-1))
    with pytest.raises(ValueError, match="called again"):
        model.backward(dy)


@every_model
def test_the_last_of_several_calls_counts(build):
    model, loss, y = build(), MSELoss(), normal(5, 3, seed=1)
    model(normal(5, 3, seed=2))
    loss(model(normal(5, 3)), y)
    model.backward(loss.backward())
    alone = build()
    alone.forward(normal(5, 3))
    alone.backward(loss.backward())
    for ours, theirs in zip(model.parameters(), alone.parameters(), strict=True):
        assert_close(ours.grad, theirs.grad, **EXACT)


def test_a_gradient_that_was_computed_otherwise_is_taken_as_it_is():
    model, x = Sequential(linear(3, 3), Tanh()), normal(5, 3)
    outputs = model(x) * 1
    model(x)
    assert MSELoss().gradient(outputs, x).shape == (5, 3)
    model.backward(torch.ones(5, 3).double())


class Waits(Linear):
    """A Linear in whose forward two threads meet."""

    meeting: threading.Barrier

    def forward(self, x):
        y = super().forward(x)
        self.meeting.wait(timeout=20)
        return y


def test_two_threads_in_one_model_are_refused_in_at_least_one_of_them():
    model, refused = Sequential(Waits(3, 3)), []
    model[0].meeting = threading.Barrier(2)

    def call():
        try:
            model(torch.ones(5, 3))
        except ValueError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert "copy.deepcopy(model)" in refused[0]


def test_a_call_by_another_thread_before_backward_is_refused():
    model, loss = Sequential(linear(3, 3)), MSELoss()
    loss(model(normal(5, 3)), normal(5, 3))
    thread = threading.Thread(target=model, args=(normal(5, 3),))
    thread.start()
    thread.join()
    with pytest.raises(ValueError, match="in another thread"):
        loss.backward()
