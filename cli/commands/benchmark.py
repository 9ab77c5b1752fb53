"""`minifw sweep-batch` and `minifw benchmark`: what is only timed."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from cli import console
from cli.errors import ending_well
from cli.options import NAME, RESULTS_DIR, Given, choice_option, fail, fail_setting, with_settings
from cli.study_command import check_folder, check_name
from experiments.config.comparison import TITLES
from experiments.config.setting_types import Integer, ListOf, SettingType
from experiments.config.settings import SettingError
from experiments.config.trial import TrialConfig
from experiments.reports.bamberger import studies as bamberger
from experiments.reports.feng import studies as feng

if TYPE_CHECKING:
    import pandas as pd

    from experiments.statistics.times import Timing

SIZES = ListOf(Integer(1), "SIZES")
REPETITIONS = Integer(1)
PUBLISHED = "bamberger, section 3.4: 60 times for batches of 50"
NOT_TIMED = ("evaluate_every", "record_steps", "epochs", "validation_size", "test_size", "seeds_per_data_set")


def repetitions_option(default: int) -> inspect.Parameter:
    """How often everything is timed."""
    return choice_option("repetitions", "INTEGER", "How often each is timed, in turn.", str(default))


BATCHES = choice_option("batches", SIZES.metavar, "Batch sizes; 1 is a loop over samples.", SIZES.format(bamberger.BATCH_SIZES))
TRIALS = choice_option("trials", SIZES.metavar, "How many trials to stack.", "10,100")


def sweep_batch(given: Given) -> None:
    """Time an epoch from a loop over single samples to full batches, by ours and by torch.nn (bamberger's section 3.4)."""
    config = _config({**bamberger.SETTINGS, **bamberger.NETWORKS["relu-uniform"], **given.settings, "batch_size": 1})
    sizes = _parse(given, "batches", SIZES) or tuple(size for size in bamberger.BATCH_SIZES if size <= config.train_size)
    repetitions = _parse(given, "repetitions", REPETITIONS) or 15
    if len(set(sizes)) < len(sizes):
        raise fail("--batches", f"{SIZES.format(sizes)} has a size twice")
    if max(sizes) > config.train_size:
        raise fail("--batches", f"{max(sizes)} is more than the {config.train_size} training points")
    name = check_name(given.run["name"] or "sweep-batch")
    check_folder(given.folder)
    with ending_well() as interruption:
        from experiments.benchmarks.epochs import time_batches
        from experiments.figures.timing import batches_figure
        from experiments.output.timing_files import write_times
        from experiments.statistics.times import ratio_interval

        interruption.loaded()
        times = time_batches(sizes, repetitions=repetitions, config=config)
        files = write_times(times, given.folder, name, batches_figure)
    for implementation, part in times.groupby("implementation", sort=False):
        _show(f"{name}: an epoch of {config.train_size} points, {_title(str(implementation))}", part, "batch", str(sizes[0]))
        if {1, 50} <= set(sizes):
            console.show_text(f"Batches of 50 against 1: {_ratio(ratio_interval(part, '1', '50'))}; {PUBLISHED}.")
    console.show_files(files)


def benchmark(given: Given) -> None:
    """Time training steps of feng's network: stacked, alone, torch.nn and torch.func, batches drawn before."""
    config = _config({**feng.TRAIN.settings, **given.settings})
    trials = _parse(given, "trials", SIZES) or (10, 100)
    repetitions = _parse(given, "repetitions", REPETITIONS) or 25
    name = check_name(given.run["name"] or "benchmark")
    check_folder(given.folder)
    with ending_well() as interruption:
        from experiments.benchmarks.epochs import time_steps
        from experiments.output.timing_files import write_times

        interruption.loaded()
        times = time_steps(trials, repetitions, config=config)
        files = write_times(times, given.folder, name)
    _show(f"{name}: an epoch's training steps, one thread", times, "implementation", "torch")
    console.show_files(files)


def _config(settings: dict[str, Any]) -> TrialConfig:
    try:
        return TrialConfig(**settings)
    except SettingError as error:
        raise fail_setting(error) from None


def _parse(given: Given, name: str, type: SettingType) -> Any:
    if given.extra[name] is None:
        return None
    try:
        return type.parse(given.extra[name])
    except ValueError as error:
        raise fail(f"--{name}", str(error)) from None


def _title(implementation: str) -> str:

    return TITLES[implementation]


def _show(title: str, times: pd.DataFrame, what: str, reference: str) -> None:
    from experiments.statistics.times import summarise_times

    table = summarise_times(times, reference)
    console.show_table(
        title,
        [what, "ms a trial", f"times less than {reference}", "95 % interval"],
        [
            [row.arm, f"{1000 * row.seconds:.3g}", f"{row.ratio:.3g}", _interval(row.ratio_low, row.ratio_high)]
            for row in table.itertuples()
        ],
        f"Medians of {table['repetitions'].iloc[0]} interleaved repetitions, one thread.",
    )


def _ratio(timing: Timing) -> str:
    return f"{timing.value:.3g} times ({_interval(timing.low, timing.high)})"


def _interval(low: float, high: float) -> str:
    return "-" if low != low else f"{low:.3g} to {high:.3g}"


OPTIONS = (RESULTS_DIR, NAME)
sweep_batch_command = with_settings(
    sweep_batch, leave_out=("batch_size", *NOT_TIMED), run_options=OPTIONS, extra=(BATCHES, repetitions_option(15))
)
benchmark_command = with_settings(benchmark, leave_out=NOT_TIMED, run_options=OPTIONS, extra=(TRIALS, repetitions_option(25)))
