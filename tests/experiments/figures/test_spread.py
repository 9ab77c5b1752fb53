"""The figures of a spread and of a contradiction, asked of the artists on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.config.study import Study
from experiments.figures.contradiction import DEFAULT, contradiction_figure
from experiments.figures.published_values import BINS, _edges, values_figure
from experiments.figures.spread import spread_figure
from experiments.reports.catalogue import REPORTS
from experiments.statistics.variance import spreads
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.test_loss_and_error import panels, stars, words
from tests.experiments.madeup import history_of, study_of

SHARED = study_of("relu-normal", "sigmoid-uniform", rounds=60, name="sweep-activations", seeds_per_data_set=15)


def errors_of(study: Study, by_arm: dict[str, np.ndarray], epoch: int = 5) -> pd.DataFrame:
    """A history whose final test errors, in percent, are these."""
    table = history_of(study)
    for arm, errors in by_arm.items():
        rows = (table["arm"] == arm) & (table["epoch"] == epoch)
        table.loc[rows, "test_error"] = errors / 100
    return table


@pytest.fixture(scope="module")
def errors():
    random = np.random.default_rng(1)
    data_sets = np.repeat(random.normal(0, 1, 4), 15)
    return {
        "relu-normal": 2 + data_sets + random.normal(0, 0.1, 60),
        "sigmoid-uniform": 50 + 0.01 * data_sets + random.normal(0, 1, 60),
    }


def test_a_panel_shows_data_sets_and_runs_around_them(errors):
    figure = spread_figure(SHARED, errors_of(SHARED, errors))
    axes = panels(figure)[0]
    ticks = [np.array(line.get_xdata()) for line in axes.get_lines() if line.get_marker() == "|"]
    values = errors["relu-normal"]
    means = values.reshape(4, 15).mean(1)
    assert np.sort(ticks[0]) == pytest.approx(np.sort(means))
    assert ticks[1] == pytest.approx(values - np.repeat(means, 15) + values.mean())
    found = spreads(values, np.arange(60) // 15)
    assert [text.get_text() for text in axes.texts] == [f"± {found.between:.2f}", f"± {found.within:.2f}"]
    bars = [line for line in axes.get_lines() if line.get_linewidth() == 3]
    assert [np.ptp(bar.get_xdata()) for bar in bars] == pytest.approx([2 * found.between, 2 * found.within])


def test_the_published_mean_stands_with_its_deviation(errors):
    axes = panels(spread_figure(SHARED, errors_of(SHARED, errors)))[0]
    assert [star[0] for star in stars(axes)] == [1.95]
    (bar,) = axes.containers
    assert bar.lines[2][0].get_segments()[0][:, 0] == pytest.approx([1.95 - 0.28, 1.95 + 0.28])


def test_the_title_counts_the_arms_that_the_data_set_moves_more(errors):
    title, caption = words(spread_figure(SHARED, errors_of(SHARED, errors)))
    assert title.startswith("The data set moves the test error more than the initialisation does in 1 of 2 arms: ")
    assert "n = 60 rounds" in caption and "Star: the published mean" in caption


def test_one_data_set_shows_no_spread_of_data_sets():
    study = study_of("relu-normal", rounds=15, name="sweep-activations", seeds_per_data_set=15)
    figure = spread_figure(study, history_of(study))
    assert words(figure)[0] == "One data set cannot show what the choice of a data set does"
    assert not panels(figure)[0].get_lines()


def feng(final: float, *average: float, seeds: int = 120) -> tuple[Tables, list]:
    """Evidence in which both errors end at `final` %; over epochs 1 to 50 they average so much, (train, test)."""
    tables = {}
    for name in ("train", "train-epoch-average"):
        study = study_of("train", rounds=seeds, name=name, epochs=50)
        table = history_of(study)
        noise = np.random.default_rng(3).normal(0, 0.3, seeds)[table["seed"]]
        for split, mean in zip(("train", "test"), average, strict=True):
            level = np.where(table["epoch"] == 50, final, (50 * mean - final) / 49)
            table[f"{split}_error"] = (level + noise) / 100
        tables[name] = table
    evidence = Tables(tables, dict.fromkeys(tables, 1), {})
    return evidence, judge_all(REPORTS["feng"].claims, evidence)


def drawn_lines(axes) -> list[float]:
    return [float(line.get_xdata()[0]) for line in axes.get_lines()]


def test_a_contradiction_has_a_row_a_reading_and_both_printed_numbers():
    evidence, judged = feng(4.0, 8.3, 8.3)
    figure = contradiction_figure(judged, evidence)
    rows = panels(figure)
    assert [axes.get_title() for axes in rows] == [DEFAULT, DEFAULT, "epoch-average", "epoch-average"]
    assert [drawn_lines(axes) for axes in rows] == [[4, 8.03], [4, 8.73]] * 2
    assert [len(axes.collections) for axes in rows] == [1, 1, 2, 2]
    spans = [[collection.get_datalim(axes.transData).intervalx for collection in axes.collections] for axes in rows]
    assert spans[0][0].mean() == pytest.approx(4, abs=0.2)
    assert [span.mean() for span in spans[2]] == pytest.approx([4, 8.3], abs=0.2)


@pytest.mark.parametrize(
    ("numbers", "train", "test"),
    [
        ((4.0, 8.03, 8.73), "epoch-average", "epoch-average"),
        ((4.0, 8.03, 8.3), "epoch-average", "no reading that was run"),
        ((4.0, 8.3, 8.73), "no reading that was run", "epoch-average"),
        ((6.0, 8.03, 8.73), "no reading that was run", "no reading that was run"),
    ],
)
def test_the_title_says_under_which_reading_both_numbers_could_be_printed(numbers, train, test):
    """8.3 is neither 8.03 nor 8.73 when means of ten runs scatter by 0.1."""
    evidence, judged = feng(*numbers)
    title, caption = words(contradiction_figure(judged, evidence))
    assert title == f"What one training could have printed: 4 and 8.03 % under {train}; 4 and 8.73 % under {test}"
    assert "10 runs" in caption and "(120 of the default one)" in caption
    assert "blue and unbroken that of Figure 2, orange and dashed that of Table I" in caption


def test_reports_without_a_contradiction_or_evidence_have_no_figure():
    empty = Tables({}, {}, {})
    assert contradiction_figure(judge_all(REPORTS["bhatt"].claims, empty), empty) is None
    assert contradiction_figure(judge_all(REPORTS["feng"].claims, empty), empty) is None


def test_a_printed_limit_has_a_row_like_a_value():
    study = study_of("bhatt", rounds=120, name="train-bhatt")
    table = history_of(study)
    table["train_error"] *= 0.05
    evidence = Tables({"train-bhatt": table}, {"train-bhatt": 1}, {})
    judged = judge_all(REPORTS["bhatt"].claims, evidence)
    figure = values_figure(judged, evidence)
    assert [axes.get_ylabel() for axes in figure.axes] == [f"E1-{split}\n< 0.5 %, n = 1" for split in ("train", "test")]
    verdicts = {one.verdict.claim.id: str(one.verdict.outcome) for one in judged}
    held = sum(verdicts[claim] == "reproduced" for claim in ("E1-train", "E1-test"))
    assert words(figure)[0] == f"Our mean keeps to {held} of 2 published limits" and held == 1
    ours = 100 * table[table["epoch"] == 5]["test_error"]
    span, tick, star = figure.axes[1].get_lines()
    assert tick.get_xdata()[0] == pytest.approx(ours.mean()) and star.get_xdata()[0] == 0.5
    assert list(span.get_xdata()) == pytest.approx(list(np.quantile(ours, [0.025, 0.975])), abs=0.3)


def test_every_bin_holds_as_many_steps_as_any_other():
    """Errors come in tenths of a point: bins of other widths would hold now one of them, now two."""
    edges = _edges(np.array([0.3, 0.4, 0.9, 1.4]), 0.25, 1.5)
    assert np.diff(edges) == pytest.approx(0.1) and edges[0] <= 0.25 and edges[-1] >= 1.5
    assert (edges - 0.35) / 0.1 == pytest.approx(np.round((edges - 0.35) / 0.1))
    coarse = _edges(np.array([0.3, 0.4, 9.0]), 0, 30)
    assert np.diff(coarse) == pytest.approx(0.5)
    assert len(_edges(np.random.default_rng(0).normal(size=9999), -3, 3)) == BINS + 1
    assert len(_edges(np.full(5, 2.0), 1.9, 2.1)) == BINS + 1
