"""Errors by class and the confusion matrix, against networks evaluated here."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch

from experiments.analysis.class_errors import class_errors, confusions, row_shares
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.figures import classes
from experiments.figures.catalogue import FIGURES, Material, with_suitable_figures
from experiments.figures.classes import shortened
from experiments.figures.regions import MARKERS, class_colour
from experiments.files import STORE_NAME
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.data import build_data
from experiments.workflows.run_study import run_study

IRIS = TrialConfig(data="iris", epochs=3, hidden=(4,))
GAUSS = TrialConfig(data="gauss", epochs=2, hidden=(4,), train_size=60, test_size=60, lr=0.3)
STUDIES = {
    "iris": Study("iris", (Arm("slow", IRIS), Arm("fast", IRIS.replace(lr=0.5))), range(3), figures=()),
    "gauss": Study("gauss", (Arm("only", GAUSS),), range(3), figures=()),
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Draws a figure of a study that has run."""
    folder = tmp_path_factory.mktemp("classes")
    tables = {name: run_study(study, folder).history for name, study in STUDIES.items()}
    with Store(folder / STORE_NAME) as store:
        yield lambda figure, name, **changes: FIGURES[figure](
            Material(dataclasses.replace(STUDIES[name], **changes), tables[name], TrialReader(store))
        )


def expected_counts(drawn, name: str, arm: int = 0) -> np.ndarray:
    """Counts (seeds, classes, classes) from the parameters by an affine map, ReLU, another and the largest output."""
    study = STUDIES[name]
    config, counts = study.arms[arm].config, []
    for seed, values in drawn_parameters(drawn, study, arm):
        data = build_data(config, seed)["test"]
        weights = {key: torch.from_numpy(value) for key, value in values.items()}
        hidden = (torch.from_numpy(data.inputs).float() @ weights["weight0"] + weights["bias0"]).relu()
        given = (hidden @ weights["weight1"] + weights["bias1"]).argmax(-1)
        counted = np.zeros((3, 3))
        np.add.at(counted, (data.labels, given.numpy()), 1)
        counts.append(counted)
    return np.array(counts)


def drawn_parameters(drawn, study: Study, arm: int):
    taken = []

    def keep(material):
        taken.extend(material.trials.parameters(study.arms[arm].config, study.seeds))

    FIGURES["taken"] = keep
    try:
        drawn("taken", study.name)
    finally:
        del FIGURES["taken"]
    return taken


def test_a_confusion_matrix_is_the_mean_share_of_each_row(drawn):
    figure = drawn("confusion", "gauss")
    counts = expected_counts(drawn, "gauss")
    shares = (counts / counts.sum(-1, keepdims=True)).mean(0)
    (axes,) = figure.axes
    np.testing.assert_allclose(np.asarray(axes.images[0].get_array()), shares)
    shown = {(round(text.get_position()[1]), round(text.get_position()[0])): text.get_text() for text in axes.texts}
    for (row, column), share in np.ndenumerate(shares):
        assert shown.get((row, column), "0.0") == ("100" if share > 0.9995 else f"{100 * share:.1f}")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["left", "right", "top"]
    apart = shares - np.diag(np.diag(shares))
    row, column = np.unravel_index(apart.argmax(), (3, 3))
    names = ("left", "right", "top")
    assert " ".join(figure.get_suptitle().split()) == (
        f"Most often class {names[row]} is taken for {names[column]}: {100 * apart.max():.1f} % of its test points"
    )
    said = " ".join(figure.get_supxlabel().split())
    assert "60 points a round. n = 3 rounds (seeds 0 to 2)." in said


def test_errors_by_class_are_means_of_the_rounds(drawn):
    figure = drawn("classes", "iris")
    (axes,) = figure.axes
    means = {}
    for place, line in enumerate(axes.lines):
        counts = expected_counts(drawn, "iris", place)
        errors = 100 * (1 - np.diagonal(counts, axis1=1, axis2=2) / counts.sum(-1)).mean(0)
        np.testing.assert_allclose(line.get_xdata(), errors)
        means[line.get_label()] = errors
    assert list(means) == ["slow", "fast"]
    arm = max(means, key=lambda name: means[name].max())
    names = np.array(["setosa", "versicolor", "virginica"])
    worst, best = means[arm].argmax(), means[arm].argmin()
    assert " ".join(figure.get_suptitle().split()) == (
        f"Class {names[worst]} is misclassified most, {means[arm][worst]:.1f} % of its test points; {names[best]} least, "
        f"{means[arm][best]:.1f} % ({arm})"
    )


