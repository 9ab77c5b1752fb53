"""`minifw compare-torch`: the same trials by ours and by PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from cli import console
from cli.completion import one_of
from cli.errors import ending_well
from cli.options import Given, check_choice, option
from cli.parameters import with_settings
from cli.study_command import build, compute, reading_option, show_failures
from cli.study_summary import describe_outcome, interval_note
from experiments.config.comparison import ARMS, REFERENCE, TITLES, arms_for
from experiments.config.spec import StudySpec
from experiments.formatting import fixed, interval, short, with_interval
from experiments.reports.catalogue import STUDIES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.workflows.compare_torch import Comparison

SPECS: dict[str, StudySpec] = {spec.report: spec for spec in STUDIES.values() if spec.command == "compare-torch"}


@dataclass(frozen=True)
class CompareOptions:
    """Which report's study to compare."""

    preset: str | None = option(
        None, "A report's settings; options given beat them.", "feng", metavar="|".join(SPECS), complete=one_of(SPECS)
    )
    reading: str | None = reading_option()


def compare_torch(given: Given[CompareOptions]) -> None:
    """Train the same trials by ours and by PyTorch, and compare errors, times and memory.

    Example: minifw compare-torch --preset bhatt --rounds 10

    Same points, same initial weights, same batches: ours stacked, ours one at a time, torch.nn with torch.optim one at a
    time, and torch.func vmapped. Errors come from stored trials; times are measured anew, alone and in turn.
    """
    spec = SPECS[check_choice("--preset", given.own.preset or "feng", SPECS)]
    reading = given.own.reading
    ours = build(spec, given, reading=reading, arms=["minifw", REFERENCE]).arm("minifw").config
    arms = arms_for(ours)
    outcome = compute(build(spec, given, reading=reading, arms=arms), given)
    for notice in outcome.notices:
        console.say(f"Note: {notice}.")
    for name in ARMS.keys() - set(arms):
        console.say(f"Note: {name} does not take these settings and is left out.")
    show_failures(outcome.report.failures)
    with ending_well() as interruption:
        console.say("Measuring memory and times, one engine after another ...")
        from experiments.workflows.compare_torch import measure

        interruption.loaded()
        comparison = measure(outcome, given.folder)
    show(comparison)
    console.show_json(
        lambda: {
            **describe_outcome(outcome),
            "engines": comparison.table,
            "agreement": comparison.agreement,
            "files": comparison.outcome.files,
        }
    )


def show(comparison: Comparison) -> None:
    """Errors, times and memory by engine, how far ours and torch.nn are apart, and the files."""
    from experiments.workflows.compare_torch import TOLERANCE, error_difference, milliseconds_saved

    study, table = comparison.study, comparison.table
    titles = [TITLES[name] for name in table["engine"]]
    console.show_table(
        f"{study.name}: final errors, {console.counted(study.rounds, 'round')}",
        ["", "training %", "95 % interval", "test %", "95 % interval"],
        [
            [title, *_errors(row, "train"), *_errors(row, "test")]
            for title, (_, row) in zip(titles, table.iterrows(), strict=True)
        ],
        interval_note(study),
    )
    console.show_table(
        f"{study.name}: training one trial, one thread",
        ["", "at once", "ms/epoch", "s/round", "speed-up", "95 % interval", "MB"],
        [[title, *_times(row)] for title, (_, row) in zip(titles, table.iterrows(), strict=True)],
        f"Medians of {comparison.times['repetition'].nunique()} interleaved epochs; speed-up over torch.nn alone. "
        "Peak memory of the process; torch.optim loads a compiler.",
    )
    for split in ("train", "test") if table["test_error"].notna().any() else ("train",):
        found = error_difference(study, comparison.outcome.history, split)
        name = "training" if split == "train" else split
        difference = with_interval(found.mean, found.low, found.high, partial(fixed, digits=2, sign="+"), " points")
        console.show_text(f"torch.nn's {name} error minus ours, paired by seed: {difference}.")
    saved = milliseconds_saved(comparison.times)
    less = with_interval(saved.mean, saved.low, saved.high, partial(fixed, digits=1), " ms less")
    console.show_text(f"Alone, an epoch of ours takes {less}.")
    steps = comparison.agreement.query("engine == 'stack'")
    if len(steps):
        console.show_text(
            f"Ours and torch.nn agree on the training loss of each batch to {TOLERANCE:g} for "
            f"{steps['steps'].median():.0f} steps (median; {steps['steps'].min()} to {steps['steps'].max()} of "
            f"{steps['of'].max()}, {study.arms[0].config.dtype}); then rounding parts them."
        )
    console.show_files(comparison.outcome.files)


def _errors(row: pd.Series, split: str) -> list[str]:
    mean, low, high = (row[f"{split}_{part}"] for part in ("error", "low", "high"))
    return [fixed(mean, 2), interval(low, high, partial(fixed, digits=2))]


def _times(row: pd.Series) -> list[str]:
    return [
        f"{row['trials']:.0f}",
        short(1000 * row["seconds_per_epoch"]),
        short(row["seconds_per_round"]),
        short(row["ratio"]),
        interval(row["ratio_low"], row["ratio_high"], short),
        fixed(row["megabytes"], 0),
    ]


command = with_settings(compare_torch, leave_out=("record_steps", "engine"), own=CompareOptions)
