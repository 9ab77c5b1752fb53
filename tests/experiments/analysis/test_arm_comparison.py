"""Which runs are pairs, which belong together, and which test follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.arm_comparison import compare_arms
from experiments.analysis.results_table import check_table


def rows(arm: str, values, seeds=None, data="d0") -> pd.DataFrame:
    seeds = range(len(values)) if seeds is None else seeds
    return pd.DataFrame({"arm": arm, "data": data, "seed": list(seeds), "error": values})


def compare(*parts: pd.DataFrame, group: str | None = None):
    return compare_arms(check_table(pd.concat(parts, ignore_index=True), "error", "arm", "seed", group), "b", "a", group)


A, B = np.array([5.0, 6, 7, 8, 9, 10, 11, 30]), np.array([4.0, 5.5, 5, 7.5, 8, 9, 10, 30])


def test_equal_seeds_are_pairs_in_any_order():
    shuffled = rows("b", B).sample(frac=1, random_state=1)
    found = compare(rows("a", A), shuffled)
    assert (found.test, found.unit, found.difference.units, found.alone) == ("paired t", "pair", 8, [])
    assert found.difference.p() == pytest.approx(stats.ttest_rel(B, A).pvalue)
    assert (found.mean, found.reference_mean, found.lower) == (B.mean(), A.mean(), 7.5 / 8)


def test_runs_without_a_partner_dont_count_where_there_are_pairs_enough():
    found = compare(rows("a", A), rows("b", [*B[:6], 99.0], [*range(6), 77]))
    assert (found.test, found.difference.units, found.mean) == ("paired t", 6, B[:6].mean())
    assert sorted(found.alone) == [6, 7, 14]


def test_with_hardly_a_shared_seed_arms_are_two_samples():
    found = compare(rows("a", A), rows("b", B, range(5, 13)))
    assert (found.test, found.unit, found.alone) == ("Welch's t", "run", [])
    assert found.difference.p() == pytest.approx(stats.ttest_ind(B, A, equal_var=False).pvalue)
    assert found.lower == pytest.approx(np.mean([(b < a) + 0.5 * (b == a) for b in B for a in A]))


def test_groups_count_once_however_many_runs_they_have():
    """Eight runs a group that are all alike are one unit, not eight."""
    shifts = [1.0, -0.5, 0.8, 1.2, 0.3, 0.9]
    parts = [rows("a", [5.0] * 8, data=f"d{k}") for k in range(6)]
    parts += [rows("b", [5.0 - shift] * 8, data=f"d{k}") for k, shift in enumerate(shifts)]
    found = compare(*parts, group="data")
    assert (found.test, found.unit, found.difference.units) == ("clustered t", "data", 6)
    assert found.difference.p() == pytest.approx(stats.ttest_1samp(shifts, 0).pvalue)
    assert found.lower == pytest.approx(5 / 6)


def test_groups_pair_where_seeds_do_not():
    parts = [rows("a", [5.0 + k, 7.0 + k], data=f"d{k}") for k in range(7)]
    parts += [rows("b", [4.0 + k + 0.1 * k], [90 + k], data=f"d{k}") for k in range(1, 8)]
    found = compare(*parts, group="data")
    expected = [(4 + 1.1 * k) - (6 + k) for k in range(1, 7)]
    assert (found.test, found.difference.units) == ("clustered t", 6)
    assert found.difference.mean == pytest.approx(np.mean(expected))
    assert found.difference.p() == pytest.approx(stats.ttest_1samp(expected, 0).pvalue)
    assert sorted(found.alone) == [0, 1, 20]


def test_groups_that_no_other_arm_has_are_samples_of_group_means():
    parts = [rows("a", [5.0 + k, 7.0 + k], data=f"d{k}") for k in range(4)]
    parts += [rows("b", [4.0 + k, 5.0 + k], data=f"e{k}") for k in range(4)]
    found = compare(*parts, group="data")
    assert (found.test, found.unit, found.difference.units) == ("Welch's t", "data", 4)
    assert found.difference.mean == pytest.approx(-1.5)


def test_an_arm_without_a_value_has_nothing_to_compare():
    found = compare(rows("a", A), rows("b", [np.nan] * 8))
    assert found.difference.units == 0 and np.isnan([found.mean, found.difference.mean, found.lower]).all()
