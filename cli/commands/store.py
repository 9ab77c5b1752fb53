"""`minifw runs`, `minifw plot` and `minifw verify`: what is stored, drawn again, and computed again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from json import dumps as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import console
from cli.commands.luck import show_all
from cli.commands.prune import prune_store
from cli.completion import stored_name
from cli.errors import EXIT_FAILED, ending_well
from cli.options import Folder, Json, Quiet, fail, parse_option
from cli.study_command import check_folder, show, show_failures
from experiments.config.setting_types import Integer, Number, did_you_mean
from experiments.config.trial import TrialConfig
from experiments.files import STORE_NAME
from experiments.output.luck_manifest import luck_names, read_luck_manifest
from experiments.output.manifest import manifest_names, read_manifest
from experiments.reports.describe import list_arms

if TYPE_CHECKING:
    from experiments.store.store import Run
    from experiments.workflows.verify import Verification


def runs(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Whose commands and settings to show.", autocompletion=stored_name),
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Show the commands and settings of all.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Remove the trials of code that is gone instead.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --prune: do not ask.")] = False,
    results_dir: Folder = Path("results"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List what the store holds: what was run, when and how long; named ones with their commands and settings."""
    store = _store_of(results_dir)
    if yes and not prune:
        raise fail("--yes", "goes with --prune")
    if prune:
        _prune(store, yes)
        return
    with ending_well() as interruption:
        from experiments.store.store import Store

        interruption.loaded()
        with Store(store) as opened:
            noted, stored = opened.runs(), opened.count()
        notices = opened.notices
    wanted = [run for run in noted if not names or run.name in names]
    if names and not wanted:
        known = sorted({run.name for run in noted})
        raise fail("NAME", f"no run is called {names[0]!r}; there are {', '.join(known)}{did_you_mean(names[0], known)}")
    with console.output(json=json, quiet=quiet):
        for notice in notices:
            console.say(f"Note: {notice}.")
        if names or all:
            show_runs(wanted)
        else:
            console.show_list([[f"{run.started} UTC", run.name, _asked(run), _computed(run)] for run in wanted])
        asked = "" if names or all else " Commands and settings: minifw runs NAME."
        counted = f"{console.counted(stored, 'trial')} in {store}, from {console.counted(len(noted), 'run')}."
        console.show_text(counted + asked)
        console.show_json(lambda: {"store": store, "trials": stored, "runs": [vars(run) for run in wanted]})


def show_runs(runs: Sequence[Run]) -> None:
    """Runs with the commands as they were typed, their arms and settings."""
    for run in runs:
        console.show_heading(f"{run.started} UTC  {run.name}  {_asked(run)}, {_computed(run)}")
        for line in (run.command, *describe_arms(run.arms)):
            console.show_text(line, indent=2)


def _asked(run: Run) -> str:
    rounds = console.counted(run.rounds, "round")
    return f"{len(run.arms)} arms x {rounds}" if len(run.arms) > 1 else rounds


def _computed(run: Run) -> str:
    if not run.computed:
        return "nothing computed"
    return f"{run.computed} of {run.total} trials computed in {run.seconds:.1f} s"


def _prune(path: Path, agreed: bool) -> None:
    with ending_well() as interruption:
        from experiments.store.store import Store

        interruption.loaded()
        with Store(path) as store:
            prune_store(store, agreed)
    for notice in store.notices:
        console.say(f"Note: {notice}.")


def describe_arms(arms: dict[str, dict[str, Any]]) -> list[str]:
    """Lines: the arms where there are several, the settings in which they differ, and what all set beside the defaults."""
    settings = list(arms.values())
    names = sorted({name for each in settings for name in each})
    common = [name for name in names if all(each.get(name) == settings[0].get(name) for each in settings)]
    varied = [f"{name} ({', '.join(_values(name, settings))})" for name in names if name not in common]
    lines = [f"arms: {list_arms(list(arms))}"] if len(arms) > 1 else []
    lines += [f"they differ in {', '.join(varied)}"] if varied else []
    return [*lines, f"sets: {', '.join(f'{name} {_show(settings[0][name])}' for name in common) or 'the defaults'}"]


