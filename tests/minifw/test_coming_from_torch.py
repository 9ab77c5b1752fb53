"""The page for those who know torch: its programs run, and what it says goes unnoticed does."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.testing import assert_close

import minifw
from minifw import SGD, Linear, MSELoss, Sequential, Tanh, check_gradients, stack
from tests.minifw.helpers import CLOSE, EXACT, linear, normal

PAGE = (Path(minifw.__file__).parents[1] / "docs" / "coming-from-torch.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


def test_the_layers_of_ones_own_are_torchs_alone_and_stacked():
    names: dict = {}
    exec(PROGRAMS[0], names)
    x = normal(5, 4)
    assert_close(names["LeakyReLU"](0.2)(x), nn.functional.leaky_relu(x, 0.2), **CLOSE)
    norm = names["LayerNorm"](4).double()
    assert_close(norm(x), nn.functional.layer_norm(x, (4,)), **CLOSE)
    check_gradients(stack([names["LayerNorm"](4) for _ in range(3)]), normal(3, 5, 4))
    check_gradients(stack([names["LeakyReLU"](slope) for slope in (0.1, 0.2)]), normal(2, 5, 4))


def test_every_name_of_ours_on_the_page_is_there():
    for name in ("checkpoint", "resume", "from_torch", "to_torch", "stack", "check_gradients", "fit", "run_epochs"):
        assert f"`{name}" in PAGE
        assert hasattr(minifw, name)
    for name in ("set_lr", "decay_lr"):
        assert f"`optimizer.{name}(" in PAGE
        assert hasattr(SGD, name)


def test_targets_in_the_place_of_predictions_make_the_loss_rise():
    model, loss, x, y = Sequential(linear(3, 2), Tanh()), MSELoss(), normal(5, 3), normal(5, 2).tanh()
    optimizer, values = SGD(model.parameters(), lr=0.5), []
    for _ in range(5):
        optimizer.zero_grad()
        values.append(loss(y, model(x)).item())
        model.backward(loss.backward())
        optimizer.step()
    assert values == sorted(values)


def test_a_square_weight_of_torch_is_another_function_unless_transposed():
    theirs, ours = nn.utils.skip_init(nn.Linear, 3, 3, bias=False, dtype=torch.float64), Linear(3, 3, bias=False).double()
    with torch.no_grad():
        theirs.weight.copy_(normal(3, 3))
    x = normal(5, 3)
    ours.weight.value.copy_(theirs.weight.detach())
    assert not torch.allclose(ours(x), theirs(x))
    ours.weight.value.copy_(theirs.weight.detach().T)
    assert_close(ours(x), theirs(x).detach(), **CLOSE)
    with pytest.raises(ValueError, match=r"torch keeps weights as \(out, in\); use from_torch"):
        Linear(3, 2, bias=False).load_state_dict({"weight": normal(2, 3)})


def test_a_shared_parameter_is_trained_as_one():
    model = Sequential(linear(3, 3), Tanh(), linear(3, 3, 1))
    model[2].weight = model[0].weight
    optimizer = SGD(model.parameters(), lr=0.1)
    model(normal(5, 3))
    model.backward(normal(5, 3))
    optimizer.step()
    assert model[2].weight is model[0].weight
    assert_close(model[2].weight.value, model[0].weight.value, **EXACT)
