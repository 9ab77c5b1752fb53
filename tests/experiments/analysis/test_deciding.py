"""What is decided at which look, on made-up histories of known differences."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.deciding import decide, ranked_differences
from experiments.analysis.tables import COLUMNS
from experiments.config.stopping import UntilDecided
from experiments.statistics.sequential import compare_so_far
from tests.experiments.madeup import study_of

RULE = UntilDecided(margin=1.0, max_rounds=400)
ROUNDS = 100


def history(**errors: np.ndarray) -> pd.DataFrame:
    """Final test errors by seed, as fractions."""
    parts = [
        pd.DataFrame({"arm": arm, "seed": range(len(values)), "epoch": 1, "test_error": values})
        for arm, values in errors.items()
    ]
    return pd.concat(parts, ignore_index=True).reindex(columns=list(COLUMNS))


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.01, ROUNDS)


def decided(rounds: int = ROUNDS, rule: UntilDecided = RULE, **errors: np.ndarray) -> pd.DataFrame:
    base = 0.1 + noise(9)
    arms = {"first": base, **{arm: base + values for arm, values in errors.items()}}
    table = history(**{arm: values[:rounds] for arm, values in arms.items()})
    return decide(study_of(*arms, rounds=rounds), table, "test_error", rule).set_index("arm")


def test_lower_higher_equal_and_not_yet_with_the_look_that_decided():
    found = decided(low=noise(1) - 0.05, high=noise(2) + 0.05, same=0.1 * noise(3), unclear=4 * noise(4) + 0.008)
    assert found["verdict"].tolist() == ["lower", "higher", "equal", "undecided"]
    assert found["decided_at"].tolist()[:3] == [40, 40, 40] and np.isnan(found.loc["unclear", "decided_at"])
    assert found.loc["low", "lower"] == 1.0 and found["units"].tolist() == [ROUNDS] * 4


def test_the_chance_to_err_is_shared_among_the_arms():
    """The same differences with two arms: each has half of 0.05."""
    one, two = decided(a=noise(1)), decided(a=noise(1), b=noise(2))
    base = 0.1 + noise(9)
    differences = (base + noise(1)) - base
    for found, alpha in ((one, 0.05), (two, 0.025)):
        expected = compare_so_far(differences, 0.01, alpha)
        assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([expected.low, expected.high])


def test_what_is_decided_at_a_look_stays_decided():
    """Forty seeds far apart, then sixty that are as far the other way."""
    turned = np.where(np.arange(ROUNDS) < 40, -0.05, 0.05) + noise(1)
    found = decided(a=turned)
    assert (found.loc["a", "verdict"], found.loc["a", "decided_at"]) == ("lower", 40)
    assert found.loc["a", "mean"] > 0


def test_nothing_is_decided_before_the_first_look():
    assert decided(rounds=39, a=noise(1) - 0.05).loc["a", "verdict"] == "undecided"


def test_diverged_runs_rank_worst():
    lost = noise(1) - 0.0005
    lost[::2] = np.nan
    found = decided(a=lost)
    assert found.loc["a", "diverged"] == ROUNDS // 2
    assert found.loc["a", "lower"] < 0.5 and np.isnan(found.loc["a", "low"])


def test_differences_are_infinite_where_one_side_diverged():
    table = history(a=np.array([0.1, np.nan, 0.3, np.nan]), b=np.array([0.2, 0.2, np.nan, np.nan]))
    assert ranked_differences(table, "a", "b", "test_error").tolist() == pytest.approx([0.1, -np.inf, np.inf, 0.0])
