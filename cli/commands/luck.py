"""`minifw luck`: which source of chance owns how much of the spread between seeds."""

from __future__ import annotations

import math
import os
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from cli import console
from cli.completion import one_of
from cli.dry_run import show_plan_of_groups
from cli.errors import ending_well
from cli.limits import check_demand
from cli.options import Given, check_choice, fail, fail_setting, option
from cli.parameters import RUN_OPTIONS, with_settings
from cli.study_command import (
    build,
    check_folder,
    check_name,
    check_seeds,
    cluster_address,
    reading_option,
    show_failures,
    typed_command,
    warm_up,
)
from experiments.config.luck_design import ONE_DATA_SET, TEST_SET, LuckDesign, luck_design
from experiments.config.settings import SettingError
from experiments.config.study import Arm, Study, engine_words
from experiments.config.trial import Trial, TrialConfig
from experiments.formatting import interval
from experiments.reports.catalogue import MAIN_STUDIES
from experiments.running.dask_cluster import dask_cluster
from experiments.running.devices import check_devices

if TYPE_CHECKING:
    from experiments.workflows.luck import Luck

ROUNDS = 100


@dataclass(frozen=True)
class LuckOptions:
    """Which report's main study to start from, and which of its arms."""

    preset: str | None = option(
        None,
        "A report's main study; options given beat it.",
        "feng",
        metavar="|".join(MAIN_STUDIES),
        complete=one_of(MAIN_STUDIES),
    )
    arm: str | None = option(None, "Which of the study's arms; `minifw studies NAME` lists them.", "its first", metavar="ARM")
    reading: str | None = reading_option()


def luck(given: Given[LuckOptions]) -> None:
    """Whose luck is it? What share of the spread between seeds the data, the start, the order and dropout own.

    Example: minifw luck --hidden 25,25 --act tanh --rounds 100

    Seeds are crossed four by four: trials that share all but their data set, all but their initial weights, and so on. On the
    disc the true error is integrated, so that the luck of the finite test set stands apart. Writes NAME.csv with the shares,
    NAME.trials.csv, NAME.png and NAME.json.
    """
    name, config = _settings(given)
    design = _design(given, config)
    for source, reason in design.left_out.items():
        console.say(f"Note: {source} is left out: {reason}.")
    found = _compute(given, check_name(name), design, config.seeds_per_data_set)
    show_all(found)


def show_all(found: Luck) -> None:
    """The luck on the screen or as JSON; exit code 3 when trials failed."""
    show(found)
    console.show_json(lambda: describe(found))
    show_failures(found.report.failures)


def _settings(given: Given[LuckOptions]) -> tuple[str, TrialConfig]:
    """The name of the results and the settings whose luck is told."""
    own = given.own
    spec = MAIN_STUDIES[check_choice("--preset", own.preset or "feng", MAIN_STUDIES)]
    arms = list(spec.arms)
    arm = check_choice("--arm", own.arm or arms[0], arms)
    study = build(spec, given, reading=own.reading, arms=[arm])
    parts = ("luck", own.preset, own.arm, own.reading)
    return given.run.name or "-".join(part for part in parts if part), study.arm(arm).config


def _design(given: Given[LuckOptions], config: TrialConfig) -> LuckDesign:
    rounds = given.run.rounds or ROUNDS
    try:
        return luck_design(config, range(given.run.seed, given.run.seed + rounds))
    except SettingError as error:
        raise fail_setting(error) from None
    except ValueError as error:
        raise fail("--rounds", str(error)) from None


def _groups(design: LuckDesign) -> dict[str, list[Trial]]:
    """The trials of the seeds themselves, and those in which one source draws with another seed."""
    cells = list(design.squares())
    groups = {"all sources of one seed": [trial for _, _, row, column, trial in cells if row == column]}
    return groups | {
        f"{source} of another seed": [trial for of, _, row, column, trial in cells if of == source and row != column]
        for source in design.sources
    }


