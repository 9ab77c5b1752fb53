"""Which arms are told apart, from made-up final errors."""

import math

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.ranking import Ranking, paired_table, rank_arms
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from tests.experiments.madeup import study_of


def table_of(errors: dict[str, list[float]], metric: str = "test_error") -> pd.DataFrame:
    rows = [(arm, seed, 1, error) for arm, values in errors.items() for seed, error in enumerate(values)]
    return pd.DataFrame(rows, columns=["arm", "seed", "epoch", metric])


def ranked(errors: dict[str, list[float]], *, robust: bool = False, metric: str = "test_error", **settings) -> Ranking:
    study = study_of(*errors, rounds=len(next(iter(errors.values()))), **settings)
    return rank_arms(study, table_of(errors, metric), metric, robust=robust)


STEP = [0.01, -0.01] * 3
# Differences from `low` scatter by 0.01: `near` by chance, `far` beyond all doubt.
LOW, NEAR, FAR = [0.1] * 6, [0.101 + step for step in STEP], [0.3 + step for step in STEP]


def test_each_pair_has_students_p_adjusted_for_all_pairs():
    """Two degrees of freedom would do for the formula; six seeds have five: P(|T| > t) by numerical integration."""
    found = ranked({"low": LOW, "near": NEAR, "far": FAR})
    deviation = math.sqrt(6 / 5) * 0.01

    def p(mean: float) -> float:
        t = np.linspace(0, mean / deviation * math.sqrt(6), 200_001)
        density = math.gamma(3) / (math.sqrt(5 * math.pi) * math.gamma(2.5)) * (1 + t**2 / 5) ** -3
        return 1 - 2 * float(np.trapezoid(density, t))

    assert found.p["near", "low"] == found.p["low", "near"] == pytest.approx(p(0.001))
    # The difference of `far` and `near` has no scatter, so it is the smallest of the three; then that of `far` and `low`.
    assert found.p["far", "near"] == pytest.approx(0, abs=1e-12)
    assert found.p["far", "low"] == pytest.approx(2 * p(0.2), rel=1e-3)


def test_every_arm_that_is_not_told_apart_from_the_best_is_named():
    found = ranked({"far": FAR, "low": LOW, "near": NEAR, "between": [value + 0.0005 for value in NEAR]})
    assert list(found.centres) == ["low", "near", "between", "far"]
    assert (found.best, found.worst, found.tied) == ("low", "far", ["near", "between"])
    assert found.sentence() == (
        "Mean test error ends lowest with low (10 %), not told apart from near and between; highest with far (30 %)"
    )
    assert found.note() == (
        " Not told apart: p is 0.05 or more in a t test of the paired differences, adjusted for all pairs of arms."
    )
    assert found.unclear


def test_where_all_arms_are_told_apart_from_the_best_only_two_are_named():
    farther = [value + 0.1 for value in FAR]
    found = ranked({"far": FAR, "farther": farther, "low": LOW})
    assert found.sentence() == "Mean test error ends lowest with low (10 %) and highest with farther (40 %)"
    assert found.note() == "" and not found.unclear and not found.tied


def test_of_two_arms_it_says_how_far_they_end_apart():
    """So that a title beside "equal within half a point" says how small the difference is that the seeds do show."""
    found = ranked({"far": [value + 0.0012 for value in LOW], "low": LOW})
    assert found.sentence() == "Mean test error ends 0.12 points lower with low (10 %) than with far (10.1 %)"
    found = ranked({"far": FAR, "low": LOW})
    assert found.sentence() == "Mean test error ends 20 points lower with low (10 %) than with far (30 %)"
    assert found.note() == "" and not found.unclear and not found.tied


def test_where_no_arm_is_told_apart_there_is_no_winner():
    found = ranked({"near": NEAR, "low": LOW})
    assert found.sentence() == "No clear difference: mean test error ends between 10 % (low) and 10.1 % (near)"
    assert found.unclear
    assert found.note().startswith(" No clear difference: p is 0.05 or more in a t test of the paired differences")


def test_many_ties_are_counted_and_named_below():
    names = [f"n{k}" for k in range(7)]
    found = ranked({"low": LOW, **{name: [value + 1e-5 * k for value in NEAR] for k, name in enumerate(names)}, "far": FAR})
    assert "ends lowest with low (10 %), not told apart from 7 of 8 others; highest" in found.sentence()
    assert found.note().startswith(" Not told apart from low: n0, n1, n2, n3, n4, n5 and n6. Not told apart: p is")


