"""What every command that runs a study has in common: from what was given to what is on the screen and the exit code."""

from __future__ import annotations

import dataclasses
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from cli import console
from cli.completion import reading as complete_reading
from cli.dry_run import show_plan
from cli.errors import EXIT_INCOMPLETE, ending_well
from cli.limits import check_demand
from cli.options import Given, fail, fail_setting, option
from cli.study_summary import describe_outcome, show_outcome
from cli.until_decided import UntilOptions, describe_decided, rule_of, show_decided
from experiments.config.data_sets import unsuited
from experiments.config.settings import MAX_SEEDS, SettingError, option_name
from experiments.config.spec import StudySpec
from experiments.config.stopping import UntilDecided
from experiments.config.study import Study, engines_of
from experiments.config.trial import DEFAULT_TARGET, SETTINGS, Trial
from experiments.formatting import listed
from experiments.running.dask_cluster import dask_cluster, parse_address
from experiments.running.devices import check_devices
from experiments.running.estimate import estimate_seconds
from experiments.running.forkserver import SECONDS_WORTH_WORKERS, start_server
from experiments.training.lanes import plan_chunks

if TYPE_CHECKING:
    from experiments.running.runner import Failure
    from experiments.workflows.run_study import StudyResult


def reading_option() -> Any:
    """The field of a command that takes the readings of its study."""
    words = "An alternative reading; `minifw studies` lists them."
    return option(None, words, "the default reading", metavar="NAME", complete=complete_reading)


def say_what_data_decides(spec: StudySpec, given: Given[Any]) -> None:
    """Says which settings of a report do not hold, for they do not suit the data set that was given."""
    left = unsuited(given.settings["data"], given.settings.get("target", DEFAULT_TARGET)) - given.settings.keys()
    named = sorted({name for settings in (spec.settings, *spec.arms.values()) for name in settings if name in left})
    if named:
        options = listed([option_name(name) for name in named])
        console.say(f"Note: {options} are not {spec.report}'s, but what suits {given.settings['data']}.")


def build(
    spec: StudySpec,
    given: Given[Any],
    *,
    reading: str | None = None,
    arms: Sequence[str] | None = None,
    name: str | None = None,
) -> Study:
    """The study of a report with what the user gave, or a usage error naming the option."""
    try:
        if "data" in given.settings:
            say_what_data_decides(spec, given)
        return spec.build(
            rounds=given.run.rounds,
            first_seed=given.run.seed,
            reading=reading,
            given=given.settings,
            arms=arms,
            name=name or given.run.name,
            command=typed_command(),
        )
    except SettingError as error:
        raise fail_setting(error) from None


def seeds_of(given: Given[Any], rounds: int) -> range:
    """The seeds asked for, `rounds` of them unless the user said."""
    first = given.run.seed
    return range(first, first + (given.run.rounds or rounds))


def typed_command() -> str:
    """The command as it was typed."""
    return shlex.join(["minifw", *sys.argv[1:]])


def check_name(name: str) -> str:
    """A name that files can begin with, or a usage error."""
    if not name or name.startswith(".") or any(character in name for character in "/\\\0") or len(name) > 100:
        raise fail("--name", f"{name!r} cannot begin a file name; use letters, digits and dashes, at most 100")
    return name


