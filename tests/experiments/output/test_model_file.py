"""Files of trained networks: torch.nn loads them, they are read again whole, and what is no such file is refused."""

from __future__ import annotations

import json
import re

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from torch.testing import assert_close

from experiments.analysis.stored_networks import predict
from experiments.files import STORE_NAME
from experiments.output.model_file import ModelFileError, own_code, read_networks
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.user_code import load_user_code
from experiments.workflows.run_study import run_study
from tests.experiments import own_layers
from tests.experiments.storing import tiny_study

POINTS = torch.rand(7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
OWN = {"act": (f"{own_layers.__file__}:Scale",), "engine": "stack"}


def saved(folder, **arms):
    """Runs a study without figures; the files with its networks."""
    result = run_study(tiny_study(3, first=5, figures=(), **arms), folder, save_networks=True)
    return [path for path in result.files if path.suffix == ".safetensors"]


@pytest.mark.parametrize("scale", ["none", "standardize"])
def test_torch_loads_the_network_of_a_seed(tmp_path, scale):
    (path,) = saved(tmp_path, only={"scale": scale})
    tensors = load_file(path)
    points = POINTS
    if scale != "none":
        points = (points - tensors["scaling.shift"][1]) / tensors["scaling.divisor"][1]
    net = nn.Sequential(nn.utils.skip_init(nn.Linear, 2, 4), nn.ReLU(), nn.utils.skip_init(nn.Linear, 4, 2), nn.Tanh())
    net.load_state_dict({name: values[1] for name, values in tensors.items() if not name.startswith("scaling.")})
    networks = read_networks(path)
    assert networks.seeds == (5, 6, 7) and path.name == "tiny.safetensors"
    assert_close(networks.outputs(POINTS)[1], net(points.float()).detach(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("arm", [{"scale": "center", "dtype": "float64"}, {"data": "spirals", "targets": "onehot"}, OWN])
def test_what_is_read_decides_as_the_stored_trial(tmp_path, arm):
    (path,) = saved(tmp_path, only=arm)
    networks = read_networks(path, run_code=True)
    config = tiny_study(only=arm).arms[0].config
    decided = networks.targets.decide(networks.outputs(POINTS))
    with Store(tmp_path / STORE_NAME) as store:
        for (seed, parameters), labels in zip(TrialReader(store).parameters(config, networks.seeds), decided, strict=True):
            assert (predict(config, seed, parameters, POINTS.numpy()) == labels.numpy()).all()


def test_names_of_features_and_classes_are_in_it(tmp_path):
    (path,) = saved(tmp_path)
    networks = read_networks(path)
    assert networks.classes == ("outside", "inside")
    assert networks.features == ("first coordinate", "second coordinate")
    assert networks.output_names == ("1", "2")
    (path,) = saved(tmp_path, only={"targets": "onehot"})
    assert read_networks(path).output_names == ("outside", "inside")


def test_each_arm_has_a_file_with_the_same_bytes_every_time(tmp_path):
    arms = {"lr=0.1, act=relu": {}, "b/c": {"lr": 0.5}}
    files = saved(tmp_path, **arms)
    assert [path.name for path in files] == ["tiny_lr=0.1_act=relu.safetensors", "tiny_b_c.safetensors"]
    first = [path.read_bytes() for path in files]
    assert first[0] != first[1]
    assert [path.read_bytes() for path in saved(tmp_path, **arms)] == first


def test_networks_that_diverged_are_left_out(tmp_path):
    assert saved(tmp_path, only={"lr": 1e30, "out": "none"}) == []


def test_python_in_a_file_runs_only_when_it_is_trusted_and_needs_no_file_of_the_users(tmp_path, monkeypatch):
    code = tmp_path / "layers.py"
    code.write_text("from minifw import ReLU\nclass Mine(ReLU): ...\n")
    (path,) = saved(tmp_path, only={"act": (f"{code}:Mine",), "engine": "stack"})
    code.unlink()
    with pytest.raises(ModelFileError, match=r"has Python in it \(.*layers.py:Mine\); if you trust it, add --run-code"):
        read_networks(path)
    (file,) = own_code(read_networks(path, run_code=True).config)
    assert load_user_code(file).__name__ == "Mine"


def changed(path, **changes):
    """The file with other words beside the same tensors."""
    with safe_open(path, "pt") as opened:
        about = json.loads(opened.metadata()["minifw"])
    save_file(load_file(path), path, {"minifw": json.dumps(about | changes)})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: path.write_bytes(b"epoch,loss\n"), "cannot be read as safetensors"),
        (lambda path: path.write_bytes(path.read_bytes()[:-8]), "cannot be read as safetensors"),
        (lambda path: save_file({"0.weight": torch.zeros(2)}, path), "but not what --save writes beside them"),
        (lambda path: changed(path, format=2), "by another version of minifw"),
        (lambda path: changed(path, seeds=[1]), "but not what --save writes beside them"),
        (lambda path: changed(path, settings={"epochs": 0}), "but not what --save writes beside them"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path, spoil, said):
    (path,) = saved(tmp_path)
    spoil(path)
    with pytest.raises(ModelFileError, match=re.escape(said)):
        read_networks(path)