def test_arms_that_end_alike_have_one_value():
    assert ranked({"a": LOW, "b": LOW, "c": LOW}).sentence() == "Mean test error ends at 10 % with every arm"
    assert ranked({"a": LOW, "b": LOW}).sentence() == "Mean test error ends at 10 % with both arms"
    assert ranked({"a": LOW, "b": LOW}).note() == ""
    assert ranked({"a": LOW}).sentence() == "Mean test error ends at 10 % with a"
    assert ranked({"a": [math.nan] * 6}).sentence() == "Every trial diverged"


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_below_six_seeds_nothing_is_ranked(rounds):
    found = ranked({"low": LOW[:rounds], "far": FAR[:rounds]})
    assert found.sentence() == (
        f"Too few seeds to rank arms ({rounds} of at least 6): mean test error ends between 10 % (low) and "
        f"{100 * np.mean(FAR[:rounds]):.3g} % (far)"
    )
    assert found.verdict("far", "low") == "too few seeds" and not found.unclear and found.note() == ""
    assert "Too few" not in ranked({"low": LOW, "far": FAR}).sentence()


def test_seeds_that_share_a_data_set_count_once():
    errors = {"low": LOW * 4, "far": FAR * 4}
    assert ranked(errors, seeds_per_data_set=5).sentence().startswith("Too few data sets to rank arms (5 of at least 6): ")
    assert ranked(errors, seeds_per_data_set=4).verdict("far", "low") == "higher"
    clustered = [0.1 + 0.01 * (1, 1, 1, -1, -1, -1, 1, -1)[k // 3] + 0.004 for k in range(24)]
    assert ranked({"low": [0.1] * 24, "far": clustered}).verdict("far", "low") == "not told apart"
    found = ranked({"low": [0.1] * 24, "far": [value + 0.003 for value in clustered]}, seeds_per_data_set=3)
    assert found.verdict("far", "low") == "not told apart" and "of the paired differences of data sets," in found.note()
    alone = ranked({"low": [0.1] * 24, "far": [value + 0.003 for value in clustered]})
    assert alone.verdict("far", "low") == "higher"


def test_verdicts_have_the_direction_of_the_paired_difference():
    found = ranked({"low": LOW, "near": NEAR, "far": FAR})
    assert found.verdict("low", "far") == "lower" and found.verdict("far", "low") == "higher"
    assert found.verdict("near", "low") == found.verdict("low", "near") == "not told apart"
    assert found.verdict("low", "unknown") == "too few seeds"


def test_medians_and_signs_where_single_trials_go_astray():
    losses = {"low": [1.0] * 7, "astray": [2.0, 2, 2, 2, 2, 2, 1e200]}
    found = ranked(losses, robust=True, metric="test_loss")
    assert found.centres == {"low": 1.0, "astray": 2.0} and found.p["low", "astray"] == pytest.approx(2 / 2**7)
    assert found.sentence() == "Median test loss ends 1 lower with low (1) than with astray (2)"
    close = ranked({"low": [1.0] * 6, "b": [2.0, 2, 2, 0.5, 2, 2]}, robust=True, metric="train_loss")
    assert close.p["low", "b"] == pytest.approx(2 * 7 / 2**6) and "median training loss" in close.sentence()
    assert "in a sign test of" in close.note()


def test_of_arms_that_are_alike_about_one_study_in_twenty_has_a_winner():
    """Holm's rule over the differences from the best alone would give one in ten: the best is chosen by looking at all."""
    random, winners = np.random.default_rng(1), 0
    for _ in range(200):
        values = random.normal(0.1, 0.01, (5, 8))
        winners += "No clear" not in ranked(dict(zip("abcde", values.tolist(), strict=True))).sentence()
    assert 1 <= winners <= 18


def test_differences_are_paired_by_seed_and_counted():
    errors = {"a": [0.1, 0.2, 0.3, 0.4], "b": [0.1, 0.1, 0.1, np.nan]}
    study = Study("s", (Arm("a", TrialConfig()), Arm("b", TrialConfig(lr=0.2))), range(4))
    (row,) = paired_table(study, table_of(errors), "test_error").itertuples(index=False)
    assert (row.arm, row.pairs, row.verdict) == ("b", 3, "too few seeds")
    assert row.mean == pytest.approx(-0.1) and row.lower == pytest.approx(2.5 / 3)
    assert -0.2 <= row.low < row.mean < row.high <= 0


def test_the_table_of_differences_has_the_verdicts_of_the_ranking():
    errors = {"first": NEAR, "low": LOW, "far": FAR}
    table = paired_table(study_of(*errors), table_of(errors), "test_error")
    assert list(table["verdict"]) == ["not told apart", "higher"]
    assert list(table["mean"]) == pytest.approx([-0.001, 0.199]) and list(table["lower"]) == [0.5, 0]
