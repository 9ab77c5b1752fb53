"""`--dry-run`: which trials a study would compute, why each of them, and how long that would take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import console
from experiments.config.study import Study
from experiments.files import STORE_NAME
from experiments.formatting import duration
from experiments.running.schedule import plan_work, seconds_by_workers

if TYPE_CHECKING:
    from experiments.config.trial import Trial
    from experiments.store.store import Store

NEW_SETTINGS, NEW_SEEDS, OTHER_CODE = "settings", "seeds", "code"
REASONS = {
    NEW_SETTINGS: "new settings",
    NEW_SEEDS: "new seeds",
    OTHER_CODE: "stored by other code",
}


def show_plan(study: Study, folder: Path, jobs: int) -> None:
    """What would be computed, arm by arm; nothing is computed or written."""
    arms = plan_arms(study, folder)
    console.show_table(
        f"{study.name}: what would be computed; nothing is computed or written now",
        ["arm", "stored", "to compute", "why"],
        [[arm["arm"], str(arm["stored"]), str(arm["to_compute"]), _why(arm["why"])] for arm in arms],
    )
    seconds = seconds_of(study, arms, jobs)
    count = sum(arm["to_compute"] for arm in arms)
    console.show_text(f"{console.counted(count, 'trial')} to compute, {duration(seconds)}, roughly." if count else "Nothing.")
    console.show_json(lambda: {"name": study.name, "dry_run": True, "arms": arms, "seconds": seconds})


def show_plans(studies: Sequence[Study], folder: Path, jobs: int) -> None:
    """The same of many studies, a line each; a trial that several share counts with each of them."""
    planned = [(study, plan_arms(study, folder)) for study in studies]
    seconds = sum(seconds_of(study, arms, jobs) for study, arms in planned)
    counts = [[sum(arm[name] for arm in arms) for name in ("stored", "to_compute")] for _, arms in planned]
    console.show_table(
        f"{len(studies)} studies: what would be computed; nothing is computed or written now",
        ["study", "arms", "rounds", "stored", "to compute"],
        [
            [study.name, str(len(study.arms)), str(study.rounds), *map(str, count)]
            for (study, _), count in zip(planned, counts, strict=True)
        ],
    )
    computed = sum(count for _, count in counts)
    console.show_text(
        f"At most {console.counted(computed, 'trial')}, {duration(seconds)}, roughly." if computed else "Nothing."
    )
    console.show_json(
        lambda: {
            "dry_run": True,
            "seconds": seconds,
            "studies": [{"name": study.name, "arms": arms} for study, arms in planned],
        }
    )


def show_plan_of_groups(name: str, groups: Mapping[str, Sequence[Trial]], folder: Path, jobs: int) -> None:
    """The same of trials that are no study: a line for each group of them, a trial counted in the first that has it."""
    rows, lacking = plan_groups(groups, folder)
    console.show_table(
        f"{name}: what would be computed; nothing is computed or written now",
        ["trials", "stored", "to compute", "why"],
        [[row["trials"], str(row["stored"]), str(row["to_compute"]), row["why"] or "-"] for row in rows],
    )
    seconds = seconds_by_workers(plan_work(lacking, jobs), jobs)
    count = len(lacking)
    console.show_text(f"{console.counted(count, 'trial')} to compute, {duration(seconds)}, roughly." if count else "Nothing.")
    console.show_json(lambda: {"name": name, "dry_run": True, "trials": rows, "seconds": seconds})


def plan_groups(groups: Mapping[str, Sequence[Trial]], folder: Path) -> tuple[list[dict[str, Any]], list[Trial]]:
    """For each group its name, how many trials are stored, how many to compute and why; and all that are to compute."""
    from experiments.running.runner import missing
    from experiments.store.reader import TrialReader
    from experiments.store.store import Store

    path = folder / STORE_NAME
    rows: list[dict[str, Any]] = []
    taken: set[Trial] = set()
    all_lacking: list[Trial] = []
    with Store(path) if path.is_file() else nullcontext() as store:
        for name, trials in groups.items():
            wanted = [trial for trial in dict.fromkeys(trials) if trial not in taken]
            taken.update(wanted)
            lacking = wanted if store is None else missing(wanted, TrialReader(store))
            old = 0 if store is None else sum(trial.seed in store.seeds_of(trial.config) for trial in lacking)
            counts = {"not stored yet": len(lacking) - old, REASONS[OTHER_CODE]: old}
            why = "; ".join(f"{count} {reason}" for reason, count in counts.items() if count)
            rows.append({"trials": name, "stored": len(wanted) - len(lacking), "to_compute": len(lacking), "why": why})
            all_lacking += lacking
    return rows, all_lacking


def plan_arms(study: Study, folder: Path) -> list[dict[str, Any]]:
    """For each arm: its name, how many trials are stored and how many to compute, and the seeds to compute by reason."""
    path = folder / STORE_NAME
    if not path.is_file():
        seeds = list(study.seeds)
        return [{"arm": arm.name, "stored": 0, "to_compute": len(seeds), "why": {NEW_SETTINGS: seeds}} for arm in study.arms]
    from experiments.store.store import Store

    with Store(path) as store:
        return [_plan_arm(study, name, store) for name in (arm.name for arm in study.arms)]


def _plan_arm(study: Study, name: str, store: Store) -> dict[str, Any]:
    from experiments.config.trial import Trial
    from experiments.running.runner import missing
    from experiments.store.reader import TrialReader

    config = study.arm(name).config
    lacking = [trial.seed for trial in missing([Trial(config, seed) for seed in study.seeds], TrialReader(store))]
    known = store.seeds_of(config)
    why: dict[str, list[int]] = {}
    for seed in lacking:
        reason = OTHER_CODE if seed in known else NEW_SEEDS if known else NEW_SETTINGS
        why.setdefault(reason, []).append(seed)
    return {"arm": name, "stored": study.rounds - len(lacking), "to_compute": len(lacking), "why": why}


def seconds_of(study: Study, arms: Sequence[dict[str, Any]], jobs: int) -> float:
    """How long what is to compute would take by so many workers, roughly."""
    from experiments.config.trial import Trial

    trials = [Trial(study.arm(arm["arm"]).config, seed) for arm in arms for seeds in arm["why"].values() for seed in seeds]
    return seconds_by_workers(plan_work(trials, jobs), jobs)


def _why(why: dict[str, list[int]]) -> str:
    return "; ".join(f"{seeds_text(seeds)}: {REASONS[reason]}" for reason, seeds in why.items()) or "-"


def seeds_text(seeds: Sequence[int]) -> str:
    """`seed 3`, `seeds 0 to 9`, or `5 seeds from 0 to 9` where some between are left out."""
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    whole = seeds[-1] - seeds[0] + 1 == len(seeds)
    return f"{'' if whole else f'{len(seeds)} '}seeds {'' if whole else 'from '}{seeds[0]} to {seeds[-1]}"
