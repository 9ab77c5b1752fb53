"""How fast the engine trains beside torch: `python -m minifw.compiled.benchmark`, some ten seconds, one thread.

Every way trains the 2-25-25-25-2 network of the reports with 1000 samples in batches of 10. Ways take turns in short
runs, and medians are compared, since the speed of a machine changes while one measures.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch

import minifw
from minifw.compiled.draws import Generators
from minifw.compiled.engine import Engine, load_engine
from minifw.compiled.points import draw_disc, encode
from minifw.compiled.settings import NUMBERS, Settings, dense_layers
from minifw.compiled.training import Split, Trials, train
from minifw.compiled.weights import draw_weights

WIDTHS = (2, 25, 25, 25, 2)
SAMPLES, BATCH = 1000, 10
VALUES = {"lr": 0.01, "momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "alpha": 0.99, "eps": 1e-8, "lr_decay": 0.0}
VALUES |= {"rho": 0.9, "beta1": 0.9, "beta2": 0.999, "lr_decay_epoch": 1.0}
MODULE_RULES: dict[str, Callable[..., Any]] = {"sgd": minifw.SGD, "adam": minifw.Adam}
TORCH_RULES: dict[str, Callable[..., Any]] = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}


def seconds_of(run: Callable[[], object]) -> float:
    """Processor seconds of this thread that a call takes."""
    start = time.thread_time()
    run()
    return time.thread_time() - start


def compiled_run(engine: Engine, trials: int, optimizer: str, epochs: int, measured: bool) -> Callable[[], object]:
    """Whole trials, or with `measured` False their steps alone."""
    layers = dense_layers(WIDTHS, ("relu",) * 3, "tanh")
    settings = Settings(layers, "mse", "pm1", optimizer, BATCH, epochs, shuffle=measured)

    def draw() -> Trials:
        generators = Generators(range(trials), engine)
        split, test = (disc_split(generators) for _ in range(2))
        parameters = [draw_weights("uniform", generators, shape, shape) for shape in settings.parameter_shapes]
        numbers = {name: VALUES[name] for name in (*NUMBERS[optimizer], "lr_decay_epoch")}
        splits = {"train": split, "test": test} if measured else {}
        return Trials(numbers, parameters, split, splits, generators.state)

    drawn = draw()
    return lambda: train(settings, draw() if measured else drawn, engine=engine)


def disc_split(generators: Generators) -> Split:
    """Points of the disc for every generator."""
    points, labels = draw_disc(generators, SAMPLES)
    return Split(points, labels, encode("pm1", labels))


def stack_steps(trials: int, optimizer: str, steps: int) -> Callable[[], object]:
    """Steps of minifw's stack of torch tensors."""
    model = minifw.stack([_sequential(minifw.Linear, minifw.ReLU, minifw.Tanh, minifw.Sequential) for _ in range(trials)])
    rule, loss = MODULE_RULES[optimizer](model.parameters(), lr=torch.full((trials,), 0.01)), minifw.MSELoss()
    x, y = torch.rand(trials, BATCH, 2), torch.rand(trials, BATCH, 2)

    def run() -> object:
        with torch.no_grad():
            for _ in range(steps):
                rule.zero_grad()
                model.backward(loss.gradient(model(x), y))
                rule.step()
        return model

    return run


def torch_steps(optimizer: str, steps: int) -> Callable[[], object]:
    """Steps of one network of torch.nn with autograd."""
    model = _sequential(torch.nn.Linear, torch.nn.ReLU, torch.nn.Tanh, torch.nn.Sequential)
    rule, loss = TORCH_RULES[optimizer](model.parameters(), lr=0.01), torch.nn.MSELoss()
    x, y = torch.rand(BATCH, 2), torch.rand(BATCH, 2)

    def run() -> object:
        for _ in range(steps):
            rule.zero_grad()
            loss(model(x), y).backward()
            rule.step()
        return model

    return run


def _sequential(
    linear: Callable[..., Any], hidden: Callable[[], Any], out: Callable[[], Any], container: Callable[..., Any]
) -> Any:
    layers = []
    for rows, columns in pairwise(WIDTHS):
        layers += [linear(rows, columns), hidden()]
    return container(*layers[:-1], out())


def measure(trials: int, optimizer: str, rounds: int = 7) -> dict[str, float]:
    """Microseconds of one step of one trial by each way: the median of interleaved rounds."""
    engine, steps = load_engine(), SAMPLES // BATCH
    epochs = max(1, 60 // trials)
    runs = {
        "torch.nn": (torch_steps(optimizer, 20), 20),
        "minifw's stack": (stack_steps(trials, optimizer, 4), 4 * trials),
        "compiled, native" if engine.kind == "native" else "compiled": (
            compiled_run(engine, trials, optimizer, epochs, measured=False),
            epochs * steps * trials,
        ),
        "compiled, with evaluation and data": (compiled_run(engine, trials, optimizer, 5, measured=True), 5 * steps * trials),
        "compiled, wasm": (compiled_run(load_engine("wasm"), trials, optimizer, 1, measured=False), steps * trials),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds + 1):
        for name, (run, count) in runs.items():
            times[name].append(seconds_of(run) / count * 1e6)
    return {name: statistics.median(values[1:]) for name, values in times.items()}


def main() -> None:
    """Prints a table for some numbers of trials."""
    torch.set_num_threads(1)
    print(load_engine().describe())
    for optimizer in TORCH_RULES:
        for trials in (1, 10, 100):
            medians = measure(trials, optimizer)
            base = medians["torch.nn"]
            print(f"{optimizer}, {trials} trials: microseconds for a step of a trial, and how many times faster than torch.nn")
            for name, value in medians.items():
                print(f"    {name:36} {value:9.2f} {base / value:8.1f}")


if __name__ == "__main__":
    main()
