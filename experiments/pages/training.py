"""The arms that a visitor of the page can train in the browser, and what is known of them: committed seeds, printed numbers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.parameter_digest import DIGITS
from experiments.analysis.summaries import DIGESTS, MOST_DIGESTS
from experiments.config.study import Arm
from experiments.config.trial import TrialConfig
from experiments.pages.content import Page
from experiments.pages.recipe import names, recipe
from experiments.reports.catalogue import REPORTS
from experiments.reports.plan import Plan
from experiments.reports.published import published_of
from minifw.compiled.wasm import WASM

# What the page trains when it is asked for many seeds: the first arm of the report whose numbers it begins with.
SEEDS = 100
# The page holds the outcomes of the seeds that have digests, of at most so many trials of a study.
MOST_TRIALS = 6000
# Engines whose networks the page can train; only the first gives its bits.
PAGE_ENGINE, STACK = "compiled", "stack"


def engine_text() -> str:
    """The engine that minifw ships, in letters that a page may hold."""
    return base64.b64encode(WASM.read_bytes()).decode()


def training_data(page: Page, folder: Path) -> dict[str, Any]:
    """All that the page's script is told: the engine's names, how many seeds to train, and every arm."""
    return {"names": names(), "seeds": SEEDS, "arms": list(trainable_arms(page, folder))}


def trainable_arms(page: Page, folder: Path) -> Iterator[dict[str, Any]]:
    """The arms of the reports' main studies, in their order: those that test, and that no framework but ours trains."""
    for report in page.reports:
        for plan in page.of(report):
            if not plan.alternative and all(_is_ours(arm.config) for arm in plan.study.arms):
                finals = read_finals(folder / f"{plan.study.name}.finals.csv.gz")
                held = finals[finals["seed"] < plan.study.seeds[0] + min(MOST_DIGESTS, MOST_TRIALS // len(plan.study.arms))]
                yield from (_describe(report, plan, arm, held) for arm in plan.study.arms)


def _is_ours(config: TrialConfig) -> bool:
    return config.engine in (PAGE_ENGINE, STACK) and config.test_size > 0 and not config.user_files()


def read_finals(path: Path) -> pd.DataFrame:
    """The committed final values of each arm and seed, or none."""
    if not path.is_file():
        return pd.DataFrame(columns=["arm", "seed", "test_error"])
    return pd.read_csv(path, dtype={DIGESTS: str}, keep_default_na=False, na_values={"test_error": [""]})


def _describe(report: str, plan: Plan, arm: Arm, finals: pd.DataFrame) -> dict[str, Any]:
    return {
        "report": REPORTS[report].authors,
        "study": plan.study.name,
        "arm": arm.name,
        "title": plan.spec.title,
        "command": plan.study.command,
        "recipe": recipe(arm.config),
        "published": [
            {"value": number.value, "place": number.place} for number in published_of(plan.study.name, arm, "test_error")
        ],
        "committed": committed(finals[finals["arm"] == arm.name], arm.config),
    }


def committed(finals: pd.DataFrame, config: TrialConfig) -> dict[str, Any]:
    """The final values of an arm, seed after seed: how many test points are misclassified, None for a trial that diverged.

    first: the first of the seeds, which follow one another. digests: those of the parameters in one text, for there are many;
    None where none were kept, or an engine trained them that is not the page's.
    """
    finals = finals.sort_values("seed")
    counts = finals["test_error"].to_numpy(dtype=float) * config.test_size
    kept = DIGESTS in finals and config.engine == PAGE_ENGINE
    return {
        "first": int(finals["seed"].min()) if len(finals) else 0,
        "misclassified": [None if np.isnan(count) else round(count) for count in counts],
        "digests": "".join(finals[DIGESTS].str.rjust(DIGITS)) if kept else None,
        "digits": DIGITS,
    }
