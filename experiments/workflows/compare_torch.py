"""Ours against PyTorch: errors from stored trials, times and memory measured anew, and how long the two agree to the digit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.tables import final_values, groups_of
from experiments.benchmarks.epochs import time_engines
from experiments.benchmarks.interleave import SECONDS_A_MEASUREMENT
from experiments.benchmarks.memory import peak_memory
from experiments.config.comparison import OURS, REFERENCE
from experiments.config.study import Study
from experiments.figures.timing import engines_figure
from experiments.files import STORE_NAME
from experiments.output.timing_files import write_times
from experiments.running.progress import Progress
from experiments.running.runner import read_or_recompute, run_trials
from experiments.statistics.bootstrap import interval_of_mean, summarise
from experiments.statistics.times import difference_interval, summarise_times
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import StudyResult, run_study

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Comparison:
    """A comparison that has run.

    table: see `comparison_table`. times: see `benchmarks.epochs.time_engines`. agreement: see `steps_in_agreement`.
    """

    outcome: StudyResult
    table: pd.DataFrame
    times: pd.DataFrame
    agreement: pd.DataFrame

    @property
    def study(self) -> Study:
        """What was compared."""
        return self.outcome.study


def compare_torch(
    study: Study, folder: Path | str = "results", jobs: int = 1, *, on_progress: Callable[[Progress], None] | None = None
) -> Comparison:
    """Runs a study made by `config.comparison.compared`, then measures, and writes its files, those of times among them.

    Raises what `run_study` raises.

    Example:
        >>> from experiments import STUDIES, compare_torch
        >>> study = STUDIES["compare-torch"].build(
        ...     rounds=4, given={"hidden": (5,), "epochs": 2, "train_size": 100, "test_size": 50}, arms=["minifw", "torch"]
        ... )
        >>> comparison = compare_torch(study, "results")
        >>> comparison.table["engine"].to_list()
        ['stack', 'torch']
        >>> bool((comparison.agreement["steps"] == comparison.agreement["of"]).all())  # the same losses to the sixth digit
        True
    """
    return measure(run_study(study, folder, jobs, on_progress=on_progress), Path(folder))


def measure(outcome: StudyResult, folder: Path, max_seconds: float = SECONDS_A_MEASUREMENT) -> Comparison:
    """Measures times and memory of a study that has run, alone, and writes `NAME.timing.csv` and `NAME_time.png`."""
    study = outcome.study
    config = study.arms[0].config.replace(engine=OURS, record_steps=False)
    memory = peak_memory(config, study.rounds, first_seed=study.seeds.start)
    times = time_engines(config, study.rounds, first_seed=study.seeds.start, max_seconds=max_seconds)
    times = times[times["arm"].isin([arm.config.engine for arm in study.arms])]
    files = write_times(times, folder, study.name, engines_figure)
    with Store(folder / STORE_NAME) as store:
        compute = partial(run_trials, study.trials, store)
        _, agreement = read_or_recompute(store, outcome.report, compute, lambda trials, _: steps_in_agreement(study, trials))
    table = comparison_table(study, outcome.history, times, memory)
    outcome.files.extend(path for path in files if path not in outcome.files)
    return Comparison(outcome, table, times, agreement)


def comparison_table(study: Study, history: pd.DataFrame, times: pd.DataFrame, memory: pd.DataFrame) -> pd.DataFrame:
    """One row an engine: final errors in percent with their intervals, times, ratio to torch.nn, memory.

    Columns: engine, train_error, train_low, train_high, test_error, test_low, test_high, trials, seconds_per_epoch and
    seconds_per_round (of one trial, training only), ratio, ratio_low, ratio_high (how many times less than torch.nn one at a
    time), megabytes, added_megabytes.
    """
    rows = []
    timed = summarise_times(times, REFERENCE).set_index("engine")
    used = memory.set_index("engine")
    for arm in study.arms:
        name = arm.config.engine
        row: dict[str, object] = {"engine": name}
        for split in ("train", "test"):
            final = final_values(history, arm.name, f"{split}_error")
            summary = summarise(100 * final.to_numpy(), groups_of(study, final.index))
            row |= {f"{split}_error": summary.mean, f"{split}_low": summary.low, f"{split}_high": summary.high}
        clock = timed.loc[name]
        row |= {
            "trials": clock["trials"],
            "seconds_per_epoch": clock["seconds"],
            "seconds_per_round": clock["seconds"] * arm.config.epochs,
            **clock[["ratio", "ratio_low", "ratio_high"]],
            **used.loc[name, ["megabytes", "added_megabytes"]],
        }
        rows.append(row)
    return pd.DataFrame(rows)


def steps_in_agreement(study: Study, trials: TrialReader, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """For how many training steps the loss of every batch is torch.nn's, to `tolerance`, before rounding parts the two.

    Columns: engine, seed, steps (those before the first difference above `tolerance`), of (steps compared).
    """
    by_name = {arm.config.engine: dict(trials.steps(arm.config, study.seeds)) for arm in study.arms}
    reference = by_name.pop(REFERENCE)
    rows = []
    for name, steps in by_name.items():
        for seed in sorted(steps.keys() & reference.keys()):
            apart = ~(np.abs(steps[seed] - reference[seed]) <= tolerance)
            rows.append((name, seed, int(apart.argmax()) if apart.any() else len(apart), len(apart)))
    return pd.DataFrame(rows, columns=["engine", "seed", "steps", "of"])


@dataclass(frozen=True)
class Difference:
    """A mean difference, torch.nn minus ours, paired by seed, and its interval."""

    mean: float
    low: float
    high: float
    n: int


def error_difference(study: Study, history: pd.DataFrame, split: str, engine: str = OURS) -> Difference:
    """torch.nn's final error minus that of an engine, seed by seed, in points of percent."""
    names = {arm.config.engine: arm.name for arm in study.arms}
    finals = [final_values(history, names[name], f"{split}_error") for name in (REFERENCE, engine)]
    differences = (100 * (finals[0] - finals[1])).dropna()
    low, high = interval_of_mean(differences.to_numpy(), groups_of(study, differences.index))
    return Difference(float(differences.mean()), float(low), float(high), len(differences))


def milliseconds_saved(times: pd.DataFrame, engine: str = "single") -> Difference:
    """By how many milliseconds an epoch of torch.nn takes longer: the median over repetitions and its interval."""
    found = difference_interval(times, REFERENCE, engine)
    return Difference(1000 * found.value, 1000 * found.low, 1000 * found.high, found.repeats)
