"""`minifw sweep-batch` and `minifw benchmark`: what is only timed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli import console
from cli.errors import ending_well
from cli.limits import check_demand
from cli.options import Given, fail, fail_setting, option
from cli.parameters import with_settings
from cli.study_command import check_folder, check_name
from experiments.config.comparison import TITLES
from experiments.config.setting_types import Integer, ListOf
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.formatting import interval, short, with_interval
from experiments.reports.bamberger import studies as bamberger
from experiments.reports.feng import studies as feng

if TYPE_CHECKING:
    import pandas as pd

    from experiments.benchmarks.interleave import Task

SIZES = ListOf(Integer(1), "SIZES")
WHOLE_REPETITIONS = 5
PUBLISHED = "bamberger, section 3.4: 60 times for batches of 50"
NOT_TIMED = ("engine", "evaluate_every", "record_steps", "epochs", "validation_size", "test_size", "seeds_per_data_set")


def repetitions_option(default: int) -> Any:
    """How often everything is timed."""
    return option(default, "How often each is timed, in turn.", str(default), type=Integer(1))


@dataclass(frozen=True)
class BatchOptions:
    """Which batches are timed, and how often."""

    batches: tuple[int, ...] | None = option(
        None, "Batch sizes; 1 is a loop over samples.", SIZES.format(bamberger.BATCH_SIZES), type=SIZES
    )
    repetitions: int = repetitions_option(15)


@dataclass(frozen=True)
class BenchmarkOptions:
    """Which stacks are timed, and how often."""

    trials: tuple[int, ...] = option((10, 100), "How many trials to stack.", "10,100", type=SIZES)
    repetitions: int = repetitions_option(25)
    whole: bool = option(False, "Time whole trials too, which takes minutes.")


def sweep_batch(given: Given[BatchOptions]) -> None:
    """Time an epoch from a loop over single samples to full batches, by ours and by torch.nn (bamberger's section 3.4)."""
    config = _config({**bamberger.SETTINGS, **bamberger.NETWORKS["relu-uniform"], **given.settings, "batch_size": 1})
    sizes = given.own.batches or tuple(size for size in bamberger.BATCH_SIZES if size <= config.train_size)
    if len(set(sizes)) < len(sizes):
        raise fail("--batches", f"{SIZES.format(sizes)} has a size twice")
    if max(sizes) > config.train_size:
        raise fail("--batches", f"{max(sizes)} is more than the {config.train_size} training points")
    check_demand([Study("", (Arm("", config),), range(1))], jobs=1)
    name = check_name(given.run.name or "sweep-batch")
    if given.run.dry_run:
        with ending_well() as interruption:
            from experiments.benchmarks.epochs import BATCH_ENGINES, batch_tasks

            interruption.loaded()
            tasks = batch_tasks(sizes, BATCH_ENGINES, config)
        _show_plan(name, {"batch": tasks}, given.own.repetitions)
        return
    check_folder(given.folder)
    with ending_well() as interruption:
        from experiments.benchmarks.epochs import time_batches
        from experiments.figures.timing import batches_figure
        from experiments.output.timing_files import write_times
        from experiments.statistics.times import ratio_interval, summarise_times

        interruption.loaded()
        times = time_batches(sizes, repetitions=given.own.repetitions, config=config)
        files = write_times(times, given.folder, name, batches_figure)
    for engine, part in times.groupby("engine", sort=False):
        _show(f"{name}: an epoch of {config.train_size} points, {TITLES[str(engine)]}", part, "batch", str(sizes[0]))
        if {1, 50} <= set(sizes):
            ratio = ratio_interval(part, "1", "50")
            times_less = with_interval(ratio.value, ratio.low, ratio.high, short, " times")
            console.show_text(f"Batches of 50 against 1: {times_less}; {PUBLISHED}.")
    console.show_files(files)
    console.show_json(
        lambda: {
            "name": name,
            "times": {str(key): summarise_times(part, str(sizes[0])) for key, part in times.groupby("engine")},
            "files": files,
        }
    )


def benchmark(given: Given[BenchmarkOptions]) -> None:
    """Time training steps of feng's network by every engine, torch.nn, torch.func and, where installed, JAX; and whole trials.

    Example: minifw benchmark --trials 1,10,100,1000

    Steps: batches drawn before. Whole trials: with draws, orders, evaluation and storing, by torch.nn, stacked and compiled.
    """
    config = _config({**feng.TRAIN.settings, **given.settings})
    check_demand([Study("", (Arm("", config),), range(max(given.own.trials)))], jobs=1)
    name = check_name(given.run.name or "benchmark")
    if given.run.dry_run:
        with ending_well() as interruption:
            from experiments.benchmarks.steps import step_tasks, trial_tasks

            interruption.loaded()
            tasks = {"training steps": step_tasks(given.own.trials, config)}
            if given.own.whole:
                tasks["whole trials"] = trial_tasks(given.own.trials, config, given.folder)
        _show_plan(name, tasks, given.own.repetitions)
        return
    check_folder(given.folder)
    with ending_well() as interruption:
        from experiments.benchmarks.steps import time_steps, time_trials
        from experiments.figures.benchmark import benchmark_figure
        from experiments.output.timing_files import write_times
        from experiments.statistics.times import summarise_times

        interruption.loaded()
        steps = time_steps(given.own.trials, given.own.repetitions, config=config)
        files = write_times(steps, given.folder, name, benchmark_figure)
        if given.own.whole:
            whole = time_trials(given.own.trials, min(given.own.repetitions, WHOLE_REPETITIONS), config=config)
            files += write_times(whole, given.folder, f"{name}-trials")
    _show(f"{name}: an epoch's training steps, one thread", steps, "engine", "torch")
    _show_limit(steps)
    if given.own.whole:
        _show(f"{name}: whole trials, stored, one process", whole, "engine", "torch")
    console.show_files(files)
    parts = {"times": steps} | ({"trials": whole} if given.own.whole else {})
    tables = {key: summarise_times(times, "torch") for key, times in parts.items()}
    console.show_json(lambda: {"name": name, **tables, "files": files})


def _show_limit(steps: pd.DataFrame) -> None:
    """Of the compiled engine's fastest stack, the share of what this core can do."""
    from experiments.statistics.times import by_arm, ratio_interval

    compiled = steps[steps["engine"] == "compiled"]
    if compiled.empty:
        return
    fastest = str(by_arm(compiled).median().idxmin())
    share = ratio_interval(steps, "limit", fastest)
    reached = with_interval(100 * share.value, 100 * share.low, 100 * share.high, short, " %")
    console.show_text(
        f"{fastest} reaches {reached} of the limit, which is its multiplications and additions on all lanes alone."
    )


def _show_plan(name: str, parts: Mapping[str, Sequence[Task]], repetitions: int) -> None:
    """What would be timed; nothing is timed or written."""
    rows = [
        {"part": part, "engine": task.engine, "arm": task.arm, "trials": task.trials}
        for part, tasks in parts.items()
        for task in tasks
    ]
    console.show_table(
        f"{name}: what would be timed; nothing is timed or written now",
        ["", "engine", "arm", "trials at once"],
        [[str(value) for value in row.values()] for row in rows],
        f"In turn, up to {console.counted(repetitions, 'time')} each, which end early when they take long.",
    )
    console.show_json(lambda: {"name": name, "dry_run": True, "repetitions": repetitions, "timed": rows})


def _config(settings: dict[str, Any]) -> TrialConfig:
    try:
        return TrialConfig(**settings)
    except SettingError as error:
        raise fail_setting(error) from None


def _show(title: str, times: pd.DataFrame, what: str, reference: str) -> None:
    from experiments.statistics.times import summarise_times

    table = summarise_times(times, reference)
    console.show_table(
        title,
        [what, "ms a trial", f"times less than {reference}", "95 % interval"],
        [
            [row.arm, short(1000 * row.seconds), short(row.ratio), interval(row.ratio_low, row.ratio_high, short)]
            for row in table.itertuples()
        ],
        f"Medians of {table['repetitions'].iloc[0]} interleaved repetitions, one thread.",
    )


OPTIONS = ("results_dir", "name", "config", "dry_run", "json", "quiet")
sweep_batch_command = with_settings(sweep_batch, own=BatchOptions, leave_out=("batch_size", *NOT_TIMED), run_options=OPTIONS)
benchmark_command = with_settings(benchmark, own=BenchmarkOptions, leave_out=NOT_TIMED, run_options=OPTIONS)
