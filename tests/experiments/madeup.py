"""Studies whose results are made up, for tests of what is shown of them: nothing is trained."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.tables import COLUMNS
from experiments.benchmarks.published_times import MEASUREMENTS, as_evidence, time_tables
from experiments.config.settings import ACTIVATIONS
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.figures.saving import save
from experiments.figures.style import caption, new_figure, title
from experiments.output.timing_files import FIGURES as FIGURES_OF_TIMES
from experiments.pages.content import Page
from experiments.reports.catalogue import CLAIMS, REPORTS
from experiments.reports.plan import Plan, plan
from experiments.training.data import sizes
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all, ledger_frame

CONFIG = TrialConfig(epochs=5)


def study_of(*arms: str, rounds: int = 6, name: str = "made-up", first: int = 0, **settings) -> Study:
    """A study of CONFIG with these arms; `settings` on top."""
    config = CONFIG.replace(**settings)
    return Study(name, tuple(Arm(arm, config) for arm in arms), range(first, first + rounds))


def history_of(study: Study, draw: int = 0) -> pd.DataFrame:
    """A history table of random numbers: losses fall towards 0 with the epoch, errors too; no two arms are alike."""
    random, parts = np.random.default_rng(draw), []
    for arm in sorted(study.arms, key=lambda arm: arm.name):
        epochs = sorted({*range(0, arm.config.epochs, arm.config.evaluate_every), arm.config.epochs})
        for seed in study.seeds:
            columns: dict[str, object] = {"arm": arm.name, "seed": seed, "epoch": epochs}
            for split in sizes(arm.config):
                for quantity, top in (("loss", 1.0), ("error", 0.5)):
                    columns[f"{split}_{quantity}"] = top * random.uniform(0.2, 1, len(epochs)) / (1 + np.array(epochs))
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS))


def diverge(table: pd.DataFrame, arm: str, seed: int, epoch: int) -> pd.DataFrame:
    """The table with a trial diverged from an epoch on."""
    table = table.copy()
    rows = (table["arm"] == arm) & (table["seed"] == seed) & (table["epoch"] >= epoch)
    table.loc[rows, [name for name in COLUMNS[3:] if table[name].notna().any()]] = np.nan
    return table


def shrunk(plans: Sequence[Plan], **settings: object) -> list[Plan]:
    """The plans with studies that train in no time: two epochs unless `settings` say otherwise."""
    return [dataclasses.replace(each, study=_shrunk_study(each.study, {"epochs": 2, **settings})) for each in plans]


def _shrunk_study(study: Study, settings: dict[str, object]) -> Study:
    arms = tuple(Arm(arm.name, arm.config.replace(evaluate_every=1, **settings)) for arm in study.arms)
    return dataclasses.replace(study, arms=arms)


def made_up_page() -> Page:
    """Every study and reading of two rounds, judged, with made-up times."""
    from tests.experiments.benchmarks.test_published_times import TIMES

    plans = shrunk(plan(REPORTS, rounds=2, readings=True))
    tables = {each.study.name: history_of(each.study, number) for number, each in enumerate(plans)}
    sharing = {each.study.name: each.study.seeds_per_data_set for each in plans}
    judged = judge_all(CLAIMS, Tables(tables, sharing, as_evidence(TIMES)))
    page = Page(plans, tables, ledger_frame(judged), time_tables(TIMES))
    return dataclasses.replace(page, files=pictures_written(page))


def pictures_written(page: Page) -> set[str]:
    """The names of the pictures that a reproduction of these studies writes, those of values aside."""
    names = {f"{each.study.name}_{figure}.png" for each in page.plans for figure in each.study.figures}
    names |= {f"{MEASUREMENTS[name].name}_time.png" for name in FIGURES_OF_TIMES}
    return names | {"contradiction-feng.png"} | {f"activations_{name}.png" for name in ACTIVATIONS}


def draw_pictures(page: Page, folder: Path) -> None:
    """A small picture with a title and a caption for each of `pictures_written`."""
    for name in pictures_written(page):
        figure, _ = new_figure(6, 2)
        title(figure, f"Finding of {name}")
        caption(figure, 'n = 2 "rounds"')
        save(figure, folder / name, "")
