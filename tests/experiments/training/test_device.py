"""Devices that this machine has, and those that it has not."""

from __future__ import annotations

import pytest
import torch

from experiments.config.settings import SettingError
from experiments.training.device import check_device


@pytest.fixture
def graphics(monkeypatch):
    """As many graphics processors as are asked for."""

    def have(count: int, available: bool = True) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)

    return have


def test_a_device_of_this_machine_is_found_by_name(graphics):
    graphics(2)
    assert check_device("cuda") == torch.device("cuda") and check_device("cuda:1") == torch.device("cuda:1")
    graphics(0, available=False)
    assert check_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize(
    ("name", "count", "available"), [("cuda:2", 2, True), ("cuda", 0, True), ("cuda", 1, False), ("cuda:0", 0, False)]
)
def test_another_device_is_refused_by_name(graphics, name, count, available):
    graphics(count, available)
    with pytest.raises(SettingError, match=f"this machine has no {name}; allowed here: cpu"):
        check_device(name)
