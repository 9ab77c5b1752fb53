"""What is timed of training: epochs by each engine, by batch size and by activation.

Every function returns the columns of `interleave`, one row a repetition and arm, seconds being those of one trial;
`experiments.statistics.times` makes numbers of them. Times of an epoch include drawing the batches, by the same loader for
all, and leave out the measurements after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pandas as pd

from experiments.benchmarks.interleave import SECONDS_A_MEASUREMENT, Clock, Task, interleave
from experiments.benchmarks.passes import RECOMPUTED, bamberger_network, replace_tanh
from experiments.config.engines import ENGINES
from experiments.config.trial import Trial, TrialConfig
from experiments.reports.bamberger import studies as bamberger
from experiments.reports.bamberger.studies import BATCH_SIZES
from experiments.training.engines import REGISTRY
from experiments.training.lanes import LANES_PER_BLOCK, Chunk, is_padded, lanes_at_once, plan_chunks
from experiments.training.trainable import Trainable
from experiments.training.trials import Training

MAX_REPETITIONS = 250
BATCH_ENGINES = ("single", "torch")


def prepare(config: TrialConfig, engine: str, trials: int, first_seed: int = 0) -> tuple[Trainable, int]:
    """The trials of `chunk_of`, ready to be trained, and how many of them were asked for.

    Raises SettingError when the engine refuses the settings.
    """
    chunk = chunk_of(config, engine, trials, first_seed)
    return REGISTRY[engine].load()(chunk.lanes), len(chunk.trials)


def chunk_of(config: TrialConfig, engine: str, trials: int, first_seed: int = 0) -> Chunk:
    """Trials of consecutive seeds as the runner would lay them out: as many as fit one stack, or one where they train alone."""
    config = config.replace(engine=engine)
    count = min(trials, lanes_at_once(config) - (first_seed % LANES_PER_BLOCK if is_padded(config) else 0))
    wanted = [Trial(config, first_seed + k) for k in range(count)]
    (chunk,) = plan_chunks(wanted)
    return chunk


def runnable(config: TrialConfig, engines: Sequence[str] = ENGINES) -> list[str]:
    """Those engines that take the settings."""
    return [name for name in engines if config.runs_by(name)]


def time_engines(
    config: TrialConfig,
    rounds: int = 10,
    repetitions: int | None = None,
    *,
    first_seed: int = 0,
    max_seconds: float = SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of a training epoch by every engine, `rounds` trials side by side where they can be.

    Repetition k is one more epoch of the same training: as many as the settings have epochs, unless given.
    """
    tasks = []
    for name in runnable(config):
        training, count = prepare(config, name, rounds, first_seed)
        tasks.append(Task(name, name, training.train_epoch, count))
    repetitions = repetitions or min(max(config.epochs, 20), MAX_REPETITIONS)
    return interleave("engines", tasks, repetitions, max_seconds=max_seconds, clock=clock)


def time_batches(
    batch_sizes: Sequence[int] = BATCH_SIZES,
    engines: Sequence[str] = BATCH_ENGINES,
    repetitions: int = 15,
    *,
    config: TrialConfig | None = None,
    max_seconds: float = SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of a training epoch by batch size; size 1 is a loop over samples, each with its own update. Arms are the sizes.

    The network is bamberger's unless settings are given.
    """
    tasks = batch_tasks(batch_sizes, engines, config or bamberger_network())
    return interleave("batches", tasks, repetitions, max_seconds=max_seconds, clock=clock)


def batch_tasks(batch_sizes: Sequence[int], engines: Sequence[str], config: TrialConfig) -> list[Task]:
    """What `time_batches` times: an epoch of each size by each engine."""
    tasks = []
    for name in engines:
        for size in batch_sizes:
            training, count = prepare(config.replace(batch_size=size), name, 1)
            tasks.append(Task(name, str(size), training.train_epoch, count))
    return tasks


def time_activations(
    engines: Sequence[str] = ("single", "stack"),
    repetitions: int = 60,
    *,
    rounds: int = 15,
    epochs: int = 3,
    max_seconds: float = SECONDS_A_MEASUREMENT,
    clock: Clock = time.perf_counter,
) -> pd.DataFrame:
    """Time of bamberger's six networks, and of the tanh ones with `RecomputingTanh`, scaled to its 250 epochs.

    Each repetition trains `epochs` more epochs. Arms are those of `sweep-activations`, and `tanh-recomputed-normal` and
    `tanh-recomputed-uniform`.
    """
    study = bamberger.TABLE.build()
    tasks = []
    for name in engines:
        for arm in study.arms:
            training, count = _prepare_own(arm.config, name, rounds)
            scale = arm.config.epochs / epochs
            tasks.append(Task(name, arm.name, _several(training, epochs), count, scale))
            if arm.config.act[0] == "tanh":
                changed, _ = _prepare_own(arm.config, name, rounds)
                replace_tanh(changed.model)
                recomputed = arm.name.replace("tanh", RECOMPUTED)
                tasks.append(Task(name, recomputed, _several(changed, epochs), count, scale))
    return interleave("activations", tasks, repetitions, max_seconds=max_seconds, clock=clock)


def _prepare_own(config: TrialConfig, name: str, rounds: int) -> tuple[Training, int]:
    training, count = prepare(config, name, rounds)
    if not isinstance(training, Training):
        raise ValueError(f"{name} has no layers to replace; choose stack or single")
    return training, count


def _several(training: Trainable, epochs: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(epochs):
            training.train_epoch()

    return run
