"""Writes what a study leaves in the results folder, all of it rebuilt from the store."""

from __future__ import annotations

import json
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from experiments.config import config_from_dict
from experiments.figures.catalogue import FIGURES, Material
from experiments.figures.style import data_digest, save
from experiments.files import replace_file, write_text
from experiments.runner import RunReport
from experiments.store import Store
from experiments.study import Arm, Study
from experiments.tables import history_table
from experiments.workers import environment


@dataclass(frozen=True)
class Written:
    """The files written, the history table they show, and lines the user should read."""

    files: list[Path]
    table: pd.DataFrame
    notices: list[str]


def write_results(study: Study, store: Store, folder: Path, report: RunReport | None = None) -> Written:
    """Rebuilds `NAME.csv`, the figures and `NAME.json`, and notes the times of `report` in `NAME.timing.csv`.

    Results of other settings under the same name are kept under another one first.
    """
    digest = environment().digest
    notices = keep_other_settings(study, folder)
    table = history_table(study, store, digest)
    seen = data_digest(table)
    files = [folder / f"{study.name}.csv"]
    replace_file(files[0], lambda path: table.to_csv(path, index=False))
    for name in study.figures:
        files.append(folder / f"{study.name}_{name}.png")
        save(FIGURES[name](Material(study, table, store, digest)), files[-1], seen)
    if report is not None and report.computed:
        files.append(folder / f"{study.name}.timing.csv")
        replace_file(files[-1], lambda path: timing_table(report).to_csv(path, index=False))
    files.append(folder / f"{study.name}.json")
    write_text(files[-1], json.dumps(describe(study, seen), indent=2) + "\n")
    return Written(files, table, notices)


def timing_table(report: RunReport) -> pd.DataFrame:
    """Wall time of the trials computed in this run; a time is measured anew each run and never reused."""
    return pd.DataFrame(
        [{"trials": report.computed, "seconds": report.seconds, "seconds_per_trial": report.seconds / report.computed}]
    )


def describe(study: Study, seen: str) -> dict[str, Any]:
    """What `NAME.json` holds: what was run, by what, on what, and the digest of the data."""
    here = environment()
    return {
        "name": study.name,
        "title": study.title,
        "command": study.command,
        "first_seed": study.seeds.start,
        "rounds": study.rounds,
        "figures": list(study.figures),
        "settings_digest": study.settings_digest(),
        "data_digest": seen,
        "code_digest": here.digest,
        "git_commit": git_commit(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "pandas": pd.__version__},
        "cpu": here.cpu,
        "machine": platform.machine(),
        "arms": {arm.name: arm.config.to_dict() for arm in study.arms},
    }


def study_from_description(described: dict[str, Any]) -> Study:
    """The study that `describe` described."""
    return Study(
        name=described["name"],
        arms=tuple(Arm(name, config_from_dict(settings)) for name, settings in described["arms"].items()),
        seeds=range(described["first_seed"], described["first_seed"] + described["rounds"]),
        command=described["command"],
        title=described["title"],
        figures=tuple(described["figures"]),
    )


def load_description(folder: Path, name: str) -> dict[str, Any] | None:
    """The contents of `NAME.json`, or None when there is none that can be read."""
    try:
        described = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return described if isinstance(described, dict) and "settings_digest" in described else None


def keep_other_settings(study: Study, folder: Path) -> list[str]:
    """Renames earlier results of this name when their settings differ: `NAME.csv` becomes `NAME@DIGEST.csv`, and so on.

    The description goes last, so that a kill in between leaves what the next run needs to go on.
    """
    described = load_description(folder, study.name)
    if described is None or described["settings_digest"] == study.settings_digest():
        return []
    other = f"{study.name}@{described['settings_digest']}"
    parts = [".csv", ".timing.csv", *(f"_{figure}.png" for figure in described["figures"])]
    for part in parts:
        path = folder / f"{study.name}{part}"
        if path.exists():
            path.replace(folder / f"{other}{part}")
    write_text(folder / f"{other}.json", json.dumps(described | {"name": other}, indent=2) + "\n")
    (folder / f"{study.name}.json").unlink()
    return [f"{study.name} held results of other settings; they are kept as {other}"]


def git_commit() -> str | None:
    """The commit of the code, or None outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