def _values(name: str, settings: Sequence[dict[str, Any]]) -> list[str]:
    default = getattr(TrialConfig(), name, None)
    return list(dict.fromkeys(_show(each.get(name, default)) for each in settings))


def _show(value: Any) -> str:
    """As it would be typed; None stands for a default that depends on other settings."""
    if value is None:
        return "default"
    return ",".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def plot(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="What the files' names begin with, e.g. train.", autocompletion=stored_name),
    ],
    results_dir: Folder = Path("results"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw the figures and write the tables of a name again, from the store, without training."""
    manifest = read_manifest(results_dir, name)
    if manifest is None:
        _plot_luck(name, results_dir, json=json, quiet=quiet)
        return
    check_folder(results_dir)
    with ending_well() as interruption:
        from experiments.workflows.run_study import redraw_study

        interruption.loaded()
        outcome = redraw_study(manifest, results_dir)
    with console.output(json=json, quiet=quiet):
        show(outcome)


def _plot_luck(name: str, folder: Path, *, json: bool, quiet: bool) -> None:
    """The same of what `minifw luck` wrote; a usage error where there is nothing of that name."""
    manifest = read_luck_manifest(folder, name)
    if manifest is None:
        names = sorted([*manifest_names(folder), *luck_names(folder)])
        held = f"{folder} holds {', '.join(names) or 'none'}{did_you_mean(name, names)}"
        raise fail("NAME", f"there are no results called {name!r} that can be drawn; {held}")
    check_folder(folder)
    with ending_well() as interruption:
        from experiments.workflows.luck import redraw_luck

        interruption.loaded()
        found = redraw_luck(manifest, folder)
    with console.output(json=json, quiet=quiet):
        show_all(found)


def verify(
    sample: Annotated[
        str, typer.Option("--sample", metavar="SHARE", help="Which share of the trials, above 0, up to 1.")
    ] = "0.05",
    jobs: Annotated[
        str | None, typer.Option("--jobs", metavar="INTEGER", help="Worker processes.", show_default="the cores")
    ] = None,
    results_dir: Folder = Path("results"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compute a random share of the stored trials again and compare bits; check that files show the stored data.

    Exit code 1 when anything differs.
    """
    share = parse_option("--sample", Number(0, above=True), sample)
    workers = parse_option("--jobs", Integer(1), jobs or str(os.cpu_count() or 1))
    if share > 1:
        raise fail("--sample", f"{sample!r} is not a number above 0, up to 1")
    store = _store_of(results_dir)
    with console.output(json=json, quiet=quiet):
        with ending_well() as interruption:
            from experiments.store.store import Store
            from experiments.workflows.verify import verify_files, verify_trials

            interruption.loaded()
            with Store(store) as opened, console.progress("verify", "tables and figures, read") as on_progress:
                found = verify_trials(opened, share, workers, on_progress)
            looked, wrong = verify_files(results_dir)
        for notice in opened.notices:
            console.say(f"Note: {notice}.")
        show_verification(found, looked, wrong)
    if found.different or wrong:
        raise typer.Exit(EXIT_FAILED)


def show_verification(found: Verification, looked: int, wrong: Sequence[str]) -> None:
    """What was computed again and read again, and what differs; exit code 3 when trials could not be computed."""
    if found.comparable < found.stored:
        console.say(f"Note: {found.stored - found.comparable} stored trials come from other code, torch or processor.")
    for trial in found.different:
        differing = json_text(trial.config.differences(type(trial.config)()))
        console.show_error(f"seed {trial.seed} with {differing} differs from what is stored")
    for line in wrong:
        console.show_error(line)
    same = found.sampled - len(found.different) - sum(len(failure.trials) for failure in found.failures)
    console.show_text(
        f"{same} of {found.sampled} trials computed again have the bits that are stored ({found.stored} are stored)."
    )
    console.show_text(f"{looked - len(wrong)} of {looked} tables and figures show the data that is described.")
    trials = {"stored": found.stored, "sampled": found.sampled, "same": same}
    console.show_json(lambda: {"trials": trials, "files": {"read": looked, "wrong": list(wrong)}})
    show_failures(found.failures)


def _store_of(folder: Path) -> Path:
    store = folder / STORE_NAME
    if not store.is_file():
        raise fail("--results-dir", f"{str(folder)!r} holds no {STORE_NAME}")
    return store
