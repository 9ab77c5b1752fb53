"""The same trials by ours and by PyTorch: feng's Table I and bhatt's Figures 4 to 7."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from experiments.config.engines import ENGINES
from experiments.config.spec import StudySpec
from experiments.config.study import Study
from experiments.config.trial import TrialConfig

OURS, REFERENCE = "stack", "torch"
# Ours and torch first: they are what figures of two arms show.
ENGINE_OF_ARM = {"minifw": OURS, REFERENCE: "torch", "single": "single", "vmap": "vmap", "compiled": "compiled"}
ARMS = {arm: {"engine": engine} for arm, engine in ENGINE_OF_ARM.items()}
assert set(ENGINE_OF_ARM.values()) == set(ENGINES)
# How readers know the engines.
TITLES = {
    "stack": "minifw, stacked",
    "torch": "torch.nn, alone",
    "single": "minifw, alone",
    "vmap": "torch.func, vmap",
    "compiled": "minifw, compiled",
}
FIGURES = ("loss", "error", "boundary", "errors")
# A trial of torch.nn takes some two seconds.
MAX_ROUNDS = 100


def compared(spec: StudySpec, name: str, title: str, readings: Sequence[str] = (), max_rounds: int = MAX_ROUNDS) -> StudySpec:
    """The study of a report by every engine, with the loss of every batch kept, and some of its readings."""
    return dataclasses.replace(
        spec,
        command="compare-torch",
        name=name,
        title=title,
        settings={**spec.settings, "record_steps": True},
        arms=ARMS,
        core=("minifw", REFERENCE),
        max_rounds=max_rounds,
        readings={reading: spec.readings[reading] for reading in readings},
        figures=FIGURES,
    )


def arms_for(config: TrialConfig) -> list[str]:
    """Those arms whose engine takes the settings."""
    return [arm for arm, engine in ENGINE_OF_ARM.items() if config.runs_by(engine)]


def compares_engines(study: Study) -> bool:
    """Whether the arms of a study are the same trials by several engines, ours and torch's among them."""
    return {OURS, REFERENCE} <= {arm.config.engine for arm in study.arms}


def ours_and_torch(study: Study) -> Study:
    """The study with two arms only, ours stacked and torch.nn."""
    chosen = [arm for arm in study.arms if arm.config.engine in (OURS, REFERENCE)]
    return dataclasses.replace(study, arms=tuple(chosen))
