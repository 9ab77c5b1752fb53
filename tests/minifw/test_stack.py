"""stack and unstack: a round trip, what is shared, what becomes per trial, and what cannot be stacked."""

import pytest
import torch
from torch.testing import assert_close

from minifw import Dropout, Linear, Module, Parameter, ReLU, Sequential, Tanh, stack, unstack
from minifw.stack import NUMBER
from tests.minifw.helpers import CLOSE, EXACT, MODULES, Residual, Scale, deep_network, linear, normal, own_module

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
