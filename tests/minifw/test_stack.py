"""stack and unstack: a round trip, what is shared, what becomes per trial, and what cannot be stacked."""

import dataclasses
from typing import NamedTuple

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from minifw import SGD, Dropout, Linear, Module, ModuleDict, ModuleList, Parameter, ReLU, Sequential, Tanh, stack, unstack
from minifw.stack import NUMBER
from tests.minifw.helpers import CLOSE, EXACT, MODULES, Residual, Scale, deep_network, generator, linear, normal, own_module

WITH_PARAMETERS = {name: build for name, build in MODULES.items() if list(build().parameters())}
every_module = pytest.mark.parametrize("build", WITH_PARAMETERS.values(), ids=WITH_PARAMETERS)


class Power(Module):
    """y = x s^n / d with numbers of its own; n and d may differ from trial to trial."""

    def __init__(self, exponent: int, divisor: torch.Tensor) -> None:
        self.factor = Parameter(normal(1, 3))
        self.exponent = exponent
        self.divisor = divisor

    def forward(self, x):
        return x * self.factor.value**self.exponent / self.divisor

    def backward(self, dy):
        return dy * self.factor.value**self.exponent / self.divisor


@every_module
def test_there_and_back_gives_the_same_values_and_gradients(build):
    models = [build(seed) for seed in range(3)]
    for model in models:
        model(normal(5, 3))
        model.backward(normal(*model(normal(5, 3)).shape, seed=1))
    ensemble = stack(models)
    parts = unstack(ensemble)
    assert [repr(part) for part in parts] == [repr(model) for model in models]
    for part, model in zip(parts, models, strict=True):
        assert part.saved is None
        assert part.per_trial == {}
        assert_close(part.state_dict(), model.state_dict(), **EXACT)
        assert_close([p.grad for p in part.parameters()], [p.grad for p in model.parameters()], **EXACT)


@every_module
def test_every_parameter_grows_a_leading_trial_axis(build):
    single, ensemble = dict(build().named_parameters()), dict(stack([build(), build()]).named_parameters())
    assert single.keys() == ensemble.keys()
    for name, parameter in ensemble.items():
        assert parameter.value.shape == parameter.grad.shape == (2, *single[name].value.shape)


def test_the_models_the_stack_and_its_parts_are_copies():
    models = [own_module(seed) for seed in range(2)]
    ensemble = stack(models)
    parts = unstack(ensemble)
    before = [model.state_dict() for model in models]
    for parameter in ensemble.parameters():
        parameter.value.zero_()
        parameter.grad.fill_(1)
    assert_close([model.state_dict() for model in models], before, **EXACT)
    assert_close([part.state_dict() for part in parts], before, **EXACT)
    assert all(bool((p.grad == 0).all()) for model in (*models, *parts) for p in model.parameters())


def test_what_forward_kept_is_not_carried_over():
    models = [deep_network(seed) for seed in range(2)]
    for model in models:
        model(normal(5, 3))
    ensemble = stack(models)
    assert all(module.saved is None for module in ensemble.modules())
    ensemble(normal(2, 5, 3))
    assert all(module.saved is None for part in unstack(ensemble) for module in part.modules())
    assert ensemble[0].saved is not None


def test_tied_parameters_stay_tied():
    def build(seed):
        model = Sequential(linear(3, 3, seed), Tanh(), Residual(linear(3, 3, seed + 1)))
        model[2].branch[0].weight = model[0].weight
        return model

    ensemble = stack([build(0), build(1)])
    assert ensemble[0].weight is ensemble[2].branch[0].weight
    for part in unstack(ensemble):
        assert part[0].weight is part[2].branch[0].weight


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_models_tied_differently_cannot_be_stacked(order):
    models = [Sequential(linear(3, 3), linear(3, 3, 1)) for _ in range(2)]
    models[0][1].weight = models[0][0].weight
    with pytest.raises(ValueError, match=r"model\.layers\.1\.weight"):
        stack([models[k] for k in order])


def test_numbers_that_differ_become_per_trial_and_equal_ones_stay_shared():
    divisors = [torch.full((3,), 2.0), torch.full((3,), 4.0)]
    models = [Power(2 + trial, divisor) for trial, divisor in enumerate(divisors)]
    ensemble, x = stack(models), normal(2, 5, 3)
    assert ensemble.per_trial == {"exponent": NUMBER, "divisor": 1}
    assert (ensemble.exponent.shape, ensemble.divisor.shape) == ((2, 1, 1), (2, 1, 3))
    assert_close(ensemble(x), torch.stack([model(x[trial]) for trial, model in enumerate(models)]), **CLOSE)
    assert [part.exponent for part in unstack(ensemble)] == [2, 3]
    assert_close([part.divisor for part in unstack(ensemble)], divisors, **EXACT)
    assert stack([Power(2, divisors[0]), Power(2, divisors[1])]).exponent == 2


