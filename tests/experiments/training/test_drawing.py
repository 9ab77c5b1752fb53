"""What data sets are drawn with."""

import hashlib

import pytest
import torch

from experiments.config.trial import TrialConfig
from experiments.training import drawing
from experiments.training.data import draw_points
from experiments.training.drawing import bell, from_scikit_learn, on_circle, turn


def source(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_bell_is_nearly_normal():
    values = bell((200_000,), source())
    assert values.mean().abs() < 0.01 and (values.std() - 1).abs() < 0.01
    inside = (values.abs() < 1).double().mean()
    assert abs(float(inside) - 0.6827) < 0.008 and values.abs().max() < 6
    torch.testing.assert_close(bell((3, 2), source()), sum(torch.rand(12, 3, 2, dtype=torch.float64, generator=source())) - 6)


def test_points_on_the_circle_are_uniform():
    points = on_circle(100_000, source())
    torch.testing.assert_close(points.norm(dim=-1), torch.ones(100_000, dtype=torch.float64))
    angle = torch.atan2(points[:, 1], points[:, 0])
    counts = torch.histc(angle, 8, -torch.pi, torch.pi)
    assert (counts - 12_500).abs().max() < 400
    assert torch.equal(on_circle(7, source()), on_circle(7, source())) and on_circle(0, source()).shape == (0, 2)


def test_turns_are_cosines_and_sines():
    turns = torch.linspace(-3, 3, 2001, dtype=torch.float64)
    angle = 2 * torch.pi * turns
    torch.testing.assert_close(turn(turns), torch.stack([angle.cos(), angle.sin()], -1), rtol=0, atol=3e-15)


KNOWN = {
    "circles": "e9e6ea0d2f6da5ed",
    "moons": "cee0fcfbac4df11d",
    "spirals": "d5ddf1c86a5fe1b0",
    "xor": "d1129e1c5f27cbee",
    "gauss": "bd04105dddf68c35",
}


@pytest.mark.parametrize("name", KNOWN)
def test_draws_have_the_same_bits_on_every_machine(name):
    digest = hashlib.sha256()
    for points, labels in draw_points(TrialConfig(data=name, train_size=200, test_size=100), 3).values():
        digest.update(points.astype("<f8").tobytes() + labels.astype("<i8").tobytes())
    assert digest.hexdigest()[:16] == KNOWN[name]


def test_another_table_than_the_known_is_refused(monkeypatch):
    inputs, labels = from_scikit_learn("load_iris", "aa06b8008ceba42efc654be0f83fdafc")
    assert inputs.shape == (150, 4) and labels.bincount().tolist() == [50, 50, 50]
    with pytest.raises(
        ValueError, match=r"this scikit-learn's load_iris gives another table, with the digest aa06\w+ and not 00$"
    ):
        drawing.from_scikit_learn("load_iris", "00")
