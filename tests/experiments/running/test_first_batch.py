"""What a user wrote is checked on its first batch: what is right goes on, what is wrong is refused with place and number."""

from __future__ import annotations

import re

import pytest

from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.errors import UserCodeError
from experiments.running.first_batch import check_own_code
from tests.experiments import own_layers

FILE = own_layers.__file__
SMALL = TrialConfig(engine="stack", hidden=(4, 3), epochs=1, train_size=8, test_size=0, batch_size=8, dtype="float64")


def check(**settings):
    given = {name: f"{FILE}:{value}" for name, value in settings.items() if name in ("loss", "model")}
    if "act" in settings:
        given["act"] = tuple(f"{FILE}:{name}" if name[0].isupper() else name for name in settings["act"])
    base = SMALL.replace(hidden=TrialConfig().hidden) if "model" in given else SMALL
    check_own_code([Trial(base.replace(**given), seed) for seed in (3, 4)])


@pytest.mark.parametrize("act", [("Leaky",), ("Leaky", "relu"), ("tanh", "Scale"), ("Centred",)])
def test_layers_that_are_right_pass(act):
    check(act=act)


def test_a_kink_with_more_than_one_right_gradient_is_none_wrong():
    check_own_code([Trial(SMALL.replace(act=(f"{FILE}:Leaky",), init_scale=0.0), 0)])
    with pytest.raises(SettingError, match="backward of TwiceWhereNegative"):
        check_own_code([Trial(SMALL.replace(act=(f"{FILE}:TwiceWhereNegative",), init_scale=0.0), 0)])


@pytest.mark.parametrize("settings", [{"loss": "Huber"}, {"model": "build"}, {"act": ("Leaky", "Scale"), "loss": "Huber"}])
def test_losses_and_networks_that_are_right_pass(settings):
    check(**settings)


def refused(**settings) -> SettingError:
    with pytest.raises(SettingError) as caught:
        check(**settings)
    return caught.value


def test_a_wrong_gradient_is_refused_with_layer_element_ours_and_expected():
    error = refused(act=("relu", "TwiceWhereNegative"))
    assert error.setting == "act"
    said = re.search(r"backward of TwiceWhereNegative \(layers\.3\) is wrong:\n  input\[(\d), (\d)\]: backward gives (\S+),"
                     r" finite differences (\S+) ", error.message)  # fmt: skip
    assert said is not None
    assert float(said[3]) == pytest.approx(2 * float(said[4]), rel=1e-5)


def test_a_wrong_gradient_inside_a_network_of_ones_own_is_refused():
    error = refused(model="wrong")
    assert error.setting == "model" and "backward of BlockWithoutShortcut (layers.1) is wrong" in error.message


def test_a_wrong_gradient_of_a_loss_is_refused():
    error = refused(loss="HuberUnscaled")
    assert error.setting == "loss" and "backward of HuberUnscaled is wrong:\n  prediction[" in error.message


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("OverAllTrials", r"OverAllTrials \(layers.1\) is wrong beside other trials: dL/dgain\[0, 0\] of trial 0 is .* alone"),
        ("OverFirstAxis", r"OverFirstAxis \(layers.1\) is wrong beside other trials: output\[0, 0\] of trial 0 is .* alone"),
    ],
)
def test_what_is_right_alone_and_wrong_in_a_stack_is_refused(act, said):
    message = refused(act=(act, "relu")).message
    assert re.search(said, message) and "keepdim=True" in message
    check_own_code([Trial(SMALL.replace(act=(f"{FILE}:{act}",), engine="single"), 0)])


def test_a_loss_that_adds_trials_up_is_refused():
    error = refused(loss="HuberOfAll")
    assert error.setting == "loss" and "value is () in a stack of two, not (2,)" in error.message


def test_an_error_comes_with_the_users_lines_and_says_where_it_came():
    with pytest.raises(UserCodeError, match=r"return dy \* self.nothing\nAttributeError"):
        check(act=("Fails",))
    with pytest.raises(UserCodeError, match=r"sum\(0\)\nRuntimeError(.|\n)*FailsInAStack \(layers.1\) runs alone"):
        check(act=("FailsInAStack",))


def test_a_network_with_other_outputs_than_targets_is_refused():
    assert "gives (6, 3) for points (6, 2); pm1 targets are (6, 2)" in refused(model="three_outputs").message


def test_each_structure_is_checked_once_and_minifws_own_never(monkeypatch):
    from experiments.running import first_batch

    seen = []
    monkeypatch.setattr(first_batch._FirstBatch, "check", lambda batch: seen.append(batch.config.lr))
    own = SMALL.replace(act=(f"{FILE}:Leaky",))
    check_own_code([Trial(config, seed) for config in (SMALL, own, own.replace(lr=0.5)) for seed in range(3)])
    assert seen == [None]
