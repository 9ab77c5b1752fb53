"""An audit: stored trials computed again and compared bit for bit, and files held against what they say they show."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from experiments.config.trial import Trial
from experiments.figures.png import read_texts
from experiments.output.manifest import manifest_names, read_manifest
from experiments.running.compute import Computed, environments
from experiments.running.progress import Progress
from experiments.running.runner import Failure, compute_all
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.lanes import Chunk
from experiments.training.results import TrialResult


@dataclass
class Verification:
    """What was found: trials stored, those of this code, torch and processor, those computed again, those that differ."""

    stored: int
    comparable: int
    sampled: int
    different: list[Trial] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def verify_trials(
    store: Store, share: float, jobs: int = 1, on_progress: Callable[[Progress], None] | None = None, seed: int | None = None
) -> Verification:
    """Reads the whole store, then computes a random share of its trials again, at least one, and compares all that is kept.

    A damaged store is recovered first.

    Example:
        >>> from experiments import STUDIES, Store, run_study, verify_trials
        >>> result = run_study(STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3}), "results")
        >>> with Store("results/trials.sqlite") as store:
        ...     verification = verify_trials(store, share=0.5)
        >>> verification.sampled, verification.different
        (2, [])
    """
    store.check()
    trials = TrialReader(store)
    comparable = store.trials(environments())
    count = min(len(comparable), max(1, math.ceil(share * len(comparable))))
    chosen = random.Random(seed).sample(comparable, count)
    found = Verification(store.count(), len(comparable), len(chosen))

    def compare(chunk: Chunk, computed: Computed) -> None:
        for trial, result in zip(chunk.trials, computed.results, strict=True):
            ((_, stored),) = trials.results(trial.config, [trial.seed])
            if not same_bits(stored, result):
                found.different.append(trial)

    found.failures = compute_all(chosen, compare, jobs, on_progress=on_progress)
    return found


def same_bits(one: TrialResult, other: TrialResult) -> bool:
    """Whether two results agree in every bit."""
    return all(
        mine.keys() == theirs.keys() and all(_same(mine[name], theirs[name]) for name in mine)
        for mine, theirs in ((_arrays(one), _arrays(other)),)
    )


def _arrays(result: TrialResult) -> dict[str, np.ndarray]:
    parts = {"epochs": result.epochs, "steps": result.steps}
    return parts | result.measured | {f"parameter {name}": value for name, value in result.parameters.items()}


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def verify_files(folder: Path) -> tuple[int, list[str]]:
    """How many tables and figures were looked at, and a line for each that does not show what its description says."""
    looked, wrong = 0, []
    for name in manifest_names(folder):
        manifest = read_manifest(folder, name)
        if manifest is None:
            continue
        table = folder / f"{name}.csv"
        figures = [folder / f"{name}_{figure}.png" for figure in manifest.study.figures]
        for path in (table, *figures):
            looked += 1
            if not path.exists():
                wrong.append(f"{path} is missing")
                continue
            shown = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path == table else read_texts(path).get("Data-Digest")
            if shown != manifest.data_digest:
                wrong.append(f"{path} does not show the data that {name}.json describes")
    return looked, wrong
