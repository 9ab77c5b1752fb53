"""Two printed numbers that are said to come from one training."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from experiments.claims.kinds import Contradiction
from experiments.figures.contradiction import BINS, DEFAULT, FIRST, SECOND, contradiction_figure
from experiments.figures.style import GREY, ink
from experiments.reports.catalogue import REPORTS
from experiments.statistics.prediction import prediction_interval, study_means
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.artists import panels, words
from tests.experiments.madeup import history_of, study_of


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
    return evidence, judge_all([claim for claim in REPORTS["feng"].claims if isinstance(claim, Contradiction)], evidence)


def drawn_lines(axes) -> list[float]:
    return [float(line.get_xdata()[0]) for line in axes.get_lines()]


def filled(axes) -> list:
    return [collection for collection in axes.collections if isinstance(collection, PolyCollection)]


def test_the_middle_of_the_means_that_decides_is_drawn():
    evidence, judged = feng(4.0, 8.3, 8.3)
    axes = panels(contradiction_figure(judged, evidence))[0]
    (line,) = [found for found in axes.collections if found not in filled(axes)]
    (((low, _), (high, _)),) = line.get_segments()
    table = evidence.histories["train"]
    assert (low, high) == pytest.approx(
        prediction_interval(100 * table[table["epoch"] == 50]["train_error"].to_numpy(), 10, None)
    )


def test_a_contradiction_has_a_row_a_reading_and_both_printed_numbers():
    evidence, judged = feng(4.0, 8.3, 8.3)
    figure = contradiction_figure(judged, evidence)
    rows = panels(figure)
    assert [axes.get_title() for axes in rows] == [DEFAULT, DEFAULT, "epoch-average", "epoch-average"]
    assert [drawn_lines(axes) for axes in rows] == [[4, 8.03], [4, 8.73]] * 2
    assert [len(filled(axes)) for axes in rows] == [1, 1, 2, 2]
    spans = [[collection.get_datalim(axes.transData).intervalx for collection in filled(axes)] for axes in rows]
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
    assert "10 runs" in caption and caption.endswith("n = 120 rounds of the default reading, 120 of epoch-average.")
    assert "blue and unbroken that of Figure 2, orange and dashed that of Table I" in caption


def test_reports_without_a_contradiction_or_evidence_have_no_figure():
    empty = Tables({}, {}, {})
    assert contradiction_figure(judge_all(REPORTS["bhatt"].claims, empty), empty) is None
    assert contradiction_figure(judge_all(REPORTS["feng"].claims, empty), empty) is None


@pytest.mark.parametrize(("seeds", "rows"), [(1, None), (2, 4)])
def test_from_two_seeds_on_there_is_a_distribution(seeds, rows):
    evidence, judged = feng(4.0, 8.3, 8.3, seeds=seeds)
    figure = contradiction_figure(judged, evidence)
    assert (figure and len(panels(figure))) == rows


def test_bars_are_counts_of_simulated_studies():
    evidence, judged = feng(4.0, 8.3, 8.3)
    axes = panels(contradiction_figure(judged, evidence))[0]
    table = evidence.histories["train"]
    means = study_means(100 * table[table["epoch"] == 50]["train_error"].to_numpy(), 10, None)
    counts, edges = np.histogram(means, BINS, tuple(np.quantile(means, [0.001, 0.999])))
    ((shade),) = filled(axes)
    x, y = shade.get_paths()[0].vertices.T
    assert y.max() == pytest.approx(0.9) and x.min() == pytest.approx(edges[0]) and x.max() == pytest.approx(edges[-2])
    tops = [y[np.isclose(x, edge)].max() for edge in edges[1:-1]]
    expected = 0.9 * np.maximum(counts[:-1], counts[1:]) / counts.max()
    np.testing.assert_allclose(tops, expected, atol=1e-9)


def test_both_numbers_stand_at_their_lines_in_the_colours_of_the_caption():
    from matplotlib.colors import to_hex

    evidence, judged = feng(4.0, 8.3, 8.3)
    rows = panels(contradiction_figure(judged, evidence))
    for axes, published in zip(rows, (8.03, 8.73) * 2, strict=True):
        first, second = axes.get_lines()
        assert (to_hex(first.get_color()), first.get_linestyle()) == (FIRST.lower(), "-")
        assert (to_hex(second.get_color()), second.get_linestyle()) == (SECOND.lower(), "--")
        names = {text.get_text(): text for text in axes.texts}
        assert (names["4"].xy[0], names[f"{published:g}"].xy[0]) == (4, published)
        assert (names["4"].get_color(), names[f"{published:g}"].get_color()) == (ink(FIRST), ink(SECOND))
        assert axes.get_ylim() == (0, 1.08)
    assert [text.get_text() for text in rows[0].texts if "epoch" in text.get_text()] == ["final epoch"]
    assert [text.get_text() for text in rows[2].texts if "epoch" in text.get_text()] == ["final epoch", "mean of epochs 1-50"]
    shades = [[to_hex(shade.get_facecolor()[0]) for shade in filled(axes)] for axes in rows]
    assert shades == [[GREY.lower()], [GREY.lower()], [FIRST.lower(), SECOND.lower()], [FIRST.lower(), SECOND.lower()]]
    assert [axes.get_xlabel() for axes in rows] == ["", "", "training error (% of points)", "test error (% of points)"]
