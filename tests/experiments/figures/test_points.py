"""Figures of trained networks: regions, misclassified points, labels and steps, against a prediction made here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.patches import Circle

from experiments.figures.activations import activation_figure
from experiments.figures.catalogue import FIGURES, Material
from experiments.figures.points import GRID, typical_seed
from experiments.figures.published_values import values_figure
from experiments.figures.style import GREY, INSIDE, OUTSIDE
from experiments.reports.catalogue import STUDIES
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.data import draw_points
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.madeup import history_of, study_of
from tests.experiments.storing import tiny_study

SETTINGS = {"epochs": 6, "test_size": 60, "scale": "standardize", "lr": 0.3, "record_steps": True}
STUDY = tiny_study(5, first=3, name="points", figures=(), one=SETTINGS, two=SETTINGS | {"act": ("tanh",), "out": "tanh"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def table(folder):
    return run_study(STUDY, folder).history


@pytest.fixture
def draw(folder, table):
    """Draws a figure by name."""
    with Store(folder / STORE_NAME) as store:
        yield lambda name, study=STUDY, history=table: FIGURES[name](Material(study, history, TrialReader(store)))


def stored(folder, arm, seed):
    with Store(folder / STORE_NAME) as store:
        config = STUDY.arm(arm).config
        ((_, found),) = TrialReader(store).results(config, [seed])
    return found


def classify(folder, arm: str, seed: int, points: torch.Tensor) -> np.ndarray:
    """The stored network written out: two affine maps, an activation, tanh, and inside when the outputs sum to more than 0."""
    weights = {name: torch.from_numpy(value) for name, value in stored(folder, arm, seed).parameters.items()}
    training = draw_points(STUDY.arm(arm).config, seed)["train"][0]
    x = ((points - training.mean(0)) / training.std(0)).float()
    hidden = x @ weights["weight0"] + weights["bias0"]
    hidden = hidden.relu() if arm == "one" else hidden.tanh()
    return ((hidden @ weights["weight1"] + weights["bias1"]).tanh().sum(-1) > 0).long().numpy()


def median_seed(table, arm: str) -> int:
    last = table[(table["arm"] == arm) & (table["epoch"] == 6)].set_index("seed")["test_error"]
    distance = (last - last.median()).abs()
    return min(distance[distance == distance.min()].index)


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
        wrong = classify(folder, arm, seed, points) != labels.numpy()
        inside, outside, missed = (np.asarray(found.get_offsets()) for found in axes.collections)
        np.testing.assert_array_equal(missed, points[torch.from_numpy(wrong)].numpy())
        np.testing.assert_array_equal(inside, points[labels == 1].numpy())
        np.testing.assert_array_equal(outside, points[labels == 0].numpy())
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
    ticks = torch.linspace(0, 1, GRID, dtype=torch.float64)
    grid = torch.cartesian_prod(ticks, ticks)
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
    np.testing.assert_array_equal(inside.get_offsets(), points[labels == 1].numpy())
    np.testing.assert_array_equal(outside.get_offsets(), points[labels == 0].numpy())
    assert [to_hex(found.get_facecolor()[0]) for found in (inside, outside)] == [INSIDE.lower(), OUTSIDE.lower()]
    assert figure.get_suptitle().startswith(f"{100 * float(labels.double().mean()):.1f} % of 24")


def test_the_labels_figure_shows_predictions_not_truth(draw, folder, table):
    figure = draw("labels")
    seed = median_seed(table, "one")
    points, labels = draw_points(STUDY.arms[0].config, seed)["test"]
    predicted = classify(folder, "one", seed, points)
    inside, outside = figure.axes[0].collections
    np.testing.assert_array_equal(inside.get_offsets(), points[predicted == 1].numpy())
    np.testing.assert_array_equal(outside.get_offsets(), points[predicted == 0].numpy())
    right = 100 * (predicted == labels.numpy()).mean()
    assert " ".join(figure.get_suptitle().split()) == f"A typical network labels {right:.1f} % of 60 unseen points correctly"


def test_the_steps_figure_shows_every_batch_and_the_mean_of_each_epoch(draw, folder, table):
    whole, close = draw("steps").axes
    steps = stored(folder, "one", median_seed(table, "one")).steps
    assert len(steps) == 18
    every, means = whole.get_lines()
    np.testing.assert_array_equal(every.get_data(), (range(1, 19), steps))
    np.testing.assert_allclose(means.get_data(), (3 * np.arange(6) + 1.5, steps.reshape(6, 3).mean(1)))
    assert to_hex(every.get_color()) == GREY.lower()
    assert whole.get_xlim() == (0, 18) and whole.get_ylim()[1] == pytest.approx(1.3 * steps[3:].max())
    assert ("the first iterations lie above" in whole.get_title()) == (steps[:3].max() > 1.3 * steps[3:].max())
    first, divider = close.get_lines()
    np.testing.assert_array_equal(first.get_data(), (range(1, 7), steps[:6]))
    assert divider.get_xdata()[0] == 3.5


def test_of_the_same_trials_by_several_implementations_only_ours_and_torch_are_curves(tmp_path):
    settings = {name: {"implementation": name} for name in ("minifw", "torch", "single")}
    study = tiny_study(2, name="both", figures=(), **settings)
    with Store(tmp_path / STORE_NAME) as store:
        history = run_study(study, tmp_path).table
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


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
        ("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ],
)
def test_an_activation_is_drawn_with_its_derivative(name, value, slope):
    figure = activation_figure(name)
    *_, solid, dashed = figure.axes[0].get_lines()
    x = np.asarray(solid.get_xdata()).ravel()
    assert (x[0], x[-1], len(x)) == (-4, 4, 801)
    np.testing.assert_allclose(np.ravel(solid.get_ydata()), value(x), atol=1e-12)
    np.testing.assert_allclose(np.ravel(dashed.get_ydata()), slope(x), atol=1e-12)
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert figure.get_suptitle() == f"The slope of {name} is at most {slope(x).max():.3g}"


def test_an_activation_figure_shows_what_backward_computes(monkeypatch):
    from minifw import Tanh

    monkeypatch.setattr(Tanh, "backward", lambda self, dy: 7 * dy)
    dashed = activation_figure("tanh").axes[0].get_lines()[-1]
    assert set(np.ravel(dashed.get_ydata())) == {7.0}


def test_values_lie_on_the_distribution_of_studies_of_the_published_size():
    from experiments.reports.catalogue import REPORTS
    from experiments.statistics.prediction import study_means
    from experiments.verdicts.evidence import Tables
    from experiments.verdicts.ledger import judge_all

    study = study_of("fernandez", rounds=40, name="train-fernandez")
    table = history_of(study)
    evidence = Tables(histories={"train-fernandez": table})
    judged = judge_all(REPORTS["fernandez"].claims, evidence)
    figure = values_figure(judged, evidence)
    for axes, metric, published in zip(figure.axes, ("train_error", "test_error"), (3.85, 3.50), strict=True):
        ours = 100 * table[table["epoch"] == 5][metric].to_numpy()
        means = study_means(ours, 1, None)
        span, tick, star = axes.get_lines()
        np.testing.assert_allclose(span.get_xdata(), np.quantile(ours, [0.025, 0.975]), atol=0.6)
        assert tick.get_xdata()[0] == pytest.approx(ours.mean()) and star.get_xdata()[0] == published
        assert star.get_marker() == "*"
        low, high = axes.get_xlim()
        assert low < min(means.min(), published) + 0.5 and high > published
    inside = sum(
        one.verdict.prediction_low <= one.verdict.claim.published <= one.verdict.prediction_high
        for one in judged
        if one.verdict.claim.kind == "value"
    )
    assert " ".join(figure.get_suptitle().split()).startswith(f"{inside} of 2 published values lie where")
    assert values_figure(judge_all(REPORTS["bhatt"].claims, evidence), evidence) is None
