"""One thread, one environment, and which lanes of a chunk come back."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from experiments.config.trial import Trial
from experiments.errors import RefusedWorkerError
from experiments.running.compute import check_environment
from experiments.running.threads import one_thread
from experiments.store.store import Environment
from tests.experiments.storing import TINY


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def test_the_last_of_several_threads_puts_the_number_back(three_threads) -> None:
    """The one that began first may end first."""
    first_in, second_in, first_out = threading.Event(), threading.Event(), threading.Event()
    seen = []

    def first() -> None:
        with one_thread():
            first_in.set()
            second_in.wait(10)
        first_out.set()

    other = threading.Thread(target=first)
    other.start()
    first_in.wait(10)
    with one_thread():
        second_in.set()
        first_out.wait(10)
        other.join()
        seen.append(torch.get_num_threads())
    assert seen == [1] and torch.get_num_threads() == 3


def test_the_number_is_put_back_after_an_error(three_threads) -> None:
    with pytest.raises(ZeroDivisionError), one_thread():
        assert torch.get_num_threads() == 1
        raise ZeroDivisionError
    assert torch.get_num_threads() == 3


@pytest.mark.parametrize(
    ("worker", "refused"),
    [(("d", "2.0", "AVX2"), False), (("d", "2.0", "other"), False), (("e", "2.0", "AVX2"), True), (("d", "2.1", "AVX2"), True)],
)
def test_other_code_and_another_torch_are_refused_another_processor_is_not(worker: tuple[str, ...], refused: bool) -> None:
    expected = Environment("d", "2.0", "AVX2")
    if not refused:
        check_environment(Environment(*worker), expected)
        return
    says = f"^worker 5 is refused: it has code {worker[0]} and torch {worker[1]}, this process code d and torch 2.0$"
    with pytest.raises(RefusedWorkerError, match=says):
        check_environment(Environment(*worker), expected, "worker 5")


def test_the_results_are_those_of_the_lanes_asked_for() -> None:
    from experiments.training.driver import train_lanes
    from experiments.training.lanes import plan_chunks

    (chunk,) = plan_chunks([Trial(TINY.replace(engine="stack"), seed) for seed in (1, 3)])
    assert [lane.seed for lane in chunk.lanes] == [0, 1, 2, 3] and chunk.wanted == (False, True, False, True)
    with one_thread():
        alone = train_lanes(chunk.lanes)
    assert [trial.seed for trial in chunk.trials] == [1, 3]
    assert not np.array_equal(alone[1].measured["train_loss"], alone[0].measured["train_loss"])
