"""To torch.nn and back: the same numbers in the same dtype, and a clear no for what has no counterpart."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from minifw import Dropout, Linear, Module, ReLU, Sequential, Sigmoid, Tanh, from_torch, stack, to_torch
from tests.minifw.helpers import CLOSE, EXACT, TORCH_MODULES, Scale, deep_network, generator, linear, normal

LAYERS = TORCH_MODULES | {"Dropout in training": lambda: Dropout(0.4, generator())}


@pytest.mark.parametrize("build", LAYERS.values(), ids=LAYERS)
def test_there_and_back_keeps_structure_parameters_and_mode(build):
    module = build()
    back = from_torch(to_torch(module))
    assert repr(back) == repr(module)
    assert [m.training for m in back.modules()] == [m.training for m in module.modules()]
    assert_close(back.state_dict(), module.state_dict(), **EXACT)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_torch_computes_the_same_in_the_same_dtype(dtype):
    model, x = deep_network(dtype=dtype), normal(5, 3, dtype=dtype)
    y = to_torch(model)(x).detach()
    assert y.dtype == dtype
    assert_close(y, model(x), rtol=0, atol=10 * torch.finfo(dtype).eps)


def test_each_layer_becomes_its_namesake():
    model = Sequential(Linear(3, 4), Linear(4, 2, bias=False), ReLU(), Tanh(), Sigmoid(), Dropout(0.3))
    twin = to_torch(model)
    assert [type(layer).__name__ for layer in twin] == [type(layer).__name__ for layer in model]
    assert (twin[0].in_features, twin[0].out_features, twin[1].bias, twin[5].p) == (3, 4, None, 0.3)
    assert_close(twin[0].weight.detach(), model[0].weight.value.mT, **EXACT)
    assert_close(twin[0].bias.detach(), model[0].bias.value[0], **EXACT)


def test_ours_computes_what_a_torch_model_computes():
    theirs = nn.Sequential(nn.utils.skip_init(nn.Linear, 3, 4, dtype=torch.float64), nn.Sigmoid(), nn.Dropout(0.5)).eval()
    with torch.no_grad():
        theirs[0].weight.copy_(normal(4, 3))
        theirs[0].bias.copy_(normal(4, seed=1))
    assert_close(from_torch(theirs)(normal(5, 3)), theirs(normal(5, 3)).detach(), **CLOSE)


def test_parameters_are_copied():
    layer = linear(3, 4)
    twin = to_torch(layer)
    back = from_torch(twin)
    with torch.no_grad():
        twin.weight.zero_()
        twin.bias.zero_()
    assert_close(layer.state_dict(), linear(3, 4).state_dict(), **EXACT)
    assert_close(back.state_dict(), linear(3, 4).state_dict(), **EXACT)
    assert not back.weight.value.requires_grad


def test_conversion_leaves_the_global_state_alone():
    before = torch.get_rng_state()
    from_torch(to_torch(linear(3, 4)))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (Scale(3), "Scale has no counterpart"),
        (Sequential(Linear(3, 3), Scale(3)), "Scale has no counterpart"),
        (stack([Linear(3, 3), Linear(3, 3)]), "a stack has no torch.nn counterpart"),
        (stack([Dropout(0.1), Dropout(0.2)]), "a stack has no torch.nn counterpart"),
    ],
)
def test_to_torch_refuses_what_torch_has_not(module: Module, message):
    with pytest.raises(ValueError, match=message):
        to_torch(module)


@pytest.mark.parametrize("module", [nn.GELU(), nn.Sequential(nn.GELU())])
def test_from_torch_refuses_what_we_have_not(module):
    with pytest.raises(ValueError, match="GELU has no counterpart"):
        from_torch(module)
