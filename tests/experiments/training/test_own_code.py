"""Layers, losses and networks made from a user's file, and how they are kept."""

from __future__ import annotations

import pytest
import torch
from torch import Generator

from experiments.analysis.stored_networks import predict
from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.config.user_files import read_user_file
from experiments.training.data import draw_points
from experiments.training.driver import train_lanes
from experiments.training.lanes import plan_chunks
from experiments.training.own_code import make_layer, make_loss, make_network
from minifw import MSELoss
from tests.experiments import own_layers

FILE = own_layers.__file__


def file(name):
    return read_user_file(f"{FILE}:{name}")


def test_a_layer_is_given_its_features_if_it_takes_an_argument():
    assert make_layer(file("Scale"), 7).gain.value.shape == (1, 7)
    assert type(make_layer(file("Leaky"), 7)).__name__ == "Leaky"


def test_a_loss_is_given_its_reduction_and_a_network_its_generator():
    assert make_loss(file("Huber"), "batchmean").reduction == "batchmean"
    first, second = (make_network(file("build"), Generator().manual_seed(seed)) for seed in (1, 2))
    assert not torch.equal(first[0].weight.value, second[0].weight.value)


@pytest.mark.parametrize(
    ("make", "setting", "said"),
    [
        (lambda: make_layer(file("nothing"), 3), "act", "gives None, where a minifw.Module is wanted"),
        (lambda: make_layer(file("number"), 3), "act", "is 3, no class or function"),
        (lambda: make_loss(file("Scale"), "mean"), "loss", "is not a subclass of minifw.Loss"),
        (lambda: make_network(file("nothing"), Generator()), "model", "gives None, where a minifw.Module is wanted"),
    ],
)
def test_what_is_something_else_is_refused(make, setting, said):
    with pytest.raises(SettingError, match=said) as caught:
        make()
    assert caught.value.setting == setting


CONFIG = TrialConfig(engine="stack", hidden=(6,), epochs=2, train_size=24, test_size=40, batch_size=8, lr=0.3)


@pytest.mark.parametrize(
    "config",
    [
        CONFIG.replace(act=(f"{FILE}:Centred",)),
        CONFIG.replace(act=(f"{FILE}:Scale",), dtype="float64"),
        CONFIG.replace(hidden=TrialConfig().hidden, model=f"{FILE}:build"),
    ],
)
def test_a_trained_network_is_kept_with_all_its_own_parameters_and_buffers(config):
    (chunk,) = plan_chunks([Trial(config, seed) for seed in range(2)])
    result = train_lanes(chunk.lanes)[1]
    points, labels = draw_points(config, 1)["test"]
    wrong = (predict(config, 1, result.parameters, points) != labels).mean()
    assert result.measured["test_error"][-1] == pytest.approx(float(wrong))
    kept = {name for name in result.parameters if name.startswith("own.")}
    assert kept == {"Centred": {"own.layers.1.shift", "own.layers.1.mean"}, "Scale": {"own.layers.1.gain"}}.get(
        getattr(config.act[0], "name", ""), set()
    )


def test_a_seed_of_ones_own_layer_is_a_seed_in_any_stack():
    config = CONFIG.replace(act=(f"{FILE}:Scale",), loss=f"{FILE}:Huber")
    few, many = (train_lanes(plan_chunks([Trial(config, seed) for seed in range(count)])[0].lanes)[1] for count in (2, 9))
    assert (few.measured["train_loss"] == many.measured["train_loss"]).all()
    assert all((few.parameters[name] == many.parameters[name]).all() for name in few.parameters)


def test_half_the_squared_error_is_hubers_near_its_target():
    prediction, target = torch.full((3, 2), 0.25), torch.zeros(3, 2)
    assert float(make_loss(file("Huber"), "mean")(prediction, target)) == pytest.approx(
        float(MSELoss()(prediction, target)) / 2
    )
