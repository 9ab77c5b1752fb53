"""A study whose settings are decided: its trials, and what of them is not a default."""

from __future__ import annotations

from experiments.config.study import Arm, Study, non_default
from experiments.config.trial import TrialConfig


def test_trials_come_arm_by_arm():
    study = Study("s", (Arm("a", TrialConfig()), Arm("b", TrialConfig(epochs=3))), range(2, 4))
    assert [(trial.config.epochs, trial.seed) for trial in study.trials] == [(50, 2), (50, 3), (3, 2), (3, 3)]
    assert study.arm("b").config.epochs == 3 and study.rounds == 2


def test_the_arm_where_most_seeds_share_a_data_set_decides():
    study = Study("s", tuple(Arm(str(k), TrialConfig(seeds_per_data_set=k)) for k in (1, 5, 3)), range(4))
    assert study.seeds_per_data_set == 5


def test_what_differs_from_the_defaults():
    assert non_default(TrialConfig()) == {}
    assert non_default(TrialConfig(lr=0.3, act=("tanh",))) == {"act": ("tanh",), "lr": 0.3}
