"""The points of a trial: how many, from which stream, of which data set, scaled by the training points."""

from __future__ import annotations

import pytest
import torch

from experiments.config.trial import Trial, TrialConfig
from experiments.training.data import build_data, draw_points, single_data, sizes, stack_data, targets_of
from experiments.training.seeds import generator
from minifw import disc

CONFIG = TrialConfig(train_size=40, validation_size=0, test_size=30, batch_size=5)
CPU = torch.device("cpu")


def test_splits_of_no_points_are_absent() -> None:
    assert sizes(CONFIG) == {"train": 40, "test": 30}
    assert sizes(CONFIG.replace(validation_size=7, test_size=0)) == {"train": 40, "validation": 7}


@pytest.mark.parametrize(("seed", "size", "data_set"), [(0, 1, 0), (5, 1, 5), (5, 3, 1), (6, 3, 2), (2, 3, 0)])
def test_seeds_share_data_sets_in_runs(seed: int, size: int, data_set: int) -> None:
    found = draw_points(CONFIG.replace(seeds_per_data_set=size), seed)
    for split, count in (("train", 40), ("test", 30)):
        points, labels = disc(count, generator(data_set, f"{split} points"))
        assert torch.equal(found[split][0], points) and torch.equal(found[split][1], labels)


def test_every_split_is_scaled_by_the_training_points() -> None:
    points = {split: inputs for split, (inputs, _) in draw_points(CONFIG, 1).items()}
    mean, deviation = points["train"].mean(0), points["train"].std(0)
    for dtype in ("float32", "float64"):
        data = build_data(CONFIG.replace(scale="standardize", dtype=dtype), 1)
        for split, inputs in points.items():
            ratio = (inputs - mean) / deviation
            scaled = data[split].inputs.double()
            torch.testing.assert_close(scaled / ratio, torch.ones_like(ratio), rtol=0.02, atol=0)
            assert data[split].inputs.dtype == data[split].targets.dtype == getattr(torch, dtype)
    raw = build_data(CONFIG.replace(dtype="float64"), 1)
    assert torch.equal(raw["test"].inputs, points["test"])


def test_classes_are_encoded_as_the_settings_say() -> None:
    labels = draw_points(CONFIG, 0)["train"][1]
    shapes = {name: build_data(CONFIG.replace(targets=name), 0)["train"].targets for name in ("pm1", "binary", "onehot")}
    assert torch.equal(shapes["binary"].squeeze(-1), labels.float())
    assert torch.equal(shapes["onehot"].argmax(-1), labels)
    assert torch.equal((shapes["pm1"].sum(-1) > 0).long(), labels) and set(shapes["pm1"].unique().tolist()) == {-1.0, 1.0}
    assert targets_of(CONFIG.replace(loss="cross-entropy")) is targets_of(CONFIG.replace(targets="onehot"))


def test_each_lane_of_a_stack_has_its_own_data() -> None:
    lanes = [
        Trial(CONFIG, 0),
        Trial(CONFIG, 1),
        Trial(CONFIG.replace(scale="center"), 1),
        Trial(CONFIG.replace(seeds_per_data_set=2), 1),
        Trial(CONFIG.replace(seeds_per_data_set=2), 3),
    ]
    stacked = stack_data(lanes, CPU)
    for k, lane in enumerate(lanes):
        alone = build_data(lane.config, lane.seed)
        for split in ("train", "test"):
            for name in ("inputs", "labels", "targets"):
                assert torch.equal(getattr(stacked[split], name)[k], getattr(alone[split], name)), (k, split, name)
    assert torch.equal(stacked["train"].inputs[3], stacked["train"].inputs[0])
    assert torch.equal(stacked["train"].inputs[4], stacked["train"].inputs[1])


def test_a_trial_alone_has_no_trial_axis() -> None:
    alone, expected = single_data(Trial(CONFIG, 2), CPU)["test"], build_data(CONFIG, 2)["test"]
    for name in ("inputs", "labels", "targets"):
        assert torch.equal(getattr(alone, name), getattr(expected, name))
