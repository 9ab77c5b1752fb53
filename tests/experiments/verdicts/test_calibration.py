"""The judge judged on made-up values: the truth put in is the truth counted by."""

import numpy as np
import pytest

from experiments.claims.outcome import Outcome
from experiments.verdicts import calibration
from experiments.verdicts.calibration import OURS, STUDY, THEIRS, VERDICTS, Situation, calibrate, made_up

DRAWN = np.random.default_rng(3)
SINGLE = (5 + DRAWN.standard_normal(400)).reshape(-1, 1)
CLUSTERED = 5 + DRAWN.standard_normal((40, 1)) + 0.5 * DRAWN.standard_normal((40, 6))


def test_our_half_and_the_reports_have_no_trial_in_common():
    _, evidence = made_up(Situation("order", 0), SINGLE, np.random.default_rng(0))
    halves = [set(evidence.extra[STUDY, name, "test_error"]) for name in (OURS, THEIRS)]
    assert [len(half) for half in halves] == [200, 200] and not halves[0] & halves[1]


def test_seeds_that_share_a_data_set_stay_together():
    claim, evidence = made_up(Situation("value", 2, 6, "clustered"), CLUSTERED, np.random.default_rng(0))
    ours = evidence.extra[STUDY, OURS, "test_error"].to_numpy().reshape(-1, 6)
    assert {tuple(row) for row in ours} <= {tuple(row) for row in CLUSTERED}
    assert evidence.seeds_per_data_set[STUDY] == 6
    means = {round(row.mean() + 2 * 0.15 * CLUSTERED.mean(), 2) for row in CLUSTERED}
    assert claim.published in means and claim.margin == pytest.approx(0.15 * CLUSTERED.mean())


def test_runs_diverge_on_both_sides():
    _, evidence = made_up(Situation("order", 1, case="diverging"), SINGLE, np.random.default_rng(0))
    lost = [evidence.extra[STUDY, name, "test_error"].isna().mean() for name in (OURS, THEIRS)]
    assert all(0.04 < share < 0.22 for share in lost)


@pytest.mark.parametrize(
    ("kind", "shift", "wrong"),
    [
        ("value", 0, {Outcome.NOT_REPRODUCED}),
        ("value", 1, set()),
        ("value", 2, {Outcome.REPRODUCED, Outcome.SMALL_OFFSET}),
        ("order", 0, {Outcome.REPRODUCED, Outcome.SMALL_OFFSET}),
        ("order", 0.5, {Outcome.NOT_REPRODUCED}),
        ("equal", 0.5, {Outcome.NOT_REPRODUCED}),
        ("equal", 1, {Outcome.REPRODUCED, Outcome.SMALL_OFFSET}),
    ],
)
def test_a_verdict_is_wrong_where_it_contradicts_the_truth(kind, shift, wrong):
    assert {outcome for outcome in Outcome if Situation(kind, shift).is_wrong(outcome)} == wrong


def test_what_is_clear_is_decided_rightly_and_a_judge_that_errs_is_caught(monkeypatch):
    clear = (Situation("value", 3, 100), Situation("order", 2), Situation("equal", 0), Situation("equal", 2, case="clustered"))
    table = calibrate(SINGLE, CLUSTERED, 3, situations=clear)
    assert list(table["not reproduced"]) == [1, 0, 0, 1] and list(table["reproduced"]) == [0, 1, 1, 0]
    assert (table["wrong"] == 0).all() and (table[[str(verdict) for verdict in VERDICTS]].sum(axis=1) == 1).all()
    honest = calibration.judge

    def turned(claim, evidence):
        verdict = honest(claim, evidence)
        said = Outcome.NOT_REPRODUCED if verdict.outcome is Outcome.REPRODUCED else Outcome.REPRODUCED
        return type("Verdict", (), {"outcome": said})

    monkeypatch.setattr(calibration, "judge", turned)
    assert (calibrate(SINGLE, CLUSTERED, 2, situations=clear)["wrong"] == 1).all()


def test_too_few_trials_are_refused():
    with pytest.raises(ValueError, match="150 trials are too few: each half needs 100"):
        calibrate(SINGLE[:150], CLUSTERED, 1)
