"""Whose luck is a test error? The crossed trials of a `LuckDesign`, computed where they are missing, and their shares."""

from __future__ import annotations

import datetime
import json
import math
import shlex
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.tables import cut_off
from experiments.analysis.true_error import can_integrate, true_error, variance_of_test_set
from experiments.config.luck_design import BLOCK, INTERACTIONS, MIN_BLOCKS, ONE_DATA_SET, TEST_SET, LuckDesign
from experiments.config.study import Arm, Study, engine_words, non_default
from experiments.config.trial import Trial
from experiments.errors import InterruptedRunError, MissingTrialsError
from experiments.figures.luck import luck_figure
from experiments.figures.saving import save
from experiments.figures.style import add_to_caption, data_digest
from experiments.files import STORE_NAME, locked, replace_file, write_text
from experiments.output.luck_manifest import LuckManifest, read_luck_manifest
from experiments.output.manifest import keep_other_results, read_manifest
from experiments.output.study_files import computed_by
from experiments.running.progress import Progress
from experiments.running.runner import RunSummary, distinct, missing, read_or_recompute, run_trials
from experiments.statistics.luck_shares import LuckShares, Share, components, luck_shares, share
from experiments.store.file_contents import contents
from experiments.store.reader import TrialReader
from experiments.store.store import Run, Store

ENDS = (".csv", ".trials.csv", ".png", ".json")
FLOAT_FORMAT = "%.6g"


@dataclass(frozen=True)
class Luck:
    """Whose luck the test error of some settings is.

    table: a row a source, then interactions, the test set and, where seeds share data sets by the settings, what trials on one
    data set show of all the variance; columns source, alone, low, high (the share of the variance that it owns by itself, and
    its interval), together, together_low, together_high (with all it does jointly with others).
    inside: whether the row of the test set is a part of the rows above it, as it is where the true error is not known.
    deviation: of the test error, a fraction. shared: that last row of the table, or None. blocks, lost: blocks of seeds that
    count, and that diverged trials took.
    values: every trial: source, block, drawn_by, others_by, test_error and, where it is known, true_error.
    """

    name: str
    design: LuckDesign
    table: pd.DataFrame
    inside: bool
    mean: float
    deviation: float
    shared: Share | None
    seeds_per_data_set: int
    blocks: int
    lost: int
    values: pd.DataFrame
    report: RunSummary
    files: list[Path]
    notices: list[str]


