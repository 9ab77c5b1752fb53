"""Claims about one study on one data set, on made-up data sets of known spread and differences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.claims.kinds import Deviation, Insignificant, Value
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import Quantity
from experiments.claims.wording import published_number, statement
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge

STATED = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "s", "id": "x"}
RUNS, SETS = 10, 40
ARMS = tuple(Quantity(name, "test_error") for name in "abc")


def runs(mean: float, deviation: float, seed: int, sets: int = SETS) -> pd.Series:
    """Ten runs on each data set, whose own mean moves by three points: that is between studies, not within one."""
    random = np.random.default_rng(seed)
    of_set = np.repeat(3 * np.random.default_rng(99).normal(size=sets), RUNS)
    return pd.Series(mean + of_set + random.normal(0, deviation, sets * RUNS))


def evidence(**arms: pd.Series) -> Tables:
    extra = {("s", arm, "test_error"): values for arm, values in arms.items()}
    return Tables(extra=extra, seeds_per_data_set={"s": RUNS})


def deviation(published: float) -> Deviation:
    return Deviation(**STATED, quantity=ARMS[0], published=published, n=RUNS)


@pytest.mark.parametrize(
    ("published", "expected"),
    [(1.0, Outcome.REPRODUCED), (0.3, Outcome.NOT_REPRODUCED), (2.2, Outcome.NOT_REPRODUCED)],
)
def test_a_printed_deviation_is_that_within_a_data_set(published: float, expected: Outcome) -> None:
    """Between data sets the means scatter by three: a deviation over all runs would be 3.2."""
    values = runs(5.0, 1.0, 1)
    verdict = judge(deviation(published), evidence(a=values))
    within = values.to_numpy().reshape(SETS, RUNS).std(axis=1, ddof=1)
    assert verdict.outcome == expected
    assert (verdict.ours, verdict.seeds) == (pytest.approx(within.mean()), SETS * RUNS)
    assert within.min() - 1e-9 <= verdict.prediction_low < within.mean() < verdict.prediction_high <= within.max() + 1e-9


@pytest.mark.parametrize("sets", [20, 38, 39])
@pytest.mark.parametrize("published", [1.0, 9.0])
def test_too_few_data_sets_do_not_say_where_another_study_falls(sets: int, published: float) -> None:
    """Below all of k lies one more with probability 1 / (k + 1), twice which is 5 % at 39."""
    verdict = judge(deviation(published), evidence(a=runs(5.0, 1.0, 1, sets)))
    known = sets == 39
    assert np.isnan([verdict.prediction_low, verdict.prediction_high]).any() != known
    expected = {1.0: Outcome.REPRODUCED, 9.0: Outcome.NOT_REPRODUCED}[published] if known else Outcome.UNDECIDED
    assert (verdict.outcome, verdict.needed.half) == (expected, None if known else 39 * RUNS)
    assert ("fewer than 39" in verdict.detail) != known
    assert verdict.share == pytest.approx(2 / (sets + 1)) if published == 9 else verdict.share > 0.5


def test_a_value_of_a_study_on_one_data_set_needs_39_of_them_as_well() -> None:
    claim = Value(**STATED, quantity=ARMS[0], published=99.0, n=RUNS)
    few, enough = (judge(claim, evidence(a=runs(5.0, 1.0, 1, sets))) for sets in (30, 40))
    assert (few.outcome, few.needed) == (Outcome.UNDECIDED, (39 * RUNS, 39 * RUNS))
    assert (enough.outcome, enough.share) == (Outcome.NOT_REPRODUCED, pytest.approx(2 / 41))
    assert enough.detail.startswith("99 lies outside")


def test_a_deviation_allows_twice_what_chance_makes_of_so_few_runs() -> None:
    margin, reason = deviation(1.0).allowed()
    assert margin == pytest.approx(2 / np.sqrt(18)) and "10 normal runs" in reason
    assert deviation(0.0).allowed()[0] == 0.005, "as far as it is printed"
    assert statement(deviation(0.5)) == "deviation within 0.24 of 0.5" and published_number(deviation(0.5)) == 0.5


def test_data_sets_with_a_diverged_or_missing_run_are_no_studies() -> None:
    values = runs(5.0, 1.0, 1)
    values.iloc[3], values = np.nan, values
    verdict = judge(deviation(1.0), evidence(a=values.iloc[:-4]))
    assert verdict.seeds == (SETS - 2) * RUNS


def insignificant(at_least: int = 2, printed: tuple[tuple[float, float], ...] = ()) -> Insignificant:
    return Insignificant(**STATED, arms=ARMS, n=RUNS, at_least=at_least, printed=printed)


@pytest.mark.parametrize(
    ("shift", "expected"), [(0.0, Outcome.REPRODUCED), (0.2, Outcome.REPRODUCED), (3.0, Outcome.NOT_REPRODUCED)]
)
def test_most_pairs_without_a_significant_difference_in_most_studies(shift: float, expected: Outcome) -> None:
    """An arm a fifth of a deviation off differs, but ten runs don't show it; at three deviations two of three pairs do."""
    arms = {"a": runs(5.0, 1.0, 1), "b": runs(5.0, 1.0, 2), "c": runs(5.0 + shift, 1.0, 3)}
    verdict = judge(insignificant(), evidence(**arms))
    tables = {arm: values.to_numpy().reshape(SETS, RUNS) for arm, values in arms.items()}
    pairs = (("a", "b"), ("a", "c"), ("b", "c"))
    p = np.array([stats.ttest_ind(tables[x], tables[y], axis=1, equal_var=False).pvalue for x, y in pairs])
    shown = 100 * ((p > 0.05).sum(0) >= 2).mean()
    assert (verdict.outcome, verdict.ours, verdict.seeds) == (expected, pytest.approx(shown), SETS * RUNS)


def test_the_printed_table_is_held_to_its_own_sentence() -> None:
    """Printed 5 +- 1, 5.2 +- 1 and 9 +- 1 over ten runs: the third is far from both."""
    claim = insignificant(printed=((5.0, 1.0), (5.2, 1.0), (9.0, 1.0)))
    same = {arm: runs(5.0, 1.0, seed) for seed, arm in enumerate("abc")}
    detail = judge(claim, evidence(**same)).detail
    assert detail == "our studies find nothing in 3 of 3 pairs (median); the printed means and deviations themselves in 1"
    assert statement(claim) == "p above 0.05 in 2 of 3 pairs, in most studies of 10"


def test_what_was_not_run_or_is_too_little_is_undecided() -> None:
    for claim in (insignificant(), deviation(1.0)):
        assert judge(claim, Tables()).detail == "not run"
        few = evidence(**{arm: runs(5.0, 1.0, 1, sets=5) for arm in "abc"})
        assert judge(claim, few).outcome == Outcome.UNDECIDED
