"""Writes what a study leaves in the results folder, all of it rebuilt from the store."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.analysis.tables import history_table
from experiments.config.study import Study, engine_words, engines_of
from experiments.figures.catalogue import FIGURES, Material, with_suitable_figures
from experiments.figures.saving import save_all
from experiments.figures.style import add_to_caption, text_digest
from experiments.files import locked, remove_leftovers, replace_file, write_text
from experiments.output.manifest import Manifest, keep_other_results
from experiments.running.compute import environment
from experiments.running.runner import RunSummary
from experiments.store.reader import TrialReader


@dataclass(frozen=True)
class Written:
    """The files written, the history table they show, and lines the user should read."""

    files: list[Path]
    table: pd.DataFrame
    notices: list[str]


def write_results(
    study: Study, trials: TrialReader, folder: Path, report: RunSummary | None = None, *, save_networks: bool = False
) -> Written:
    """Rebuilds `NAME.json`, `NAME.csv` and the figures, and notes the times of `report` in `NAME.timing.csv`.

    With `save_networks` the trained networks are written too, see `experiments.output.model_file`.

    Results of other settings under the same name are kept under another one first. The folder is held meanwhile, so that
    the files of a name are all of one run. The description comes first: what it describes can be written again from it.
    """
    study = with_suitable_figures(study)
    table = history_table(study, trials)
    text = table.to_csv(index=False)
    seen = text_digest(text)
    with locked(folder):
        remove_leftovers(folder)
        notices = keep_other_results(study, folder)
        manifest = folder / f"{study.name}.json"
        write_text(manifest, Manifest(study, seen, computed_by(study)).to_text())
        files = [folder / f"{study.name}.csv"]
        write_text(files[0], text)
        figures = figures_of(Material(study, table, trials))
        files += save_all((figure, folder / f"{study.name}_{name}.png", seen) for name, figure in figures)
        if report is not None and report.computed:
            files.append(folder / f"{study.name}.timing.csv")
            replace_file(files[-1], lambda path: timing_table(report).to_csv(path, index=False))
        if save_networks:
            from experiments.output.model_file import write_models  # Files of networks are torch's.

            files += write_models(study, table, trials, folder)
    return Written([*files, manifest], table, notices)


def figures_of(material: Material) -> Iterator[tuple[str, Figure]]:
    """A study's figures by name, each made when its turn comes."""
    for name in material.study.figures:
        figure = FIGURES[name](material)
        add_to_caption(figure, engine_words(material.study))
        yield name, figure


def timing_table(report: RunSummary) -> pd.DataFrame:
    """Wall time of the trials computed in this run; a time is measured anew each run and never reused."""
    return pd.DataFrame(
        [{"trials": report.computed, "seconds": report.seconds, "seconds_per_trial": report.seconds / report.computed}]
    )


def computed_by(study: Study) -> dict[str, Any]:
    """The code and the machine that results come from."""
    used = {engine: environment(engine) for engine in engines_of(study)}
    torch = next((here.torch for here in used.values() if here.torch), None)
    return {
        "code_digest": ", ".join(f"{name} {used[name].digest}" for name in sorted(used)),
        "git_commit": git_commit(),
        "versions": {"python": platform.python_version(), **({"torch": torch} if torch else {}), "pandas": pd.__version__},
        "cpu": next((here.cpu for here in used.values() if here.cpu), platform.processor()),
        "machine": platform.machine(),
    }


def git_commit() -> str | None:
    """The commit of the code, or None outside a checkout."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
