"""Orders and equalities: our difference, its interval, and what counts as none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Equal, Order, Pair, Shape
from experiments.claims.quantities import DIVERGES, Quantity, epochs
from experiments.figures.paired_differences import paired_differences_figure
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all
from tests.experiments.figures.artists import panels, words
from tests.experiments.madeup import history_of, study_of

SEEDS = 120
STUDY = study_of("slow", "fast", "even", rounds=SEEDS, name="made-up")
COMMON = {"report": "feng", "place": "Table 9", "quote": "", "study": "made-up", "n": 10}


def tables() -> Tables:
    """Test errors of 6 (slow), 4 (fast) and 4.05 % (even), with noise that pairs share; training errors a point lower."""
    table = history_of(STUDY)
    noise = np.random.default_rng(1).normal(0, 0.5, SEEDS)[table["seed"]]
    own = np.random.default_rng(2).normal(0, 0.1, len(table))
    level = table["arm"].map({"slow": 6.0, "fast": 4.0, "even": 4.05})
    table["test_error"] = (level + noise + own) / 100
    table["train_error"] = (level - 1 + noise) / 100
    return Tables({"made-up": table})


def pair(lower: str, higher: str, metric: str = "test_error", other: str | None = None) -> Pair:
    return Pair(Quantity(lower, metric), Quantity(higher, other or metric))


ORDER = Order(id="A", pairs=(pair("fast", "slow"),), **COMMON)
EQUAL = Equal(id="B", pairs=(pair("fast", "even"),), margin=0.5, margin_reason="made up", **COMMON)
GAP = Order(id="C", pairs=(pair("slow", "slow", "train_error", "test_error"),), **COMMON)
MOST = Order(id="D", pairs=(pair("fast", "slow"), pair("slow", "even")), at_least=1, **COMMON)
WINDOWS = Equal(
    id="E",
    pairs=(Pair(Quantity("fast", "test_error", epochs(1, 2)), Quantity("fast", "test_error")),),
    margin=0.2,
    margin_reason="made up",
    **COMMON,
)


@pytest.fixture(scope="module")
def figure():
    evidence = tables()
    return paired_differences_figure(judge_all([ORDER, EQUAL, GAP, MOST, WINDOWS], evidence), evidence)


def interval(axes) -> tuple[float, float]:
    """The ends of the thick line."""
    (line,) = axes.collections[0].get_segments()
    return float(line[0][0]), float(line[1][0])


def shaded(axes) -> tuple[float, float]:
    left, right = axes.patches[0].get_x(), axes.patches[0].get_x() + axes.patches[0].get_width()
    return round(float(left), 6), round(float(right), 6)


def dot(axes) -> float:
    return next(float(line.get_xdata()[0]) for line in axes.get_lines() if line.get_marker() == "o")


def test_each_row_has_the_difference_its_interval_and_what_counts_as_none(figure):
    order, equal, gap, most, windows = panels(figure)
    for axes, middle in ((order, 2), (equal, 0.05), (gap, 1), (most, 2), (windows, 0)):
        low, high = interval(axes)
        assert low < dot(axes) < high
        assert dot(axes) == pytest.approx(middle, abs=0.03)
        assert high - low == pytest.approx(2 * 1.96 * 0.14 / SEEDS**0.5, rel=0.4)
        left, right = axes.get_xlim()
        assert left < min(low, 0, shaded(axes)[0]) and right > max(high, shaded(axes)[1])
    assert [shaded(axes) for axes in (order, equal, gap)] == [(0, 0.1), (-0.5, 0.5), (0, 0.1)]


def test_rows_say_which_minus_which_and_the_verdict(figure):
    assert [axes.get_ylabel() for axes in panels(figure)] == [
        "slow minus fast,\ntest error (points), order",
        "even minus fast,\ntest error (points), equal",
        "test error minus\ntraining error (points), order",
        "slow minus fast,\ntest error (points), of 2 pairs, order",
        "test error (points) minus\nmean of epochs 1-2, equal",
    ]
    assert [axes.texts[0].get_text() for axes in panels(figure)] == ["reproduced"] * 5


def test_the_title_counts_verdicts_and_the_caption_says_what_is_drawn(figure):
    title, caption = words(figure)
    assert title == "Of 5 published orders and equalities: 5 reproduced"
    assert "n = 120 seeds." in caption and "Shaded: differences that count as none." in caption


def test_without_orders_or_evidence_there_is_no_figure():
    empty = Tables({})
    assert paired_differences_figure(judge_all([ORDER, EQUAL], empty), empty) is None


def test_the_slack_of_an_order_is_shaded_where_it_lies():
    """Even may be half a point above fast: the shade ends at 0, and the caption says that within it the order holds."""
    slack = Order(id="F", pairs=(pair("even", "fast"),), slack=0.5, slack_reason="made up", **COMMON)
    evidence = tables()
    figure = paired_differences_figure(judge_all([ORDER, slack], evidence), evidence)
    order, with_slack = panels(figure)
    assert shaded(with_slack) == (-0.5, 0) and shaded(order)[0] == 0
    assert with_slack.get_ylabel() == "fast minus even,\ntest error (points), order with slack"
    assert with_slack.texts[0].get_text() == "reproduced"
    caption = words(figure)[1]
    assert "; an order with slack holds right of the shade's left end, and fails left of it." in caption
    plain = paired_differences_figure(judge_all([ORDER], evidence), evidence)
    assert "slack" not in words(plain)[1]


@pytest.mark.parametrize(
    ("claims", "rules"),
    [
        (
            [ORDER],
            "An order holds where the line is right of 0, else it fails where the line is left of the shade's right end.",
        ),
        ([EQUAL], "An equality holds within the shade, and fails outside."),
    ],
)
def test_the_caption_has_the_rules_of_the_rows_that_are_shown(claims, rules):
    """As `judge_order` and `judge_equal` have them: a difference of 0.05 +- 0.02 is an order though the shade ends at 0.1."""
    evidence = tables()
    caption = words(paired_differences_figure(judge_all(claims, evidence), evidence))[1]
    assert f"Shaded: differences that count as none. {rules} The tests of a report are adjusted for their number:" in caption
    small = Order(id="G", pairs=(pair("fast", "even"),), **COMMON)
    row = panels(paired_differences_figure(judge_all([small], evidence), evidence))[0]
    assert 0 < interval(row)[0] < interval(row)[1] < shaded(row)[1]
    assert row.texts[0].get_text() == "reproduced"


def test_a_row_says_where_signs_decide_and_what_a_share_of_runs_is():
    evidence = tables()
    table = evidence.histories["made-up"]
    lost = (table["arm"] == "slow") & (table["seed"] < 9) & (table["epoch"] > 0)
    table.loc[lost, [column for column in table if column.endswith(("_loss", "_error"))]] = np.nan
    shares = Pair(Quantity("fast", "test_error", DIVERGES), Quantity("slow", "test_error", DIVERGES))
    claims = [ORDER, EQUAL, Order(id="H", pairs=(shares,), **COMMON), Shape(id="I", pairs=(pair("fast", "even"),), **COMMON)]
    figure = paired_differences_figure(judge_all(claims, evidence), evidence)
    assert [axes.get_ylabel() for axes in panels(figure)] == [
        "slow minus fast,\ntest error (points), order by signs",
        "even minus fast,\ntest error (points), equal",
        "slow minus fast,\nshare of runs that diverge (points), order",
        "even minus fast,\ntest error (points), order",
    ]
    assert "paired by seed, the median where runs diverged and rank worst (by signs); line: " in words(figure)[1]


@pytest.mark.parametrize(("lost", "ends"), [(0, "inside"), (20, "inside"), (57, "beyond")])
def test_where_runs_diverged_the_caption_says_that_dots_are_medians(lost: int, ends: str):
    """Of 120 differences of 2 so many are infinite: their median is 2; near half of them, the interval has no upper end."""
    extra = {("made-up", "fast", "test_error"): pd.Series(np.linspace(3.9, 4.1, SEEDS))}
    extra["made-up", "slow", "test_error"] = pd.Series(np.where(np.arange(SEEDS) < lost, np.nan, np.linspace(5.8, 6.2, SEEDS)))
    evidence = Tables(extra=extra)
    drawn = paired_differences_figure(judge_all([ORDER], evidence), evidence)
    (axes,) = panels(drawn)
    ranked = np.where(np.arange(SEEDS) < lost, np.inf, np.linspace(1.9, 2.1, SEEDS))
    assert dot(axes) == pytest.approx(np.median(ranked))
    assert ("the median where runs diverged and rank worst" in " ".join(" ".join(words(drawn)).split())) == (lost > 0)
    low, high = interval(axes)
    assert low < dot(axes) < high and np.isfinite([low, high]).all()
    assert (high > axes.get_xlim()[1]) == (ends == "beyond")
