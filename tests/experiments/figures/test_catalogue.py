"""From a figure's name to the function that draws it."""

from __future__ import annotations

import dataclasses

import numpy as np

from experiments.config.comparison import ARMS
from experiments.figures.catalogue import FIGURES, Material
from experiments.reports.catalogue import STUDIES
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.storing import tiny_study


def test_of_the_same_trials_by_several_engines_only_ours_and_torch_are_curves(tmp_path):
    settings = {arm: ARMS[arm] for arm in ("minifw", "torch", "single")}
    study = tiny_study(2, name="both", figures=(), **settings)
    with Store(tmp_path / STORE_NAME) as store:
        history = run_study(study, tmp_path).history
        material = Material(study, history, TrialReader(store))
        assert {text.get_text() for text in FIGURES["loss"](material).axes[0].texts} == {"minifw", "torch"}
        boundary = FIGURES["boundary"](material)
        gone = history.copy()
        gone.loc[(gone["arm"] == "torch") & (gone["epoch"] > 1), ["train_error", "test_error"]] = np.nan
        apart = FIGURES["boundary"](dataclasses.replace(material, table=gone))
        gone.loc[gone["epoch"] > 1, ["train_error", "test_error"]] = np.nan
        nothing = FIGURES["boundary"](dataclasses.replace(material, table=gone))
    assert [axes.get_title() for axes in apart.axes][1] == "torch.nn, alone: the trial diverged"
    assert " ".join(apart.get_suptitle().split()).endswith("and torch.nn diverged")
    assert nothing.get_suptitle() == "Every trial of ours diverged" and "seed None" not in nothing.get_supxlabel()
    assert [axes.get_title().split(":")[0] for axes in boundary.axes] == ["minifw, stacked", "torch.nn, alone"]


def test_every_figure_of_every_study_can_be_drawn():
    assert {name for spec in STUDIES.values() for name in spec.figures} <= set(FIGURES)
