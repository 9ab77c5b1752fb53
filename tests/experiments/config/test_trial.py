"""The settings of a trial: what None stands for, and what makes two trials the same."""

import pytest

from experiments.config.settings import OPTIMIZERS, SettingError
from experiments.config.trial import PER_TRIAL, TrialConfig, config_from_dict, parse_setting


def test_defaults_are_written_out_for_each_optimizer():
    for name, numbers in OPTIMIZERS.items():
        resolved = TrialConfig(optimizer=name).resolve()
        assert TrialConfig(optimizer=name).optimizer_numbers() == numbers
        assert resolved.resolve() == resolved
    assert TrialConfig().resolve().out == "tanh" and TrialConfig().resolve().targets == "pm1"
    entropy = TrialConfig(loss="cross-entropy").resolve()
    assert (entropy.out, entropy.targets) == ("none", "onehot")
    assert TrialConfig(hidden=(3, 4)).resolve().act == ("relu", "relu")


def test_the_same_trial_has_the_same_key_however_it_is_written():
    explicit = TrialConfig(lr=0.1, momentum=0.0, act=("relu",) * 3, out="tanh", targets="pm1", dropout=(0.0,) * 3)
    assert explicit.key() == TrialConfig().key()
    assert explicit.differences(TrialConfig()) == {}
    for change in ({"lr": 0.2}, {"hidden": (25, 25)}, {"seeds_per_data_set": 2}, {"dtype": "float64"}, {"record_steps": True}):
        assert TrialConfig(**change).key() != TrialConfig().key()
        assert TrialConfig(**change).differences(TrialConfig())


@pytest.mark.parametrize(
    "config", [TrialConfig(), TrialConfig(optimizer="adam", beta1=0.8, hidden=(1,)), TrialConfig(loss="cross-entropy")]
)
def test_what_is_written_down_can_be_read_again(config):
    assert config_from_dict(config.to_dict()).key() == config.key()


def test_what_may_differ_inside_a_stack():
    base = TrialConfig()
    for change in ({"lr": 0.3}, {"dropout": (0.5,)}, {"momentum": 0.9}, {"init": "he_normal"}, {"scale": "center"}):
        assert change.keys() <= PER_TRIAL
        assert base.replace(**change).structure() == base.structure()
    for change in (
        {"hidden": (25,)},
        {"act": ("tanh",)},
        {"batch_size": 5},
        {"epochs": 3},
        {"optimizer": "adam"},
        {"dtype": "float64"},
    ):
        assert base.replace(**change).structure() != base.structure()


def test_an_unknown_setting_is_named_with_its_neighbour():
    with pytest.raises(SettingError, match=r"there is no such setting \(did you mean momentum\?\)"):
        parse_setting("momentun", "0.9")
