"""Training has the same bits whatever torch is set to round or cast."""

import pytest
import torch
from torch.testing import assert_close

from minifw import SGD, DataLoader, Dataset, Linear, MSELoss, Sequential, Tanh, disc, fit
from minifw.arithmetic import full_precision
from tests.minifw.helpers import EXACT, generator


def train() -> dict[str, torch.Tensor]:
    points, labels = disc(64, generator())
    draws = generator(1)
    model = Sequential(
        Linear(2, 64, generator=draws), Tanh(), Linear(64, 64, generator=draws), Tanh(), Linear(64, 2, generator=draws)
    )
    data = Dataset(points.float(), labels, "pm1")
    fit(model, MSELoss(), SGD(model.parameters(), lr=0.1), DataLoader(data, 32, generators=[generator()]), 2)
    return model.state_dict()


@pytest.fixture
def precision():
    yield
    torch.set_float32_matmul_precision("highest")


@pytest.mark.parametrize("setting", ["medium", "high"])
def test_a_lower_precision_of_products_changes_no_bit_and_is_put_back(setting, precision):
    expected = train()
    torch.set_float32_matmul_precision(setting)
    assert_close(train(), expected, **EXACT)
    assert torch.get_float32_matmul_precision() == setting
    with pytest.raises(KeyError), full_precision():
        assert torch.get_float32_matmul_precision() == "highest"
        raise KeyError
    assert torch.get_float32_matmul_precision() == setting


def test_autocast_changes_no_bit_and_is_put_back():
    expected = train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert_close(train(), expected, **EXACT)
        assert torch.is_autocast_enabled("cpu")


def test_outside_of_fit_autocast_is_refused_by_the_second_layer():
    model = Sequential(Linear(2, 3), Linear(3, 2))
    with torch.autocast("cpu", dtype=torch.bfloat16), pytest.raises(ValueError, match=r"Linear is .*float32.*bfloat16"):
        model(torch.ones(5, 2))


def test_a_precision_that_cannot_be_read_is_refused_with_what_to_write(precision, monkeypatch):
    def unreadable():
        raise RuntimeError("mix of the legacy and new APIs")

    monkeypatch.setattr(torch, "get_float32_matmul_precision", unreadable)
    with pytest.raises(ValueError, match=r'torch\.set_float32_matmul_precision\("highest"\)'):
        train()
