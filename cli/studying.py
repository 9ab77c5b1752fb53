"""What every command that runs a study has in common: from what was given to what is on the screen and the exit code."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from cli import screen
from cli.options import Given, choice_option, fail, fail_setting
from experiments.config import SettingError
from experiments.lanes import estimate_seconds, plan_chunks
from experiments.study import Study, StudySpec

EXIT_INCOMPLETE = 3
EXIT_INTERRUPTED = 130

READING = choice_option("reading", "NAME", "An alternative reading; `minifw studies` lists them.", "the default reading")


def build(spec: StudySpec, given: Given, arms: Sequence[str] | None = None, name: str | None = None) -> Study:
    """The study of a report with what the user gave, or a usage error naming the option."""
    try:
        return spec.build(
            rounds=given.run["rounds"],
            first_seed=given.run["seed"],
            reading=given.extra.get("reading"),
            given=given.settings,
            arms=arms,
            name=name or given.run["name"],
            command=typed_command(),
        )
    except SettingError as error:
        raise fail_setting(error) from None


def seeds_of(given: Given, rounds: int) -> range:
    """The seeds asked for, `rounds` of them unless the user said."""
    first = given.run["seed"]
    return range(first, first + (given.run["rounds"] or rounds))


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


def run(study: Study, given: Given) -> None:
    """Runs a study and shows it. Exit code 3 when trials failed, 130 when interrupted."""
    check_name(study.name)
    check_folder(given.folder)
    jobs = given.run["jobs"] or os.cpu_count() or 1
    _warm_up(study, jobs)

    from experiments.api import run_study
    from experiments.runner import InterruptedRunError
    from experiments.store import StoreError

    try:
        with screen.progress(study.name) as tell:
            outcome = run_study(study, given.folder, jobs, tell=tell)
    except SettingError as error:
        raise fail_setting(error) from None
    except InterruptedRunError as error:
        screen.say(f"Interrupted: {error.finished} of {error.total} trials are stored. The same command goes on from there.")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    except (StoreError, OSError) as error:
        screen.show_error(f"{error}. What was finished before is kept; the same command goes on from there.")
        raise typer.Exit(1) from None
    for notice in outcome.notices:
        screen.say(f"Note: {notice}.")
    screen.show_outcome(outcome)
    for failure in outcome.report.failures:
        seeds = ", ".join(str(trial.seed) for trial in failure.trials)
        screen.show_error(f"seeds {seeds} could not be computed, tried twice: {failure.reason}")
    if outcome.report.failures:
        raise typer.Exit(EXIT_INCOMPLETE)


def _warm_up(study: Study, jobs: int) -> None:
    """Starts loading torch for the workers while this process loads its own, when they are likely to be needed."""
    from experiments.workload import SECONDS_WORTH_WORKERS, start_server

    if jobs > 1 and estimate_seconds(plan_chunks(study.trials)) >= SECONDS_WORTH_WORKERS:
        start_server()
