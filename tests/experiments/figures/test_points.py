"""Figures of trained networks: regions, misclassified points and labels, against a prediction made here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

from experiments.config.study import Study
from experiments.figures.points import GRID, typical_seed
from experiments.figures.style import INSIDE, OUTSIDE
from experiments.training.data import draw_points
from tests.experiments.figures.trained import STUDY, classify, median_seed
from tests.experiments.madeup import history_of, study_of


def test_the_typical_round_is_nearest_the_median(table):
    assert typical_seed(table, "one") == median_seed(table, "one")
    study = study_of("a", rounds=5)
    made_up = history_of(study)
    last = made_up["epoch"] == 5
    made_up.loc[last, "test_error"] = [0.5, 0.2, 0.3, 0.3, np.nan]
    assert typical_seed(made_up, "a") == 2
    made_up.loc[last, "train_error"] = [0.5, 0.2, 0.1, 0.3, np.nan]
    made_up["test_error"] = np.nan
    assert typical_seed(made_up, "a") == 1
    made_up["train_error"] = np.nan
    assert typical_seed(made_up, "a") is None


def test_the_boundary_figure_marks_what_the_network_gets_wrong(draw, folder, table):
    figure = draw("boundary")
    seeds = []
    for axes, arm in zip(figure.axes, ("one", "two"), strict=True):
        seed = median_seed(table, arm)
        seeds.append(str(seed))
        points, labels = draw_points(STUDY.arm(arm).config, seed)["test"]
        wrong = classify(folder, arm, seed, points) != labels
        inside, outside, missed = (np.asarray(found.get_offsets()) for found in axes.collections)
        np.testing.assert_array_equal(missed, points[wrong])
        np.testing.assert_array_equal(inside, points[labels == 1])
        np.testing.assert_array_equal(outside, points[labels == 0])
        assert 0 < wrong.sum() < len(points)
        assert axes.get_title() == f"{arm}: {100 * wrong.mean():.1f} % wrong"
        rows = table[(table["arm"] == arm) & (table["epoch"] == 6) & (table["seed"] == seed)]
        assert wrong.mean() == pytest.approx(float(rows["test_error"].iloc[0]))
    assert f"(seed {', '.join(seeds)})" in " ".join(figure.get_supxlabel().split())


def test_the_boundary_figures_title_is_what_it_shows(draw):
    shown = [axes.get_title() for axes in draw("boundary").axes]
    low, high = sorted((float(title.split()[1]), title.split(":")[0]) for title in shown)
    expected = f"Of its test points a typical network misclassifies {low[0]:.1f} % ({low[1]}) to {high[0]:.1f} % ({high[1]})"
    assert " ".join(draw("boundary").get_suptitle().split()) == expected
    one = dataclasses.replace(STUDY, arms=STUDY.arms[:1])
    assert draw("boundary", one).get_suptitle().startswith("A typical network misclassifies ")


def test_where_every_trial_diverged_the_boundary_figure_says_so_and_names_no_seed(draw, table):
    gone = table.copy()
    gone.loc[gone["epoch"] > 2, ["train_error", "test_error", "train_loss", "test_loss"]] = np.nan
    figure = draw("boundary", history=gone)
    assert figure.get_suptitle() == "Every trial diverged"
    assert "seed" not in figure.get_supxlabel() and "None" not in figure.get_supxlabel()
    half = table.copy()
    half.loc[(half["epoch"] > 2) & (half["arm"] == "two"), ["train_error", "test_error"]] = np.nan
    figure = draw("boundary", history=half)
    assert figure.axes[1].get_title() == "two: every trial diverged"
    assert f"(seed {median_seed(table, 'one')})." in " ".join(figure.get_supxlabel().split())


def test_arms_beyond_the_panels_of_the_boundary_figure_are_counted(draw):
    many = dataclasses.replace(STUDY, arms=STUDY.arms * 4)
    assert "The first 6 of 8 arms." in " ".join(draw("boundary", many).get_supxlabel().split())
    assert "The first" not in draw("boundary").get_supxlabel()


def test_the_boundary_figures_regions_are_predictions_and_its_circle_is_true(draw, folder, table):
    axes = draw("boundary").axes[0]
    ticks = np.linspace(0, 1, GRID)
    grid = np.array([(x, y) for x in ticks for y in ticks])
    expected = classify(folder, "one", median_seed(table, "one"), grid).reshape(GRID, GRID).T
    np.testing.assert_array_equal(axes.images[0].get_array(), expected)
    assert [to_hex(colour) for colour in axes.images[0].get_cmap().colors] == [OUTSIDE.lower(), INSIDE.lower()]
    assert axes.images[0].origin == "lower" and tuple(axes.images[0].get_extent()) == (0, 1, 0, 1)
    (circle,) = [patch for patch in axes.patches if isinstance(patch, Circle)]
    assert circle.center == (0.5, 0.5) and np.pi * circle.radius**2 == pytest.approx(0.5)


def test_the_points_figure_shows_the_training_points_of_the_first_seed(draw):
    figure = draw("points")
    points, labels = draw_points(STUDY.arms[0].config, 3)["train"]
    inside, outside = figure.axes[0].collections
    np.testing.assert_array_equal(inside.get_offsets(), points[labels == 1])
    np.testing.assert_array_equal(outside.get_offsets(), points[labels == 0])
    assert [to_hex(found.get_facecolor()[0]) for found in (inside, outside)] == [INSIDE.lower(), OUTSIDE.lower()]
    assert figure.get_suptitle().startswith(f"{100 * float(labels.mean()):.1f} % of 24")


def test_the_labels_figure_shows_predictions_not_truth(draw, folder, table):
    figure = draw("labels")
    seed = median_seed(table, "one")
    points, labels = draw_points(STUDY.arms[0].config, seed)["test"]
    predicted = classify(folder, "one", seed, points)
    inside, outside = figure.axes[0].collections
    np.testing.assert_array_equal(inside.get_offsets(), points[predicted == 1])
    np.testing.assert_array_equal(outside.get_offsets(), points[predicted == 0])
    right = 100 * (predicted == labels).mean()
    assert " ".join(figure.get_suptitle().split()) == f"A typical network labels {right:.1f} % of 60 unseen points correctly"


def test_points_have_the_colour_and_mark_of_their_class(draw):
    axes = draw("labels").axes[0]
    inside, outside = axes.collections
    assert [to_hex(found.get_facecolor()[0]) for found in (inside, outside)] == [INSIDE.lower(), OUTSIDE.lower()]
    disc, square = (found.get_paths()[0].vertices for found in (inside, outside))
    assert len(disc) > 10 > len(square), "a circle and a square"
    assert (axes.get_xlim(), axes.get_ylim(), axes.get_aspect()) == ((0, 1), (0, 1), 1)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("first coordinate", "second coordinate")


def test_captions_name_the_seed_and_the_rounds(draw, table):
    for name in ("labels", "points"):
        caption = " ".join(draw(name).get_supxlabel().split())
        seed = median_seed(table, "one") if name == "labels" else 3
        assert f"seed {seed}" in caption and "circle" in caption
    assert "nearest the median error of 5 (seed" in " ".join(draw("labels").get_supxlabel().split())


def test_where_every_trial_diverged_no_label_is_drawn(draw, table):
    gone = table.copy()
    gone.loc[gone["epoch"] > 2, ["train_error", "test_error"]] = np.nan
    figure = draw("labels", history=gone)
    assert figure.get_suptitle() == "Every trial diverged" and not figure.axes[0].collections


def test_panels_stand_in_rows_of_three(draw):
    def places(count: int) -> list[tuple[int, int]]:
        study = dataclasses.replace(STUDY, arms=(STUDY.arms * 4)[:count])
        shown = [axes for axes in draw("boundary", study).axes if axes.get_visible()]
        return [(axes.get_subplotspec().rowspan.start, axes.get_subplotspec().colspan.start) for axes in shown]

    assert places(1) == [(0, 0)] and places(3) == [(0, 0), (0, 1), (0, 2)]
    assert places(5) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]


def test_without_a_test_set_training_points_are_shown(folder, tmp_path):
    from experiments.figures.catalogue import FIGURES, Material
    from experiments.store.reader import TrialReader
    from experiments.store.store import Store
    from experiments.workflows.run_study import STORE_NAME, run_study

    arm = dataclasses.replace(STUDY.arms[0], config=STUDY.arms[0].config.replace(test_size=0))
    study = Study("untested", (arm,), range(2), figures=())
    history = run_study(study, tmp_path).history
    with Store(tmp_path / STORE_NAME) as store:
        material = Material(study, history, TrialReader(store))
        boundary, shown = FIGURES["boundary"](material), FIGURES["labels"](material)
    assert " ".join(boundary.get_suptitle().split()).endswith("of its training points")
    assert " ".join(shown.get_suptitle().split()).endswith("of 24 training points correctly")
    seed = typical_seed(history, arm.name)
    points, _ = draw_points(arm.config, seed)["train"]
    assert sum(len(found.get_offsets()) for found in shown.axes[0].collections) == len(points) == 24
