"""Times of forward and backward passes, and the tanh that keeps its input."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from experiments.benchmarks.interleave import SECONDS_A_MEASUREMENT, Clock, Task, interleave
from experiments.config.trial import Trial, TrialConfig
from experiments.reports.bamberger import studies as bamberger
from experiments.training.trials import prepare_single
from minifw import Module, ReLU, Sequential, Sigmoid, Tanh

RECOMPUTED = "tanh-recomputed"


class RecomputingTanh(Module):
    """y = tanh(x), keeping x and computing tanh again in backward, as bamberger's does; the rest as `minifw.Tanh`."""

    def forward(self, x: Tensor) -> Tensor:
        self.saved = x
        return torch.tanh(x)

    def backward(self, dy: Tensor) -> Tensor:
        return torch.ops.aten.tanh_backward(dy, torch.tanh(self.saved))


def replace_tanh(model: Module) -> None:
    """Puts `RecomputingTanh` in the place of every Tanh of a Sequential."""
    assert isinstance(model, Sequential)
    model.layers = [RecomputingTanh() if isinstance(layer, Tanh) else layer for layer in model.layers]


ACTIVATIONS: dict[str, Callable[[], Module]] = {"relu": ReLU, "tanh": Tanh, RECOMPUTED: RecomputingTanh, "sigmoid": Sigmoid}


def time_passes(
    config: TrialConfig | None = None,
    repetitions: int = 60,
    *,
    passes: int = 20,
    max_seconds: float = SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of `passes` forward and backward passes of one network over a batch; 20 of 50 samples are an epoch of bamberger's.

    A backward pass gives the gradients of all parameters and of the input. Arms: `forward` and `backward` for each
    activation of `ACTIVATIONS`, e.g. `relu-forward`. bamberger's network unless settings are given, whose own are overridden.
    """
    config = config or bamberger_network()
    tasks = []
    for name in ACTIVATIONS:
        known = "tanh" if name == RECOMPUTED else name
        training = prepare_single([Trial(config.replace(act=(known,)), 0)])
        if name == RECOMPUTED:
            replace_tanh(training.model)
        x, _, y = next(iter(training.loader))
        tasks += _pass_tasks(name, training.model, x, training.loss.gradient(training.model(x), y), passes)
    return interleave("passes", tasks, repetitions, max_seconds=max_seconds, clock=clock)


def bamberger_network() -> TrialConfig:
    """The settings of its ReLU network with uniform initialisation."""
    settings: dict[str, Any] = {**bamberger.SETTINGS, **bamberger.NETWORKS["relu-uniform"]}
    return TrialConfig(**settings)


def _pass_tasks(name: str, model: Module, x: Tensor, dy: Tensor, passes: int) -> list[Task]:
    model.forward(x)

    def forward() -> None:
        with torch.no_grad():
            for _ in range(passes):
                model.forward(x)

    def backward() -> None:
        with torch.no_grad():
            for _ in range(passes):
                model.backward(dy)

    return [Task("single", f"{name}-forward", forward), Task("single", f"{name}-backward", backward)]
