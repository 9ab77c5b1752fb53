"""The points of a trial: how many, from which stream, of which data set, scaled by the training points."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import build_data, draw_points, outputs_of, sizes, stack_data
from experiments.training.torch_data import generator, single_datasets, stack_datasets, targets_of
from minifw import disc
from minifw.scaling import Scaler

CONFIG = TrialConfig(train_size=40, validation_size=0, test_size=30, batch_size=5)
CPU = torch.device("cpu")


def test_splits_of_no_points_are_absent() -> None:
    assert sizes(CONFIG) == {"train": 40, "test": 30}
    assert sizes(CONFIG.replace(validation_size=7, test_size=0)) == {"train": 40, "validation": 7}


@pytest.mark.parametrize(("seed", "size", "data_set"), [(0, 1, 0), (5, 1, 5), (5, 3, 1), (6, 3, 2), (2, 3, 0)])
def test_seeds_share_data_sets_in_runs(seed: int, size: int, data_set: int) -> None:
    """And they are the points that torch draws from the same stream."""
    found = draw_points(CONFIG.replace(seeds_per_data_set=size), seed)
    for split, count in (("train", 40), ("test", 30)):
        points, labels = disc(count, generator(data_set, f"{split} points"))
        np.testing.assert_array_equal(found[split][0], points)
        np.testing.assert_array_equal(found[split][1], labels)


def test_the_data_seed_is_in_place_of_each_seed() -> None:
    fixed = CONFIG.replace(data_seed=7, seeds_per_data_set=2)
    for seed in (0, 5):
        found, expected = draw_points(fixed, seed), draw_points(CONFIG, 3)
        np.testing.assert_array_equal(found["test"][0], expected["test"][0])


@pytest.mark.parametrize("scale", ["none", "center", "standardize", "symmetric"])
def test_every_split_is_scaled_by_the_training_points(scale: str) -> None:
    points, data = draw_points(CONFIG, 1), build_data(CONFIG.replace(scale=scale), 1)
    scaler = Scaler(scale, torch.from_numpy(points["train"][0]))
    for split, (inputs, _) in points.items():
        np.testing.assert_allclose(data[split].inputs, scaler(torch.from_numpy(inputs)).numpy(), rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ["pm1", "binary", "onehot"])
def test_classes_are_encoded_as_the_settings_say(name: str) -> None:
    config = CONFIG.replace(targets=name)
    labels, targets = draw_points(config, 0)["train"][1], build_data(config, 0)["train"].targets
    np.testing.assert_array_equal(targets, targets_of(config).encode(torch.from_numpy(labels)).numpy())
    assert targets.shape == (40, outputs_of(config))


def test_cross_entropy_has_onehot_targets() -> None:
    assert outputs_of(CONFIG.replace(loss="cross-entropy")) == 2 and outputs_of(CONFIG.replace(targets="binary")) == 1
    assert targets_of(CONFIG.replace(loss="cross-entropy")) is targets_of(CONFIG.replace(targets="onehot"))


def test_each_lane_of_a_stack_has_its_own_data() -> None:
    lanes = [
        Trial(CONFIG, 0),
        Trial(CONFIG, 1),
        Trial(CONFIG.replace(scale="center"), 1),
        Trial(CONFIG.replace(seeds_per_data_set=2), 1),
        Trial(CONFIG.replace(seeds_per_data_set=2), 3),
        Trial(CONFIG.replace(data_seed=0), 1),
    ]
    stacked = stack_data(lanes)
    for k, lane in enumerate(lanes):
        alone = build_data(lane.config, lane.seed)
        for split in ("train", "test"):
            for name in ("inputs", "labels", "targets"):
                np.testing.assert_array_equal(getattr(stacked[split], name)[k], getattr(alone[split], name))
    inputs = stacked["train"].inputs
    assert (inputs[3] == inputs[0]).all() and (inputs[4] == inputs[1]).all() and (inputs[5] == inputs[0]).all()
    assert not (inputs[2] == inputs[1]).any()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_has_the_same_points_in_its_dtype(dtype: str) -> None:
    lanes = [Trial(CONFIG.replace(dtype=dtype, scale="center"), seed) for seed in (2, 3)]
    stacked, alone = stack_datasets(lanes, CPU)["test"], single_datasets(lanes[0], CPU)["test"]
    for k, lane in enumerate(lanes):
        expected = build_data(lane.config, lane.seed)["test"]
        np.testing.assert_array_equal(stacked.inputs[k], expected.inputs.astype(dtype))
        np.testing.assert_array_equal(stacked.labels[k], expected.labels)
    for name in ("inputs", "labels", "targets"):
        assert torch.equal(getattr(alone, name), getattr(stacked, name)[0])
    assert stacked.inputs.dtype == stacked.targets.dtype == getattr(torch, dtype)
