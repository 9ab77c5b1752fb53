"""Published values on the distribution of ours."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.figures.published_values import BINS, _edges, values_figure
from experiments.reports.catalogue import REPORTS
from experiments.statistics.prediction import prediction_interval, study_means
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.artists import declared, words
from tests.experiments.madeup import history_of, study_of


def test_values_lie_on_the_distribution_of_studies_of_the_published_size():
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


def test_from_few_seeds_no_value_is_said_to_lie_outside():
    """One run was published, and 30 of ours do not say where one more comes out."""
    evidence = Tables({"train-fernandez": history_of(study_of("fernandez", rounds=30, name="train-fernandez"))})
    figure = values_figure(judge_all(REPORTS["fernandez"].claims, evidence), evidence)
    assert figure.get_suptitle().startswith("Too few seeds to say where such studies")
    assert all(np.isnan(axes.get_lines()[0].get_xdata()).all() for axes in figure.axes)


def test_a_printed_limit_has_a_row_like_a_value():
    study = study_of("bhatt", rounds=120, name="train-bhatt")
    table = history_of(study)
    table["train_error"] *= 0.05
    evidence = Tables({"train-bhatt": table}, {"train-bhatt": 1}, {})
    judged = judge_all(REPORTS["bhatt"].claims, evidence)
    figure = values_figure(judged, evidence)
    assert [axes.get_ylabel() for axes in figure.axes] == [f"{split} error\n< 0.5 %, n = 1" for split in ("training", "test")]
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


@pytest.fixture(scope="module")
def bordignon():
    study = study_of("sgd", "adam", "adagrad", rounds=120, name="sweep-optimizers", validation_size=1)
    table = history_of(study)
    evidence = Tables({"sweep-optimizers": table}, {"sweep-optimizers": 1}, {})
    judged = judge_all(REPORTS["bordignon"].claims, evidence)
    return table, judged, values_figure(judged, evidence)


def test_bars_are_counts_of_simulated_studies_and_never_below_zero(bordignon):
    table, _, figure = bordignon
    loss = figure.axes[0]
    final = table[(table["arm"] == "sgd") & (table["epoch"] == 5)]
    means = study_means(final["test_loss"].to_numpy(), 1, None)
    for bar in loss.patches:
        count = np.count_nonzero((means >= bar.get_x()) & (means < bar.get_x() + bar.get_width()))
        assert bar.get_height() * max(counts_of(loss, means)) == pytest.approx(count)
    assert max(bar.get_height() for bar in loss.patches) == 1
    for axes in figure.axes:
        assert min(bar.get_x() for bar in axes.patches) >= 0 and axes.get_xlim()[0] >= 0


def counts_of(axes, means: np.ndarray) -> list[int]:
    return [np.count_nonzero((means >= bar.get_x()) & (means < bar.get_x() + bar.get_width())) for bar in axes.patches]


def test_rows_are_named_in_words_with_units(bordignon):
    _, _, figure = bordignon
    assert [axes.get_ylabel() for axes in figure.axes][:4] == [
        "sgd, test loss\n0.3411 nats, n = 1",
        "sgd, test accuracy\n89.44 %, n = 1",
        "adam, test loss\n0.2466 nats, n = 1",
        "adam, test accuracy\n94.44 %, n = 1",
    ]
    study = declared("train", 120)
    evidence = Tables({"train": history_of(study)}, {"train": 1}, {})
    feng = values_figure(judge_all(REPORTS["feng"].claims, evidence), evidence)
    assert [axes.get_ylabel().split("\n")[0] for axes in feng.axes] == [
        "test error, Figure 2",
        "training error",
        "test error, Table I",
    ]


def test_marks_and_verdicts_stand_in_their_rows(bordignon):
    table, judged, figure = bordignon
    by_id = {one.verdict.claim.id: one.verdict for one in judged}
    ids = [f"B9-{arm}-{kind}" for arm in ("sgd", "adam", "adagrad") for kind in ("loss", "accuracy")]
    inside = 0
    for axes, claim in zip(figure.axes, ids, strict=True):
        verdict = by_id[claim]
        final = table[(table["arm"] == verdict.claim.quantity.arm) & (table["epoch"] == 5)]
        ours = final["test_loss"] if claim.endswith("loss") else 100 - 100 * final["test_error"]
        span, tick, star = axes.get_lines()
        low, high = prediction_interval(ours.to_numpy(), 1, None)
        np.testing.assert_allclose(span.get_data(), ((low, high), (0.06, 0.06)))
        np.testing.assert_allclose(tick.get_data(), ([ours.mean()], [0.5]))
        assert star.get_data() == ([verdict.claim.published], [0.5]) and star.get_marker() == "*"
        assert [text.get_text() for text in axes.texts] == [verdict.label.replace(" (fitted)", "\n(fitted)")]
        inside += low <= verdict.claim.published <= high
        left, right = axes.get_xlim()
        means = study_means(ours.to_numpy(), 1, None)
        edges = min(np.quantile(means, 0.001), star.get_xdata()[0]), max(np.quantile(means, 0.999), star.get_xdata()[0])
        pad = 0.04 * (edges[1] - edges[0])
        assert left == pytest.approx(max(0, edges[0] - pad))
        assert right == pytest.approx(min(100 if claim.endswith("accuracy") else np.inf, edges[1] + pad))
    title, caption = words(figure)
    assert title == f"{inside} of 6 published values lie where 95 % of such studies, run as ours, would have come out"
    assert "drawn from our 120 rounds" in caption and "star: the published number." in caption and "limit" not in caption


def test_a_limit_is_a_line_with_the_side_that_it_allows():
    study = study_of("bhatt", rounds=120, name="train-bhatt")
    table = history_of(study)
    table["train_error"] *= 0.05
    evidence = Tables({"train-bhatt": table}, {"train-bhatt": 1}, {})
    figure = values_figure(judge_all(REPORTS["bhatt"].claims, evidence), evidence)
    assert "dashed: the published limit, shaded: what it allows." in words(figure)[1] and "star" not in words(figure)[1]
    for axes in figure.axes:
        *_, limit = axes.get_lines()
        assert (list(limit.get_xdata()), limit.get_linestyle()) == ([0.5, 0.5], "--")
        allowed = axes.patches[-1].get_extents().transformed(axes.transData.inverted())
        assert (allowed.x0, allowed.x1) == pytest.approx((axes.get_xlim()[0], 0.5))


def test_many_different_means_have_sixty_bins():
    assert len(_edges(np.linspace(0, 1, 241), 0, 1)) == BINS + 1
    assert np.diff(_edges(np.linspace(0, 1, 240), 0, 1)) == pytest.approx(4 / 239)
