"""Settings that are refused, each by its name."""

import math

import pytest

from experiments.config.settings import SettingError
from experiments.config.trial import TrialConfig
from tests.experiments.training.trained import SMALL


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("hidden", ()),
        ("hidden", (0,)),
        ("hidden", (2.5,)),
        ("hidden", 25),
        ("act", ("relu", "tanh")),
        ("out", "relu"),
        ("dropout", (1.0,)),
        ("dropout", (math.nan,)),
        ("lr", -0.1),
        ("lr", math.inf),
        ("lr", "0.1"),
        ("momentum", 1),
        ("epochs", 0),
        ("epochs", True),
        ("batch_size", 1001),
        ("train_size", 0),
        ("shuffle", 1),
        ("lr_decay_epoch", 0),
        ("init_scale", -1),
        ("device", "tpu"),
        ("engine", "jax"),
        ("beta1", 0.9),
        ("nesterov", True),
        ("targets", "two"),
        ("seeds_per_data_set", 0),
    ],
)
def test_what_is_not_allowed_is_named(setting, value):
    with pytest.raises(SettingError) as caught:
        TrialConfig(**{setting: value})
    assert caught.value.setting == setting


@pytest.mark.parametrize("settings", [{"dropout": (0.1,)}, {"act": ("sigmoid",)}, {"out": "sigmoid", "targets": "binary"}])
def test_what_vmap_cannot_keep_apart_is_refused(settings):
    with pytest.raises(SettingError, match="vmapped trial"):
        SMALL.replace(engine="vmap", **settings)


def test_an_unknown_engine_is_refused():
    with pytest.raises(SettingError, match="engine"):
        SMALL.replace(engine="jax")