def check_folder(folder: Path) -> None:
    """Makes the results folder, or raises a usage error."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise fail("--results-dir", f"the folder {str(folder)!r} cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise fail("--results-dir", f"the folder {str(folder)!r} cannot be written to")


def check_seeds(study: Study) -> None:
    """Seeds that are told apart, or a usage error."""
    if study.seeds.stop > MAX_SEEDS:
        raise fail("--seed", f"seeds {study.seeds.start} to {study.seeds.stop - 1} are not all below {MAX_SEEDS}")


def check_reach(study: Study, settings: Mapping[str, Any]) -> None:
    """Says which arms keep their own value of a setting that was given; a usage error when all of them do."""
    for name, value in settings.items():
        own = {arm.name: getattr(arm.config, name) for arm in study.arms if getattr(arm.config, name) not in (None, value)}
        format = SETTINGS[name].type.format
        values = ", ".join(f"{format(kept)} in {arm}" for arm, kept in own.items())
        if len(own) == len(study.arms):
            raise fail(option_name(name), f"changes nothing, for every arm sets it itself: {values}")
        if own:
            console.say(f"Note: {option_name(name)} {format(value)} is not for every arm; it stays {values}.")


def run(study: Study, given: Given[Any]) -> None:
    """Runs a study and shows it. Exit code 3 when trials failed, 130 when interrupted."""
    rule = rule_of(given) if isinstance(given.own, UntilOptions) else None
    if rule is None:
        show(compute(study, given))
        return
    if len(study.arms) == 1:
        raise fail("--until-decided", f"there is one arm, {study.arms[0].name}: there is nothing to decide")
    most = max(rule.looks(study.seeds_per_data_set))
    study = dataclasses.replace(study, seeds=range(study.seeds.start, study.seeds.start + most))
    show(compute(study, given, rule).result)


def compute(study: Study, given: Given[Any], rule: UntilDecided | None = None) -> Any:
    """Runs a study and writes its files; ends with one line and an exit code when something is in the way.

    Returns a StudyResult; with a rule that says when to stop, the DecidedStudy of `run_until_decided`.
    """
    check_name(study.name)
    check_seeds(study)
    jobs = given.run.jobs or os.cpu_count() or 1
    address = cluster_address(given)
    check_demand([study], jobs, elsewhere=address is not None)
    check_reach(study, given.settings)
    if given.run.dry_run:
        with ending_well() as interruption:
            interruption.loaded()
            show_plan(study, given.folder, jobs)
        raise typer.Exit
    with ending_well() as interruption:
        if address is None:
            check_devices(arm.config for arm in study.arms)
        check_folder(given.folder)
        if address is None:
            warm_up(study.trials, jobs)

        from experiments.workflows.run_study import run_study
        from experiments.workflows.until_decided import run_until_decided

        interruption.loaded()
        with (
            dask_cluster(address, engines_of(study)) if address else nullcontext() as cluster,
            console.progress(study.name) as on_progress,
        ):
            where = (jobs, None) if cluster is None else (cluster.slots, cluster.executor)
            runs = run_study if rule is None else partial(run_until_decided, rule=rule)
            return runs(
                study,
                folder=given.folder,
                jobs=where[0],
                executor=where[1],
                on_progress=on_progress,
                save_networks=given.run.save,
            )


def show(outcome: StudyResult) -> None:
    """The outcome on the screen; exit code 3 when trials failed."""
    for notice in outcome.notices:
        console.say(f"Note: {notice}.")
    decided = outcome.study.until is not None
    (show_decided if decided else show_outcome)(outcome)
    console.show_json(lambda: (describe_decided if decided else describe_outcome)(outcome))
    show_failures(outcome.report.failures)


def show_failures(failures: Sequence[Failure]) -> None:
    """A line for each chunk that could not be computed; exit code 3 when there are any."""
    for failure in failures:
        seeds = ", ".join(str(seed) for seed in sorted({trial.seed for trial in failure.trials}))
        console.show_error(f"seeds {seeds} could not be computed, tried twice: {failure.reason}")
    if failures:
        raise typer.Exit(EXIT_INCOMPLETE)


def cluster_address(given: Given[Any]) -> str | None:
    """Where to find the Dask scheduler, when one was asked for, or a usage error."""
    if given.run.executor is None:
        return None
    try:
        return parse_address(given.run.executor)
    except ValueError as error:
        raise fail("--executor", str(error)) from None


def warm_up(trials: Sequence[Trial], jobs: int) -> None:
    """Starts loading what the workers need while this process loads its own, when they are likely to be needed."""
    if jobs > 1 and estimate_seconds(plan_chunks(trials)) >= SECONDS_WORTH_WORKERS:
        start_server({trial.config.engine for trial in trials})