def test_dropout_rates_come_back_as_numbers():
    ensemble = stack([Sequential(Dropout(p), Linear(2, 2)) for p in (0.25, 0.5)])
    assert ensemble[0].p.flatten().tolist() == [0.25, 0.5]
    assert [part[0].p for part in unstack(ensemble)] == [0.25, 0.5]


def test_a_stack_of_one_has_a_trial_axis_too():
    ensemble, x = stack([deep_network()]), normal(1, 5, 3)
    assert_close(ensemble(x)[0], deep_network()(x[0]), **CLOSE)
    assert_close(unstack(ensemble)[0].state_dict(), deep_network().state_dict(), **EXACT)


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ([], "no model"),
        ([Linear(2, 3), Linear(2, 4)], r"model\.weight differs in shape: \(2, 3\), \(2, 4\)"),
        ([Linear(2, 3), Linear(2, 3, bias=False)], r"model\.bias differs in type: NoneType, Parameter"),
        ([Sequential(ReLU()), Sequential(Tanh())], r"model\.layers\.0 differs in type: ReLU, Tanh"),
        ([Sequential(ReLU()), Sequential(ReLU(), ReLU())], r"model\.layers differs in length"),
        ([ReLU(), ReLU().eval()], "model differs in its attributes"),
        ([ReLU().train(), ReLU().eval()], r"model\.training differs and cannot be stacked: True"),
        ([stack([Linear(2, 3)])] * 2, r"model\.weight has shape \(1, 2, 3\); a parameter"),
        ([Power(1, torch.ones(3)), Power(1, torch.ones(1))], r"model\.divisor differs in shape or dtype"),
    ],
)
def test_what_cannot_be_stacked_is_named(models, message):
    with pytest.raises(ValueError, match=message):
        stack(models)


@pytest.mark.parametrize("model", [Linear(2, 3), ReLU(), Sequential(stack([Scale(2), Scale(2)]), stack([Scale(2)] * 3))])
def test_unstack_needs_one_trial_axis(model):
    with pytest.raises(ValueError, match="no common trial axis"):
        unstack(model)


class Shift(Module):
    """y = x + b + m s, with a running mean m as a buffer and a number s of its own."""

    def __init__(self, scale: float = 1.0, features: int = 3) -> None:
        self.bias = Parameter(torch.zeros(1, features))
        self.register_buffer("mean", torch.zeros(1, features))
        self.steps = torch.tensor(0)
        self.offsets = torch.arange(3.0)
        self.scale = scale

    def forward(self, x):
        if self.training:
            self.mean.mul_(0.9).add_(x.mean(-2, keepdim=True), alpha=0.1)
            self.steps = self.steps + 1
        return x + self.bias.value + self.mean * self.scale + self.offsets

    def backward(self, dy):
        self.bias.grad.add_(dy.sum(-2, keepdim=True))
        return dy


@pytest.mark.parametrize("scales", [(1.0, 1.0, 1.0), (1.0, 0.1, 3.0)], ids=["alike", "apart"])
def test_buffers_that_start_alike_run_apart_and_come_back(scales):
    models, x = [Shift(scale) for scale in scales], normal(3, 5, 3, dtype=torch.float32)
    ensemble = stack(models)
    for _ in range(2):
        outputs = ensemble(x)
        assert outputs.dtype == torch.float32
        for trial, model in enumerate(models):
            assert_close(outputs[trial], model(x[trial]))
    assert {name: tuple(value.shape) for name, value in ensemble.state_dict().items()} == {"bias": (3, 1, 3), "mean": (3, 1, 3)}
    for part, model in zip(unstack(ensemble), models, strict=True):
        assert_close(part.state_dict(), model.state_dict())
        assert (part.steps.shape, part.steps.item(), part.offsets.shape) == ((), 2, (3,))
        assert part.scale == pytest.approx(model.scale)
        assert_close(part(x[0]), model(x[0]))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_a_number_per_model_has_the_type_of_the_parameters(dtype):
    class Times(Module):
        def __init__(self, factor, linear):
            self.factor, self.linear = factor, linear

        def forward(self, x):
            return self.linear(x) * self.factor

        def backward(self, dy):
            return self.linear.backward(dy * self.factor)

    models, x = [Times(factor, linear(3, 2, dtype=dtype)) for factor in (0.1, 3, 7)], normal(3, 5, 3, dtype=dtype)
    ensemble = stack(models)
    assert ensemble(x).dtype == dtype
    assert_close(ensemble(x), torch.stack([model(x[trial]) for trial, model in enumerate(models)]))
    ensemble.to(torch.float32)
    assert ensemble.factor.dtype == torch.float32


