"""Every time that a report prints, measured alone and in turn, and put where claims look for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from experiments.benchmarks.epochs import time_activations, time_batches, time_engines
from experiments.benchmarks.passes import time_passes
from experiments.formatting import three_digits, with_interval
from experiments.reports.bamberger.studies import BATCH_SIZES
from experiments.reports.bhatt import studies as bhatt
from experiments.reports.feng import studies as feng
from experiments.statistics.times import by_arm, summarise_times

SECONDS_EACH = 3.0
OCCASIONS = 3


@dataclass(frozen=True)
class Measurement:
    """One group of times: what it is of, which report prints it, how it is measured within some seconds.

    name: what its file names begin with. reference: the arm that others are held against. evidence: what claims call it.
    """

    title: str
    report: str
    name: str
    reference: str
    evidence: tuple[str, ...]
    measure: Callable[[float], pd.DataFrame]


MEASUREMENTS: dict[str, Measurement] = {
    "feng": Measurement(
        "An epoch of feng's network: ours stacked and alone, torch.nn, torch.func (10 trials where stacked)",
        "feng",
        "compare-torch",
        "torch",
        ("feng-time",),
        lambda seconds: time_engines(feng.TRAIN.build().arms[0].config, 10, max_seconds=seconds),
    ),
    "bhatt": Measurement(
        "An epoch of bhatt's network, likewise",
        "bhatt",
        "compare-torch-bhatt",
        "torch",
        ("bhatt-epoch-time",),
        lambda seconds: time_engines(bhatt.TRAIN.build().arms[0].config, 10, max_seconds=seconds),
    ),
    "activations": Measurement(
        "Bamberger's six networks, 250 epochs of one trial; tanh-recomputed computes tanh again in its backward pass",
        "bamberger",
        "sweep-activations",
        "relu-normal",
        ("bamberger-time", "bamberger-relu-time", "bamberger-tanh-variant"),
        lambda seconds: time_activations(("single",), max_seconds=seconds),
    ),
    "batches": Measurement(
        "An epoch of bamberger's network by batch size; 1 is a loop over samples",
        "bamberger",
        "sweep-batch",
        "1",
        ("bamberger-batch-50-vs-1",),
        lambda seconds: time_batches(BATCH_SIZES, ("single",), max_seconds=seconds),
    ),
    "passes": Measurement(
        "Twenty forward and backward passes of one network over a batch of 50",
        "bamberger",
        "passes",
        "relu-forward",
        ("bamberger-backward-forward",),
        lambda seconds: time_passes(max_seconds=seconds),
    ),
}


def measure_times(reports: tuple[str, ...], seconds_each: float = SECONDS_EACH) -> dict[str, pd.DataFrame]:
    """The times of some reports by measurement, with one row a repetition and an arm, see `interleave.COLUMNS`.

    Everything is measured on several occasions, each after all else was measured once more: the column `occasion`.
    """
    wanted = {name: found for name, found in MEASUREMENTS.items() if found.report in reports}
    rounds = [
        {name: found.measure(seconds_each / OCCASIONS).assign(occasion=occasion) for name, found in wanted.items()}
        for occasion in range(OCCASIONS)
    ]
    return {name: pd.concat([one[name] for one in rounds], ignore_index=True) for name in wanted}


_times = partial(with_interval, write=three_digits, brackets="[{}, {}]")


def time_tables(times: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """For readers, by title: milliseconds of each arm with their interval, and how many times less than the reference."""
    tables = {}
    for name, frame in times.items():
        found = MEASUREMENTS[name]
        rows = summarise_times(frame, found.reference)
        tables[found.title] = pd.DataFrame(
            {
                "arm": rows["arm"],
                "trials": rows["trials"],
                "ms": [_times(1000 * r.seconds, 1000 * r.seconds_low, 1000 * r.seconds_high) for r in rows.itertuples()],
                f"times less than {found.reference}": [_times(r.ratio, r.ratio_low, r.ratio_high) for r in rows.itertuples()],
            }
        )
    return tables


def as_evidence(times: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """By the names that claims know: seconds with one row a repetition and one column an arm."""
    return {claimed: by_arm(frame) for name, frame in times.items() for claimed in MEASUREMENTS[name].evidence}
