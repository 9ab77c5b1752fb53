"""The same trials by ours and by PyTorch: feng's Table I and bhatt's Figures 4 to 7."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from experiments.config.implementations import IMPLEMENTATIONS
from experiments.config.spec import StudySpec
from experiments.config.study import Study
from experiments.config.trial import TrialConfig

REFERENCE = "torch"
# Ours and torch first: they are what figures of two arms show.
ARMS = {name: {"implementation": name} for name in ("minifw", REFERENCE, "single", "vmap")}
assert set(ARMS) == set(IMPLEMENTATIONS)
# How readers know the implementations.
TITLES = {"minifw": "minifw, stacked", "single": "minifw, alone", "torch": "torch.nn, alone", "vmap": "torch.func, vmap"}
FIGURES = ("loss", "error", "boundary", "errors")


def compared(spec: StudySpec, name: str, title: str, readings: Sequence[str] = ()) -> StudySpec:
    """The study of a report by every implementation, with the loss of every batch kept, and some of its readings."""
    return dataclasses.replace(
        spec,
        command="compare-torch",
        name=name,
        title=title,
        settings={**spec.settings, "record_steps": True},
        arms=ARMS,
        core=("minifw", REFERENCE),
        max_rounds=100,
        readings={reading: spec.readings[reading] for reading in readings},
        figures=FIGURES,
    )


def arms_for(config: TrialConfig) -> list[str]:
    """Those arms whose implementation takes the settings."""
    return [name for name in ARMS if config.runs_by(name)]


def compares_implementations(study: Study) -> bool:
    """Whether the arms of a study are the same trials by several implementations, ours and torch's among them."""
    return {"minifw", REFERENCE} <= {arm.config.implementation for arm in study.arms}


def ours_and_torch(study: Study) -> Study:
    """The study with two arms only, ours stacked and torch.nn."""
    chosen = [arm for arm in study.arms if arm.config.implementation in ("minifw", REFERENCE)]
    return dataclasses.replace(study, arms=tuple(chosen))
