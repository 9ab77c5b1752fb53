"""What is said of arms that were given seeds until they were decided, on made-up histories of known differences."""

import dataclasses

import numpy as np
import pytest

from experiments.analysis.decisions import Decisions, compare_arms
from experiments.analysis.ranking import Ranking
from experiments.config.stopping import UntilDecided
from tests.experiments.analysis.test_deciding import ROUNDS, history, noise
from tests.experiments.madeup import study_of

BASE = 0.1 + noise(9)
LOW, HIGH, SAME, UNCLEAR = noise(1) - 0.05, noise(2) + 0.05, 0.1 * noise(3), 4 * noise(4) + 0.008


def decisions(metric: str = "test_error", robust: bool = False, margin: float = 1.0, **differences: np.ndarray) -> Decisions:
    """Of arms that end so far above the first one, whose mean is 0.1."""
    values = {"first": BASE, **{arm: BASE + difference for arm, difference in differences.items()}}
    study = dataclasses.replace(study_of(*values, rounds=ROUNDS), until=UntilDecided(margin, 400))
    found = compare_arms(
        study, history(**values).rename(columns={"test_error": metric, metric: "test_error"}), metric, robust=robust
    )
    assert isinstance(found, Decisions)
    return found


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (LOW, "Mean test error is lower with arm (4.93 %) than with first (10 %)"),
        (HIGH, "Mean test error is higher with arm (15 %) than with first (10 %)"),
        (SAME, "Mean test error is equal within 1 point with first (10 %) and arm (10 %)"),
        (UNCLEAR, "Undecided after 100 seeds: mean test error is 10 % with first and 10.6 % with arm"),
    ],
)
def test_of_two_arms_the_decision_is_said_with_both_values(difference, sentence):
    assert decisions(arm=difference).sentence() == sentence


def test_of_several_arms_each_is_held_against_the_first():
    found = decisions(a=LOW, b=HIGH, c=SAME, d=UNCLEAR, e=LOW - 0.01)
    assert found.sentence() == (
        "Mean test error against first (10 %): lower with a (4.93 %) and e (3.93 %); higher with b (15 %); "
        "equal within 1 point with c (10 %); undecided with d (10.6 %)"
    )
    assert [found.verdict(arm, "first") for arm in "abcde"] == ["lower", "higher", "equal", "undecided", "lower"]
    assert found.verdict("a", "b") == found.verdict("first", "a") == "undecided"
    assert "for all arms together" in found.note() and "together" not in decisions(a=LOW).note()


def test_of_many_arms_only_their_number_is_named():
    assert "lower with 7 arms" in decisions(**dict.fromkeys("abcdefg", LOW)).sentence()


def test_where_trials_diverged_signs_decide_and_no_mean_is_shown_beside_them():
    """Nine of ten seeds lower, each tenth diverged: the mean over the others would leave the worst out."""
    lost = LOW.copy()
    lost[::10] = np.nan
    found = decisions(arm=lost)
    assert found.sentence() == "Test error is lower with arm (in 90 % of seeds) than with first"
    assert "by a sign test, diverged runs ranking worst," in found.note()
    mostly = HIGH.copy()
    mostly[::2] = np.nan
    assert decisions(arm=mostly).sentence() == "Test error is higher with arm (in 100 % of seeds) than with first"


def test_what_was_decided_and_has_turned_since_shows_no_value_that_denies_it():
    turned = np.where(np.arange(ROUNDS) < 40, -0.05, 0.05) + noise(1)
    assert "is lower with arm (decided at 40 rounds) than" in decisions(arm=turned).sentence()


def test_losses_are_never_equal_within_a_margin_of_errors():
    """A margin of 50 points makes errors equal; of losses it says nothing."""
    assert decisions(arm=LOW, margin=50.0).verdict("arm", "first") == "equal"
    assert (
        decisions("test_loss", arm=LOW, margin=50.0).sentence()
        == "Mean test loss is lower with arm (0.0493) than with first (0.1)"
    )


def test_losses_that_single_trials_hold_far_up_are_decided_by_signs():
    far = LOW.copy()
    far[::10] = 1e6
    assert decisions("test_loss", arm=far).verdict("arm", "first") == "higher"
    assert (
        decisions("test_loss", robust=True, arm=far).sentence()
        == "Test loss is lower with arm (in 90 % of seeds) than with first"
    )


def test_where_no_rule_stopped_the_study_the_test_for_its_number_of_seeds_speaks():
    study = study_of("first", "arm", rounds=ROUNDS)
    assert isinstance(compare_arms(study, history(first=BASE, arm=BASE + LOW), "test_error"), Ranking)


def test_nothing_is_decided_where_every_trial_diverged():
    nothing = np.full(ROUNDS, np.nan)
    study = dataclasses.replace(study_of("first", "arm", rounds=ROUNDS), until=UntilDecided(1.0, 400))
    assert compare_arms(study, history(first=nothing, arm=nothing), "test_error").sentence() == "Every trial diverged"