def test_regions_show_the_points_in_colours_and_marks_of_their_own(drawn):
    figure = drawn("regions", "gauss")
    axes = figure.axes[0]
    *by_class, missed = axes.collections
    counts = {len(np.asarray(points.get_offsets())) for points in by_class}
    assert counts == {20} and len(by_class) == 3
    wrong = len(np.asarray(missed.get_offsets()))
    assert " ".join(figure.get_suptitle().split()) == (
        f"A typical network misclassifies {100 * wrong / 60:.1f} % of its test points"
    )
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["left", "right", "top"]
    looks = {(class_colour(label), MARKERS[label % len(MARKERS)]) for label in range(8)}
    assert len(looks) == 8


@pytest.mark.parametrize("figure", ["regions", "classes", "confusion"])
def test_where_every_trial_diverged_it_is_said(figure, monkeypatch):
    study = Study("gone", (Arm("only", GAUSS),), range(2))
    table = pd.DataFrame({"arm": "only", "seed": [0, 1], "epoch": 2, "train_error": np.nan, "test_error": np.nan})

    class Empty:
        def parameters(self, config, seeds):
            return iter(())

    shown = FIGURES[figure](Material(study, table, Empty()))
    assert shown.get_suptitle() == "Every trial diverged"


def test_no_confusion_is_said_too(monkeypatch, drawn):
    counts = np.array([np.diag([3, 4, 5])] * 2)
    monkeypatch.setattr(classes, "confusions", lambda *given: ([0, 1], counts))
    for figure in ("confusion", "classes"):
        assert drawn(figure, "gauss").get_suptitle() == "Every test point is classified correctly"


def test_shares_of_rows_and_errors_of_classes():
    counts = np.array([[3, 1, 0], [0, 0, 0], [1, 1, 2]])
    np.testing.assert_allclose(row_shares(counts), [[0.75, 0.25, 0], [np.nan] * 3, [0.25, 0.25, 0.5]])
    np.testing.assert_allclose(class_errors(counts), [0.25, np.nan, 0.5])
    assert shortened("a" * 18) == "a" * 18 and shortened("abcdefghijklmnopqrstuvwxyz") == "abcdefghijk...wxyz"


def test_diverged_trials_are_left_out():
    table = pd.DataFrame({"arm": "only", "seed": [0, 1, 2], "epoch": 2, "test_error": [0.1, np.nan, 0.2]})
    asked = []

    class Recording:
        def parameters(self, config, seeds):
            asked.extend(seeds)
            return iter(())

    seeds, counts = confusions(Arm("only", GAUSS), table, Recording(), "test")
    assert asked == [0, 2] and seeds == [] and counts.shape == (0, 3, 3)


@pytest.mark.parametrize(
    ("configs", "figures", "expected"),
    [
        ([TrialConfig()], ("loss", "boundary"), ("loss", "boundary")),
        ([GAUSS], ("loss", "boundary"), ("loss", "regions", "confusion")),
        ([GAUSS], ("points", "loss", "boundary", "labels"), ("loss", "regions", "confusion")),
        ([IRIS], ("loss", "boundary"), ("loss", "classes", "confusion")),
        ([IRIS], ("loss", "classes", "confusion"), ("loss", "classes", "confusion")),
        ([IRIS, IRIS.replace(lr=0.3)], ("loss", "boundary"), ("loss", "classes")),
        ([IRIS, IRIS.replace(lr=0.3)], ("loss", "error"), ("loss", "error")),
        ([IRIS, GAUSS], ("loss", "boundary"), ("loss",)),
    ],
)
def test_figures_suit_the_data(configs, figures, expected):
    study = Study("any", tuple(Arm(str(k), config) for k, config in enumerate(configs)), range(2), figures=figures)
    suited = with_suitable_figures(study)
    assert suited.figures == expected and with_suitable_figures(suited).figures == expected


@pytest.mark.parametrize(("count", "numbered"), [(16, True), (17, False)])
def test_a_matrix_of_more_than_sixteen_classes_has_no_numbers(monkeypatch, drawn, count, numbered):
    names = tuple(f"c{number}" for number in range(count))
    monkeypatch.setattr(classes, "classes_of", lambda config: names)
    monkeypatch.setattr(classes, "confusions", lambda *given: ([0, 1], np.array([2 * np.eye(count)] * 2)))
    (axes,) = drawn("confusion", "gauss").axes
    assert [text.get_text() for text in axes.texts] == ["100"] * (count if numbered else 0)
    assert [label.get_text() for label in axes.get_xticklabels()] == list(names)
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {90}


@pytest.mark.parametrize(("letters", "turned"), [(13, 0), (14, 90)])
def test_names_that_need_forty_letters_beside_each_other_are_turned(monkeypatch, drawn, letters, turned):
    monkeypatch.setattr(classes, "classes_of", lambda config: ("a", "b", "c" * letters))
    (axes,) = drawn("confusion", "gauss").axes
    assert {label.get_rotation() for label in axes.get_xticklabels()} == {turned}
