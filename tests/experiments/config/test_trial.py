"""The settings of a trial: what None stands for, and what makes two trials the same."""

import dataclasses
import json

import pytest

from experiments.config.setting_types import Integer, Number, Switch
from experiments.config.settings import OPTIMIZERS, SettingError, setting
from experiments.config.trial import PER_TRIAL, TrialConfig, config_from_dict, parse_setting
from tests.experiments import own_layers


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


@dataclasses.dataclass(frozen=True)
class Grown(TrialConfig):
    """Settings to which three were added."""

    smoothing: float = setting(0.0, Number(0, 1), "Objective", "Added later.", added_later=True)
    schedule: tuple[str, ...] | None = setting(None, Switch(), "Optimiser", "Added later.", "none", added_later=True)
    always: int = setting(3, Integer(1), "Training", "Added, but not marked as later.")


@pytest.mark.parametrize("settings", [{}, {"optimizer": "adam", "lr": 0.5}, {"loss": "cross-entropy", "hidden": (3, 4)}])
def test_a_setting_added_later_changes_no_key_at_its_default(settings):
    before = TrialConfig(**settings)
    later = {name: value for name, value in Grown(**settings).to_dict().items() if name != "always"}
    assert later == before.to_dict()
    assert json.loads(Grown(**settings).key()) == json.loads(before.key()) | {"always": 3}
    assert json.loads(Grown(**settings).structure()) == json.loads(before.structure()) | {"always": 3}


def test_a_setting_added_later_counts_away_from_its_default():
    plain, smooth, scheduled = Grown(), Grown(smoothing=0.1), Grown(schedule=("warm",))
    assert len({plain.key(), smooth.key(), scheduled.key()}) == 3
    assert len({plain.structure(), smooth.structure(), scheduled.structure()}) == 3
    assert json.loads(smooth.key())["smoothing"] == 0.1
    assert smooth.differences(plain) == {"smoothing": 0.1} and plain.differences(smooth) == {"smoothing": 0.0}
    assert Grown(**smooth.to_dict()).key() == smooth.key() and Grown(**plain.to_dict()).key() == plain.key()


@pytest.mark.parametrize(("together", "data_sets"), [(1, [0, 1, 2, 3, 4, 5]), (3, [0, 0, 0, 1, 1, 1]), (4, [0, 0, 0, 0, 1, 1])])
def test_consecutive_seeds_share_a_data_set(together, data_sets):
    assert [TrialConfig(seeds_per_data_set=together).data_set(seed) for seed in range(6)] == data_sets


@pytest.mark.parametrize(("size", "batch", "steps"), [(1000, 10, 100), (24, 8, 3), (25, 8, 4), (7, 7, 1), (7, 1, 7)])
def test_the_last_batch_of_an_epoch_may_be_a_smaller_one(size, batch, steps):
    assert TrialConfig(train_size=size, batch_size=batch).steps_per_epoch == steps


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


def test_code_of_ones_own_is_trained_by_the_stack_unless_another_engine_is_asked_for():
    own = {"act": (f"{own_layers.__file__}:Leaky",)}
    assert (TrialConfig().engine, TrialConfig(**own).engine, TrialConfig().replace(**own).engine) == (
        "compiled",
        "stack",
        "stack",
    )
    assert TrialConfig(**own).replace(act=("relu",)).engine == "compiled"
    assert TrialConfig(**own).replace(lr=0.5).engine == "stack"
    assert TrialConfig(engine="single").replace(**own).engine == "single"
    for refused in (lambda: TrialConfig(engine="compiled", **own), lambda: TrialConfig().replace(engine="compiled", **own)):
        with pytest.raises(
            SettingError, match=r"act: .*:Leaky trains with the engines stack and single; the engine compiled knows "
        ):
            refused()


def test_layers_are_not_described_beside_a_network_of_ones_own():
    network = f"{own_layers.__file__}:build"
    assert TrialConfig(model=network).resolve().act == ("relu",)
    for given in ({"hidden": (3,)}, {"act": ("tanh",)}, {"out": "tanh"}, {"init_scale": 2.0}):
        with pytest.raises(SettingError, match=f"{next(iter(given))}: belongs to the layers that .*:build replaces"):
            TrialConfig(model=network, **given)