def tell_luck(
    design: LuckDesign,
    name: str,
    folder: Path,
    jobs: int = 1,
    *,
    seeds_per_data_set: int = 1,
    command: str = "",
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Luck:
    """Computes the trials that the folder's store lacks, and writes `NAME.csv`, `NAME.trials.csv`, `NAME.png`, `NAME.json`.

    seeds_per_data_set: how many seeds share a data set by the settings themselves. Raises what `run_trials` raises,
    InterruptedRunError on Ctrl-C, and MissingTrialsError when fewer than two blocks are left.
    """
    cells = list(design.squares())
    trials = distinct(trial for *_, trial in cells)
    with Store(folder / STORE_NAME) as store:
        try:
            run = store.start_run(_describe_run(design, name, command, len(trials)))
            compute = partial(run_trials, trials, store, jobs, executor=executor, run=run, on_progress=on_progress)
            report, errors = read_or_recompute(store, compute(), compute, lambda stored, _: read_errors(trials, stored))
        except KeyboardInterrupt:
            raise InterruptedRunError(len(trials) - len(missing(trials, TrialReader(store))), len(trials)) from None
        notices = list(store.notices)
    luck = judge_luck(design, name, values_table(design, errors), report, seeds_per_data_set, notices)
    luck.files.extend(write_luck(luck, folder, command))
    return luck


def redraw_luck(manifest: LuckManifest, folder: Path) -> Luck:
    """Writes the files of a luck again from the store, computing nothing. Raises MissingTrialsError when it lacks some."""
    if not (folder / STORE_NAME).exists():
        raise MissingTrialsError(f"there is no {folder / STORE_NAME}")
    with Store(folder / STORE_NAME) as store:
        design = replace(manifest.design, config=manifest.design.config.with_contents(contents(store)))
        trials = distinct(trial for *_, trial in design.squares())
        if lacking := missing(trials, TrialReader(store)):
            raise MissingTrialsError(
                f"{len(lacking)} of {len(trials)} trials are not in {store.path}, or come from other code; "
                f"compute them with: {manifest.command}"
            )
        errors = store.recovering(lambda: read_errors(trials, TrialReader(store)))
        notices = list(store.notices)
    report = RunSummary(len(trials))
    luck = judge_luck(design, manifest.name, values_table(design, errors), report, manifest.seeds_per_data_set, notices)
    luck.files.extend(write_luck(luck, folder, manifest.command))
    return luck


def read_errors(trials: list[Trial], stored: TrialReader) -> dict[Trial, tuple[float, float]]:
    """The final test error of each stored trial, and its true error where that is known, NaN where it diverged."""
    seeds_of: dict[Any, list[int]] = {}
    for trial in trials:
        seeds_of.setdefault(trial.config, []).append(trial.seed)
    errors = {}
    for config, seeds in seeds_of.items():
        for seed, result in stored.results(config, seeds):
            error = float(cut_off({"epoch": result.epochs, **result.measured})["test_error"][-1])
            known = can_integrate(config) and math.isfinite(error)
            errors[Trial(config, seed)] = error, true_error(config, seed, result.parameters) if known else math.nan
    return errors


def values_table(design: LuckDesign, errors: Mapping[Trial, tuple[float, float]]) -> pd.DataFrame:
    """One row a cell of every square; see `Luck.values`. Trials that are not there are NaN."""
    nothing = (math.nan, math.nan)
    rows = [
        (source, block, design.blocks[block][row], design.blocks[block][column], *errors.get(trial, nothing))
        for source, block, row, column, trial in design.squares()
    ]
    names = ["source", "block", "drawn_by", "others_by", "test_error", "true_error"]
    return pd.DataFrame(rows, columns=names)


def judge_luck(
    design: LuckDesign, name: str, values: pd.DataFrame, report: RunSummary, seeds_per_data_set: int, notices: list[str]
) -> Luck:
    """The shares of the values of all squares; blocks with a trial that is not there are left out."""
    shape = (len(design.sources), -1, BLOCK, BLOCK)
    test, true = (values[column].to_numpy().reshape(shape) for column in ("test_error", "true_error"))
    whole = np.isfinite(test).all((0, 2, 3))
    if whole.sum() < MIN_BLOCKS:
        raise MissingTrialsError(
            f"{whole.sum()} of {len(whole)} blocks of {BLOCK} seeds have all their trials, and {MIN_BLOCKS} are needed; "
            "the others diverged or could not be computed: give more rounds or a smaller --lr"
        )
    test, true = test[:, whole], true[:, whole]
    inside = not can_integrate(design.config)
    errors = test if inside else true
    sampling = variance_of_test_set(errors, design.config.test_size, measured=inside).mean((0, 2, 3))
    found = luck_shares(dict(zip(design.sources, errors, strict=True)), None if inside else sampling)
    part = share(sampling, np.mean([components(square).sum(-1) for square in test], 0)) if inside else found.test_set
    shared = _shared(design, test) if seeds_per_data_set > 1 else None
    return Luck(
        name=name,
        design=design,
        table=shares_table(found, part, shared),
        inside=inside,
        mean=float(test.mean()),
        deviation=found.deviation,
        shared=shared,
        seeds_per_data_set=seeds_per_data_set,
        blocks=int(whole.sum()),
        lost=int((~whole).sum()),
        values=values,
        report=report,
        files=[],
        notices=notices,
    )


def shares_table(found: LuckShares, test_set: Share | None, shared: Share | None = None) -> pd.DataFrame:
    """See `Luck.table`."""
    nothing = Share(math.nan, math.nan, math.nan)
    rows = [(source, alone, found.together[source]) for source, alone in found.alone.items()]
    rows += [(INTERACTIONS, found.interactions, nothing), (TEST_SET, test_set or nothing, nothing)]
    rows += [(ONE_DATA_SET, shared, nothing)] if shared else []
    columns = ["source", "alone", "low", "high", "together", "together_low", "together_high"]
    flat = [(name, *asdict(alone).values(), *asdict(together).values()) for name, alone, together in rows]
    return pd.DataFrame(flat, columns=columns)


def _shared(design: LuckDesign, test: np.ndarray) -> Share | None:
    """The share of the variance that is left where data set and test set stay the same: what the data own not alone."""
    if "data" not in design.sources:
        return None
    parts = components(test[design.sources.index("data")])
    return share(parts[:, 1] + parts[:, 2], parts.sum(-1))


def write_luck(luck: Luck, folder: Path, command: str = "") -> list[Path]:
    """Writes the shares, the values of all trials, the figure and what they are; returns the files."""
    sources = luck.table[luck.table["source"] != ONE_DATA_SET]
    figure, study = luck_figure(sources, luck.deviation, luck.blocks * BLOCK, luck.inside), _as_study(luck.design, luck.name)
    add_to_caption(figure, engine_words(study))
    files = [folder / f"{luck.name}{end}" for end in ENDS]
    luck.notices.extend(_keep_other_results(study, folder))
    with locked(folder):
        _write_csv(luck.table, files[0])
        _write_csv(luck.values, files[1])
        save(figure, files[2], data_digest(luck.table))
        write_text(files[3], json.dumps(_description(luck, command) | computed_by(study), indent=2) + "\n")
    return files


def _keep_other_results(study: Study, folder: Path) -> list[str]:
    """Renames what is there under this name and of other settings, of a luck or of a study; a line for the user if so."""
    if read_manifest(folder, study.name) is not None:
        return keep_other_results(study, folder)
    held = read_luck_manifest(folder, study.name)
    if held is None or held.design.config.key() == study.arms[0].config.key():
        return []
    other = f"{study.name}@{_as_study(held.design, study.name).settings_digest()}"
    with locked(folder):
        for end in ENDS:
            if (folder / f"{study.name}{end}").exists():
                (folder / f"{study.name}{end}").replace(folder / f"{other}{end}")
    return [f"{study.name} held results of other settings; they are kept as {other}"]


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    replace_file(path, lambda target: table.to_csv(target, index=False, float_format=FLOAT_FORMAT))


def _description(luck: Luck, command: str) -> dict[str, Any]:
    return {
        "name": luck.name,
        "command": command,
        "first_seed": luck.design.seeds.start,
        "rounds": len(luck.design.seeds),
        "blocks": luck.blocks,
        "sources": list(luck.design.sources),
        "left_out": luck.design.left_out,
        "seeds_per_data_set": luck.seeds_per_data_set,
        "settings": luck.design.config.to_dict(),
        "data_digest": data_digest(luck.values),
    }


def _as_study(design: LuckDesign, name: str) -> Study:
    return Study(name, (Arm(name, design.config),), design.seeds)


def _describe_run(design: LuckDesign, name: str, command: str, total: int) -> Run:
    return Run(
        started=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S"),
        name=name,
        command=command or shlex.join(sys.argv),
        arms={name: non_default(design.config)},
        rounds=len(design.seeds),
        total=total,
    )
