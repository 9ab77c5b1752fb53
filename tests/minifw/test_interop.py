"""To torch.nn and back: the same numbers in the same dtype, and a clear no for what has no counterpart."""

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from minifw import Dropout, Linear, Module, ReLU, Sequential, Sigmoid, Tanh, from_torch, stack, to_torch
from tests.minifw.helpers import CLOSE, EXACT, TORCH_MODULES, Scale, deep_network, generator, like_ours, linear, normal

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


class Doubled(Linear):
    def forward(self, x):
        return 2 * super().forward(x)


class Backwards(Tanh):
    def backward(self, dy):
        return -super().backward(dy)


class Reversed(Sequential):
    def forward(self, x):
        for layer in reversed(self.layers):
            x = layer.forward(x)
        return x


class Network(Sequential):
    """A class that only says which layers."""

    def __init__(self) -> None:
        super().__init__(linear(3, 4), Tanh())


@pytest.mark.parametrize(
    ("module", "kind"), [(Doubled(3, 3), "Linear"), (Backwards(), "Tanh"), (Reversed(Linear(3, 3)), "Sequential")]
)
def test_a_subclass_with_a_pass_of_its_own_is_not_converted_as_if_it_were_plain(module, kind):
    message = f"{type(module).__name__} has no counterpart: it is a {kind} with a forward or backward of its own"
    for model in (module, Sequential(module)):
        with pytest.raises(ValueError, match=message):
            to_torch(model)


def test_a_subclass_that_only_says_which_layers_is_converted():
    assert_close(to_torch(Network())(normal(5, 3)).detach(), Network()(normal(5, 3)), **CLOSE)


class TheirDoubled(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


class TheirReversed(nn.Sequential):
    def forward(self, x):
        return x


@pytest.mark.parametrize("build", [lambda: TheirDoubled(3, 3), lambda: TheirReversed(nn.Tanh()), lambda: nn.Softplus()])
def test_a_torch_module_without_a_match_is_refused_by_name(build):
    with torch.random.fork_rng():
        module = build()
    with pytest.raises(ValueError, match=f"{type(module).__name__} has no counterpart; Sequential, Linear, Dropout, ReLU"):
        from_torch(module)


def test_a_torch_module_with_hooks_is_refused():
    module = nn.Tanh()
    module.register_forward_hook(lambda *_: None)
    with pytest.raises(ValueError, match="Tanh has no counterpart: it has hooks"):
        from_torch(nn.Sequential(module))


def test_tied_parameters_stay_tied_both_ways():
    model = Sequential(linear(3, 3), Tanh(), linear(3, 3, 1))
    model[2].weight, model[2].bias = model[0].weight, model[0].bias
    twin = to_torch(model)
    assert twin[0].weight is twin[2].weight
    assert twin[0].bias is twin[2].bias
    assert len(list(twin.parameters())) == 2
    back = from_torch(twin)
    assert back[0].weight is back[2].weight
    assert back[0].bias is back[2].bias
    assert_close(back.state_dict(), model.state_dict(), **EXACT)
    x = normal(5, 3)
    twin(x).sum().backward()
    back.backward(torch.ones_like(back(x)))
    assert_close(back[0].weight.grad, like_ours(twin[0].weight.grad), **CLOSE)


def test_dropout_draws_from_the_generator_that_is_given():
    theirs, ones = nn.Sequential(nn.Dropout(0.5)), torch.ones(5, 4)
    drawn = from_torch(theirs, generator(3))(ones)
    assert_close(drawn, Dropout(0.5, generator(3))(ones), **EXACT)
