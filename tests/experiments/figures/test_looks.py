"""Every kind of figure, from made-up results, looks as it is written down in `looks/`.

What figures mean is tested beside this file; here stands what is left of a picture: sizes, colours, places. After a change
that was looked at, `MINIFW_WRITE_LOOKS=1 pytest tests/experiments/figures/test_looks.py` writes the files anew.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.config.comparison import ARMS
from experiments.config.study import Arm, Study
from experiments.figures.activations import activation_figure
from experiments.figures.classes import classes_figure, confusion_figure
from experiments.figures.contradiction import contradiction_figure
from experiments.figures.finals import finals_figure
from experiments.figures.judged import judged_figure
from experiments.figures.loss_and_error import error_figure, loss_figure
from experiments.figures.ours_and_torch import both_boundaries_figure, errors_figure
from experiments.figures.points import boundary_figure, labels_figure, points_figure
from experiments.figures.published_values import values_figure
from experiments.figures.regions import regions_figure
from experiments.figures.runs import gap_figure, rises_figure
from experiments.figures.spread import spread_figure
from experiments.figures.timing import activations_figure, batches_figure, engines_figure
from experiments.reports.catalogue import REPORTS
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.artists import ONE, ONE_TABLE, TWO, TWO_TABLE, declared
from tests.experiments.figures.looks import look_of
from tests.experiments.figures.test_benchmark import benchmark
from tests.experiments.figures.test_contradiction import feng
from tests.experiments.figures.test_iterations import steps_of
from tests.experiments.figures.test_judged import judged
from tests.experiments.figures.test_many_arms import GRID, GRID_TABLE, MANY, MANY_TABLE
from tests.experiments.figures.test_spread import SHARED, ends_of
from tests.experiments.figures.test_timing import NETWORKS, times_of
from tests.experiments.madeup import CONFIG, diverge, history_of, study_of

LOOKS = Path(__file__).parent / "looks"
WRITE = "MINIFW_WRITE_LOOKS"
SMALL = CONFIG.replace(hidden=(3,), train_size=30, test_size=40)
GAUSS = SMALL.replace(data="gauss", lr=0.1)
IRIS = SMALL.replace(data="iris")
PLANES = Study("planes", tuple(Arm(name, GAUSS) for name in "abcd"), range(3))
FLOWERS = Study("flowers", tuple(Arm(name, IRIS.replace(lr=(2 + k) / 10)) for k, name in enumerate("abcdefg")), range(3))
NETS = Study("nets", tuple(Arm(name, SMALL) for name in "abcd"), range(3))
PAIR = Study("pair", tuple(Arm(name, CONFIG.replace(**changes)) for name, changes in ARMS.items()), range(6))


class Networks:
    """A store that has a made-up network for every seed."""

    def __init__(self, features: int = 2, outputs: int = 2) -> None:
        self.shapes = {"weight0": (features, 3), "bias0": (1, 3), "weight1": (3, outputs), "bias1": (1, outputs)}

    def parameters(self, config, seeds):
        random = np.random.default_rng(5)
        found = {name: random.normal(size=shape).astype(np.float32) for name, shape in self.shapes.items()}
        return [(seed, found) for seed in seeds]


class Various(Networks):
    """Networks that differ between seeds and learning rates, and that give every label."""

    def parameters(self, config, seeds):
        for seed in seeds:
            random = np.random.default_rng([seed, round(100 * config.lr)])
            found = {name: random.normal(size=shape).astype(np.float32) for name, shape in self.shapes.items()}
            yield seed, {name: values * (4 if name == "weight1" else 1) for name, values in found.items()}


def history(study: Study, **changes) -> pd.DataFrame:
    return history_of(dataclasses.replace(study, **changes))


def first(study: Study) -> Study:
    """The study of its first arm alone."""
    return dataclasses.replace(study, arms=study.arms[:1])


def long(study: Study, epochs: int) -> Study:
    """The first arms shortened, the last one measured seldom."""
    arms = [Arm(arm.name, arm.config.replace(epochs=epochs)) for arm in study.arms[:-1]]
    last = study.arms[-1]
    return dataclasses.replace(study, arms=(*arms, Arm(last.name, last.config.replace(epochs=50 * epochs))))


def values_of(report: str, name: str, arms: tuple[str, ...], **settings) -> Figure:
    study = study_of(*arms, rounds=110, name=name, **settings)
    evidence = Tables({name: history_of(study)}, {name: 1}, {})
    figure = values_figure(judge_all(REPORTS[report].claims, evidence), evidence)
    assert figure is not None
    return figure


def astray() -> pd.DataFrame:
    table = TWO_TABLE.copy()
    table.loc[(table["arm"] == "a") & (table["seed"] == 3) & (table["epoch"] > 2), ["train_loss", "test_loss"]] = 1e6
    return table


def gone(study: Study, arm: str) -> pd.DataFrame:
    """A history in which every trial of an arm diverged."""
    table = history_of(study)
    for seed in study.seeds:
        table = diverge(table, arm, seed, 1)
    return table


def contradictory() -> Figure:
    evidence, judged = feng(4.0, 8.03, 8.73)
    figure = contradiction_figure(judged, evidence)
    assert figure is not None
    return figure


SPARSE = long(declared("fernandez-batches", 6), 5)
SIX = study_of("b", "a", "d", "c", "f", "e")
MANY_ROUNDS = study_of("only", rounds=60)
PLAIN = study_of("a", "b", "c", rounds=7)
UNLIKE = Study("s", tuple(Arm(loss, CONFIG.replace(loss=loss)) for loss in ("mse", "cross-entropy")), range(6))
TRAINED = dataclasses.replace(NETS, arms=tuple(Arm(arm.name, SMALL.replace(test_size=0)) for arm in NETS.arms[:2]))
SMALL_PAIR = dataclasses.replace(PAIR, arms=tuple(Arm(name, SMALL.replace(**changes)) for name, changes in ARMS.items()))
STARRED = declared("train", 6)
OPTIMIZERS = declared("sweep-optimizers", 6)
ONE_SET = declared("sweep-activations", 15)
FIGURES: dict[str, Callable[[], Figure]] = {
    "activation": lambda: activation_figure("sigmoid"),
    "one-arm-loss": lambda: loss_figure(ONE, ONE_TABLE),
    "one-arm-loss-of-many-rounds": lambda: loss_figure(MANY_ROUNDS, history_of(MANY_ROUNDS)),
    "one-arm-error-with-stars": lambda: error_figure(STARRED, history_of(STARRED)),
    "two-arms-error": lambda: error_figure(TWO, TWO_TABLE),
    "two-arms-loss-astray": lambda: loss_figure(TWO, astray()),
    "six-arms": lambda: error_figure(SIX, diverge(history_of(SIX), "a", 1, 3)),
    "arms-over-updates": lambda: loss_figure(SPARSE, history_of(SPARSE)),
    "arms-with-stars": lambda: loss_figure(OPTIMIZERS, history_of(OPTIMIZERS)),
    "many-arms": lambda: error_figure(MANY, MANY_TABLE),
    "rates": lambda: error_figure(GRID, GRID_TABLE),
    "finals": lambda: finals_figure(SHARED, ends_of(SHARED)),
    "spread": lambda: spread_figure(SHARED, ends_of(SHARED)),
    "spread-of-one-data-set": lambda: spread_figure(ONE_SET, ends_of(ONE_SET)),
    "steps": lambda: steps_of([3.0, 2, 1, 9, 2, 4, 1, 2, 1]),
    "points": lambda: points_figure(NETS),
    "labels": lambda: labels_figure(NETS, history_of(NETS), Networks()),
    "boundary": lambda: boundary_figure(NETS, history_of(NETS), Networks()),
    "boundary-of-one-arm": lambda: boundary_figure(first(NETS), history_of(NETS), Networks()),
    "boundary-where-an-arm-diverged": lambda: boundary_figure(NETS, gone(NETS, "b"), Networks()),
    "boundary-of-training-points": lambda: boundary_figure(TRAINED, history_of(TRAINED), Networks()),
    "labels-of-training-points": lambda: labels_figure(TRAINED, history_of(TRAINED), Networks()),
    "ours-and-torch-boundaries": lambda: both_boundaries_figure(SMALL_PAIR, history_of(SMALL_PAIR), Networks()),
    "ours-and-a-torch-that-diverged": lambda: both_boundaries_figure(SMALL_PAIR, gone(SMALL_PAIR, "torch"), Networks()),
    "many-arms-loss": lambda: loss_figure(MANY, MANY_TABLE),
    "rates-loss": lambda: loss_figure(GRID, GRID_TABLE),
    "three-arms-of-which-one-diverged": lambda: error_figure(PLAIN, gone(PLAIN, "b")),
    "losses-of-two-kinds": lambda: loss_figure(UNLIKE, history_of(UNLIKE)),
    "finals-without-stars": lambda: finals_figure(PLAIN, diverge(history_of(PLAIN), "b", 1, 3)),
    "one-arm-error-of-one-round": lambda: error_figure(study_of("only", rounds=1), history_of(study_of("only", rounds=1))),
    "ours-and-torch-errors": lambda: errors_figure(PAIR, history_of(PAIR)),
    "values": lambda: values_of("bordignon", "sweep-optimizers", ("sgd", "adam", "adagrad")),
    "limits": lambda: values_of("bhatt", "train-bhatt", ("bhatt",)),
    "contradiction": contradictory,
    "regions": lambda: regions_figure(PLANES, history_of(PLANES), Networks(2, 3)),
    "regions-of-one-arm": lambda: regions_figure(first(PLANES), history_of(PLANES), Networks(2, 3)),
    "classes": lambda: classes_figure(FLOWERS, history_of(FLOWERS), Various(4, 3)),
    "confusion": lambda: confusion_figure(first(PLANES), history_of(PLANES), Various(2, 3)),
    "gap": lambda: gap_figure(STARRED, history_of(STARRED)),
    "rises": lambda: rises_figure(ONE, ONE_TABLE),
    "judged": lambda: judged_figure(judged(margin=0.6)),
    "times-by-trials": benchmark,
    "times-by-engine": lambda: engines_figure(times_of({"torch": 0.04, "stack": 0.002, "single": 0.01})),
    "times-by-batch": lambda: batches_figure(times_of({"1": 9.0, "50": 0.3, "1000": 0.1}, "single")),
    "times-by-activation": lambda: activations_figure(times_of(NETWORKS, "single")),
    "times-of-two-engines": lambda: activations_figure(
        pd.concat([times_of(NETWORKS, "single"), times_of({**NETWORKS, "sigmoid-uniform": 2.0}, "torch")])
    ),
    "times-at-once": lambda: engines_figure(times_of({"torch": 0.04, "stack": 0.002, "vmap": 0.01}, trials=10)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_is_written_down(name):
    look, path = look_of(FIGURES[name]()), LOOKS / f"{name}.txt"
    if os.environ.get(WRITE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(look)
    assert look.splitlines() == path.read_text().splitlines()


def test_every_look_is_of_a_figure():
    assert {path.stem for path in LOOKS.iterdir()} == set(FIGURES)
