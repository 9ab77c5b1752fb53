"""What is timed of feng's network, or another: an epoch's training steps by every engine, and whole trials.

Every function returns the columns of `interleave`, seconds being those of one trial.
"""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from experiments.benchmarks.epochs import chunk_of, prepare
from experiments.benchmarks.interleave import SECONDS_A_MEASUREMENT, Clock, Task, interleave
from experiments.benchmarks.jax_steps import has_jax, jax_epoch
from experiments.config.trial import Trial, TrialConfig
from experiments.running.runner import run_trials
from experiments.store.store import Store
from experiments.training.compiled_trials import CompiledTraining
from experiments.training.torch_trials import TorchTraining, TorchTrial
from experiments.training.trainable import Trainable
from experiments.training.trials import Training
from minifw.compiled.engine import Engine, load_engine
from minifw.compiled.limit import limit_task, operations_per_sample
from minifw.compiled.training import train

MAX_EPOCHS_A_CALL, TRIALS_TIMES_EPOCHS = 10, 200


def time_steps(
    trials: Sequence[int],
    repetitions: int,
    *,
    config: TrialConfig,
    max_seconds: float = 3 * SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of an epoch's training steps, without drawing orders, by every engine that takes the settings.

    Arms: `torch`, `torch-fused` (torch.optim with fused=True), `single`, and `stack-N`, `vmap-N`, `compiled-N`, `wasm-N` and,
    where JAX is installed, `jax-N` for N trials; `limit` is what the multiplications and additions alone would take if all
    lanes did nothing else. No engine has more than 128 trials at a time.
    """
    return interleave("steps", step_tasks(trials, config), repetitions, max_seconds=max_seconds, clock=clock)


def step_tasks(trials: Sequence[int], config: TrialConfig) -> list[Task]:
    """What `time_steps` times, on this machine."""
    tasks = []
    for name in ("torch", "single"):
        training, _ = prepare(config, name, 1)
        tasks.append(Task(name, name, _on_fixed_batches(training)))
    fused = TorchTrial([Trial(config.replace(engine="torch"), 0)], fused=True)
    tasks.insert(1, Task("torch", "torch-fused", _on_fixed_batches(fused)))
    for wanted in trials:
        for name in ("vmap", "stack"):
            if config.runs_by(name):
                training, count = prepare(config, name, wanted)
                tasks.append(Task(name, f"{name}-{wanted}", _on_fixed_batches(training), count))
        for kind, name in (("native", "compiled"), ("wasm", "wasm")):
            if (engine := _engine(kind)) is not None:
                tasks.append(_compiled_task(config, name, wanted, engine))
        if has_jax(config):
            tasks.append(Task("jax", f"jax-{wanted}", jax_epoch(config, wanted), wanted))
    tasks.append(_limit(config))
    return tasks


def time_trials(
    trials: Sequence[int],
    repetitions: int,
    *,
    config: TrialConfig,
    max_seconds: float = 3 * SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of whole trials: drawn, shuffled, trained, measured after every epoch and stored.

    Arms: `torch` (one trial), and `stack-N` and `compiled-N` for N trials, in one process.
    """
    with TemporaryDirectory() as folder:
        tasks = trial_tasks(trials, config, Path(folder))
        return interleave("trials", tasks, repetitions, max_seconds=max_seconds, clock=clock)


def trial_tasks(trials: Sequence[int], config: TrialConfig, folder: Path) -> list[Task]:
    """What `time_trials` times; each run stores in a file of its own in the folder."""
    tasks = [Task("torch", "torch", _whole(config, "torch", 1, folder))]
    for name, count in itertools.product(("stack", "compiled"), trials):
        if config.runs_by(name):
            tasks.append(Task(name, f"{name}-{count}", _whole(config, name, count, folder), count))
    return tasks


def _engine(kind: str) -> Engine | None:
    """The builds of one kind, where there are any."""
    engine = load_engine() if kind == "native" else load_engine(kind)
    return engine if engine.kind == kind else None


def _compiled_task(config: TrialConfig, name: str, trials: int, engine: Engine) -> Task:
    """Epochs without measurements and orders, several at a time so that what a call costs is spread over them."""
    chunk = chunk_of(config, "compiled", trials)
    training = CompiledTraining(chunk.lanes)
    epochs = max(1, min(MAX_EPOCHS_A_CALL, TRIALS_TIMES_EPOCHS // len(chunk.lanes)))
    settings = dataclasses.replace(training.settings, shuffle=False, epochs=epochs, record_steps=False)
    given = dataclasses.replace(training.trials, measured={})
    return Task(name, f"{name}-{trials}", lambda: train(settings, given, engine=engine), len(chunk.trials), 1 / epochs)


def _limit(config: TrialConfig) -> Task:
    run, operations = limit_task(config.dtype)
    settings = CompiledTraining([Trial(config.replace(engine="compiled"), 0)]).settings
    return Task("limit", "limit", run, 1, config.train_size * operations_per_sample(settings) / operations)


def _whole(config: TrialConfig, engine: str, trials: int, folder: Path) -> Callable[[], None]:
    numbers = itertools.count()
    wanted = [Trial(config.replace(engine=engine), seed) for seed in range(trials)]

    def run() -> None:
        with Store(folder / f"{engine}-{trials}-{next(numbers)}.sqlite") as store:
            run_trials(wanted, store)

    return run


def _on_fixed_batches(training: Trainable) -> Callable[[], None]:
    if not isinstance(training, Training | TorchTraining):
        raise ValueError("only torch's engines take batches that are drawn before")
    batches = list(training.loader)
    return lambda: training.train_epoch(batches=batches)