def _compute(given: Given[LuckOptions], name: str, design: LuckDesign, seeds_per_data_set: int) -> Luck:
    jobs, address = given.run.jobs or os.cpu_count() or 1, cluster_address(given)
    trials = [trial for *_, trial in design.squares()]
    as_one = Study(name, (Arm(name, design.config),), range(len(trials)))
    check_seeds(Study(name, as_one.arms, design.seeds))
    check_demand([as_one], jobs, elsewhere=address is not None)
    if given.run.dry_run:
        with ending_well() as interruption:
            interruption.loaded()
            show_plan_of_groups(name, _groups(design), given.folder, jobs)
        raise typer.Exit
    with ending_well() as interruption:
        check_folder(given.folder)
        if address is None:
            check_devices([design.config])
            warm_up(trials, jobs)

        from experiments.workflows.luck import tell_luck

        interruption.loaded()
        with (
            dask_cluster(address, [design.config.engine]) if address else nullcontext() as cluster,
            console.progress(name, then="shares and figure") as on_progress,
        ):
            return tell_luck(
                design,
                name,
                given.folder,
                jobs if cluster is None else cluster.slots,
                seeds_per_data_set=seeds_per_data_set,
                command=typed_command(),
                executor=None if cluster is None else cluster.executor,
                on_progress=on_progress,
            )


def show(found: Luck) -> None:
    """The shares, what the data set that runs share hides, and the files."""
    for notice in found.notices:
        console.say(f"Note: {notice}.")
    rows = [
        [
            f"{row.source}{' (within the above)' if found.inside and row.source == TEST_SET else ''}",
            _percent(row.alone),
            interval(row.low, row.high, _percent),
            _percent(row.together),
            interval(row.together_low, row.together_high, _percent),
        ]
        for row in found.table.itertuples()
        if row.source != ONE_DATA_SET
    ]
    lost = f" {found.lost} blocks with diverged trials left out." if found.lost else ""
    console.show_table(
        f"{found.name}: whose luck is the test error? shares of its variance, %",
        ["source", "alone", "95 % interval", "with others", "95 % interval"],
        rows,
        f"Test error {100 * found.mean:.2f} +- {100 * found.deviation:.2f} %. alone: by itself; with others: and all it does "
        f"jointly with them. Interval: bootstrap over {found.blocks} blocks of four seeds.{lost} "
        f"{words_on_test_set(found)} {engine_words(_as_study(found))}",
    )
    if words := shared_words(found):
        console.show_text(words)
    report = found.report
    console.show_text(
        f"{report.computed} trials computed in {report.seconds:.1f} s, {report.reused} reused."
        if report.computed
        else f"Nothing to compute: all {report.total} trials were stored already."
    )
    console.show_files(found.files)


def words_on_test_set(found: Luck) -> str:
    """How the test set's part was found."""
    points = console.counted(found.design.config.test_size, "test point")
    if found.inside:
        return f"Test set: p(1 - p)/n of {points}, contained in the data's share and in the interactions."
    return f"Test set: p(1 - p)/n of {points} at the true error p, which is integrated over the square; it is in no other row."


def shared_words(found: Luck) -> str:
    """What runs that share a data set, as those of these settings do, show of all the spread."""
    if found.shared is None:
        return ""
    seen = found.shared
    between = interval(seen.low, seen.high, _percent)
    return (
        f"{found.seeds_per_data_set} runs share a data set by these settings (not here): they show {_percent(seen.value)} % "
        f"({between}) of this variance, and their deviation is {seen.value**0.5:.2f} times that over data sets."
    )


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.0f}"


def _as_study(found: Luck) -> Study:
    return Study(found.name, (Arm(found.name, found.design.config),), found.design.seeds)


def describe(found: Luck) -> dict[str, Any]:
    """All that is shown, as plain values."""
    design, report = found.design, found.report
    return {
        "name": found.name,
        "rounds": len(design.seeds),
        "first_seed": design.seeds.start,
        "blocks": found.blocks,
        "blocks_left_out": found.lost,
        "sources": list(design.sources),
        "left_out": design.left_out,
        "settings": design.config.to_dict(),
        "test_error": found.mean,
        "deviation": found.deviation,
        "shares": found.table,
        "test_set_within": found.inside,
        "share_within_data_set": None if found.shared is None else vars(found.shared),
        "trials": {"computed": report.computed, "reused": report.reused, "failed": report.failed, "seconds": report.seconds},
        "files": found.files,
    }


command = with_settings(
    luck,
    own=LuckOptions,
    run_options=[name for name in RUN_OPTIONS if name != "save"],
    defaults={"rounds": str(ROUNDS)},
)