class Pair(NamedTuple):
    first: Module
    second: Module


@dataclasses.dataclass(frozen=True)
class Block:
    inner: Module
    rate: float = 0.5


class Holds(Module):
    """y = the layers one after another, wherever they are kept."""

    def __init__(self, kept, order) -> None:
        self.kept, self.order = kept, order

    def forward(self, x):
        for layer in self.order(self.kept):
            x = layer(x)
        return x

    def backward(self, dy):
        for layer in reversed(self.order(self.kept)):
            dy = layer.backward(dy)
        return dy


def in_nested_lists(kept):
    return [kept[0][0], kept[1][0][0]]


def in_a_dict(kept):
    return [kept["first"], kept["second"]]


def in_blocks(kept):
    return [block.inner for block in kept["blocks"]]


HOLDERS = {
    "nested lists": lambda *layers: Holds([[layers[0]], [[layers[1]]]], in_nested_lists),
    "a tuple": lambda *layers: Holds(layers, list),
    "a named tuple": lambda *layers: Holds(Pair(*layers), list),
    "a dict": lambda *layers: Holds({"first": layers[0], "second": layers[1]}, in_a_dict),
    "a dataclass in a dict of lists": lambda *layers: Holds({"blocks": [Block(layer) for layer in layers]}, in_blocks),
    "ModuleList": lambda *layers: Holds(ModuleList(layers), list),
    "ModuleDict": lambda *layers: Holds(ModuleDict({"first": layers[0], "second": layers[1]}), in_a_dict),
}


@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS)
def test_modules_are_trained_stacked_and_saved_wherever_they_are_kept(hold):
    def build(seed):
        return hold(linear(3, 3, seed), Sequential(Dropout(0.5, generator(seed)), linear(3, 2, seed + 9)))

    models, x = [build(seed) for seed in range(3)], normal(3, 5, 3)
    plain = [Sequential(linear(3, 3, seed), Dropout(0.5, generator(seed)), linear(3, 2, seed + 9)) for seed in range(3)]
    ensemble, expected = stack(models), stack(plain)
    assert ensemble.count_parameters() == expected.count_parameters() == 3 * (9 + 3 + 6 + 2)
    for model in (ensemble, expected):
        optimizer = SGD(model.parameters(), lr=0.1)
        for seed in range(3):
            optimizer.zero_grad()
            model.backward(normal(*model(x).shape, seed=seed))
            optimizer.step()
    assert_close(list(ensemble.state_dict().values()), list(expected.state_dict().values()), **EXACT)
    assert_close(ensemble.eval()(x), expected.eval()(x), **EXACT)
    for part, model in zip(unstack(ensemble), plain, strict=True):
        assert type(part.kept) is type(models[0].kept)
        assert [p.value.shape for p in part.parameters()] == [p.value.shape for p in model.parameters()]
    assert models[0].state_dict().keys() == ensemble.state_dict().keys()


def test_containers_that_differ_in_their_keys_cannot_be_stacked():
    with pytest.raises(ValueError, match=r"model\.kept differs in length or keys"):
        stack([Holds({"first": linear(3, 3)}, list), Holds({"second": linear(3, 3)}, list)])


def test_a_stack_of_stacks_is_refused():
    with pytest.raises(ValueError, match="model is a stack already"):
        stack([stack([Dropout(0.1), Dropout(0.2)])] * 2)


def test_torch_networks_are_stacked_by_way_of_ours():
    def build(seed):
        torch_linear = nn.utils.skip_init(nn.Linear, 3, 2, dtype=torch.float64)
        with torch.no_grad():
            torch_linear.weight.copy_(normal(2, 3, seed=seed))
            torch_linear.bias.copy_(normal(2, seed=seed + 9))
        return nn.Sequential(torch_linear, nn.Tanh())

    models, x = [build(seed) for seed in range(3)], normal(3, 5, 3)
    assert_close(stack(models)(x), torch.stack([model(x[k]).detach() for k, model in enumerate(models)]), **CLOSE)
    with pytest.raises(ValueError, match="GELU has no counterpart"):
        stack([nn.Sequential(nn.GELU())])
