"""Update rules against torch.optim: every option alone and combined, one trial after another."""

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from minifw import SGD, Adadelta, Adagrad, Adam, Parameter, RMSprop
from tests.minifw.helpers import EXACT, normal

STEPS, TRIALS = 100, 4
SHAPES = [(3, 2), (1, 2), (2, 5)]
RULES = {"SGD": SGD, "RMSprop": RMSprop, "Adagrad": Adagrad, "Adadelta": Adadelta, "Adam": Adam}


def per_trial(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64)


def of_trial(value, trial):
    if isinstance(value, tuple):
        return tuple(of_trial(item, trial) for item in value)
    return value[trial].item() if isinstance(value, Tensor) else value


def start(trials: tuple[int, ...] = (), dtype=torch.float64) -> list[Tensor]:
    return [normal(*trials, *shape, seed=k, dtype=dtype) for k, shape in enumerate(SHAPES)]


def gradients(trials: tuple[int, ...] = (), steps: int = STEPS, dtype=torch.float64) -> list[list[Tensor]]:
    return [[normal(*trials, *shape, seed=10 * t + k, dtype=dtype) for k, shape in enumerate(SHAPES)] for t in range(steps)]


def path_of_ours(rule, options, values, changing) -> list[Tensor]:
    """For each parameter its values after every step: (steps, *shape)."""
    parameters = [Parameter(value.clone()) for value in values]
    optimizer = rule(parameters, **options)
    path = []
    for now in changing:
        for parameter, gradient in zip(parameters, now, strict=True):
            parameter.grad.copy_(gradient)
        optimizer.step()
        path.append([parameter.value.clone() for parameter in parameters])
    return [torch.stack(steps) for steps in zip(*path, strict=True)]


def path_of_torch(rule, options, values, changing) -> list[Tensor]:
    parameters = [torch.nn.Parameter(value.clone()) for value in values]
    optimizer = getattr(torch.optim, rule.__name__)(parameters, **options)
    path = []
    for now in changing:
        for parameter, gradient in zip(parameters, now, strict=True):
            parameter.grad = gradient.clone()
        optimizer.step()
        path.append([parameter.detach().clone() for parameter in parameters])
    return [torch.stack(steps) for steps in zip(*path, strict=True)]


@dataclass(frozen=True)
class Case:
    rule: str
    options: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule} {' '.join(self.options)}"


ALONE = [
    Case("SGD"),
    Case("SGD", {"lr": 0.1}),
    Case("SGD", {"momentum": 0.9}),
    Case("SGD", {"weight_decay": 0.1}),
    Case("SGD", {"dampening": 0.5}),
    Case("SGD", {"momentum": 0.9, "dampening": 0.5}),
    Case("SGD", {"momentum": 0.9, "nesterov": True}),
    Case("SGD", {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    Case("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    Case("RMSprop"),
    Case("RMSprop", {"lr": 0.1}),
    Case("RMSprop", {"alpha": 0.9}),
    Case("RMSprop", {"alpha": 0.0}),
    Case("RMSprop", {"eps": 0.1}),
    Case("RMSprop", {"weight_decay": 0.1}),
    Case("RMSprop", {"momentum": 0.9}),
    Case("RMSprop", {"centered": True}),
    Case("RMSprop", {"lr": 0.1, "alpha": 0.8, "eps": 0.1, "weight_decay": 0.1, "momentum": 0.7, "centered": True}),
    Case("Adagrad"),
    Case("Adagrad", {"lr": 0.1}),
    Case("Adagrad", {"lr_decay": 0.1}),
    Case("Adagrad", {"weight_decay": 0.1}),
    Case("Adagrad", {"initial_accumulator_value": 0.5}),
    Case("Adagrad", {"eps": 0.1}),
    Case("Adagrad", {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 0.1}),
    Case("Adadelta"),
    Case("Adadelta", {"lr": 0.1}),
    Case("Adadelta", {"rho": 0.5}),
    Case("Adadelta", {"eps": 0.1}),
    Case("Adadelta", {"weight_decay": 0.1}),
    Case("Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 0.01, "weight_decay": 0.1}),
    Case("Adam"),
    Case("Adam", {"lr": 0.1}),
    Case("Adam", {"betas": (0.5, 0.999)}),
    Case("Adam", {"betas": (0.9, 0.8)}),
    Case("Adam", {"betas": (0.0, 0.0)}),
    Case("Adam", {"eps": 0.1}),
    Case("Adam", {"weight_decay": 0.1}),
    Case("Adam", {"lr": 0.1, "betas": (0.7, 0.9), "eps": 0.01, "weight_decay": 0.1}),
]
LR, SOME = per_trial(0.1, 0.0, 0.01, 0.3), per_trial(0.5, 0.0, 0.9, 0.0)
PER_TRIAL = [
    Case("SGD", {"lr": LR}),
    Case("SGD", {"momentum": SOME}),
    Case("SGD", {"momentum": SOME, "dampening": per_trial(0.5, 0.5, 0.0, 0.0)}),
    Case("SGD", {"momentum": per_trial(0.1, 0.5, 0.9, 0.3), "nesterov": True}),
    Case("SGD", {"lr": LR, "momentum": SOME, "dampening": 0.3, "weight_decay": per_trial(0.0, 0.1, 0.2, 0.0)}),
    Case("RMSprop", {"lr": LR, "alpha": per_trial(0.9, 0.0, 0.5, 0.99), "eps": per_trial(1e-8, 0.1, 1e-3, 1.0)}),
    Case("RMSprop", {"momentum": SOME, "weight_decay": per_trial(0.0, 0.1, 0.2, 0.0), "centered": True}),
    Case("Adagrad", {"lr": LR, "lr_decay": SOME, "eps": per_trial(1e-10, 0.1, 1e-3, 1.0)}),
    Case("Adagrad", {"initial_accumulator_value": SOME, "weight_decay": per_trial(0.0, 0.1, 0.2, 0.0)}),
    Case("Adadelta", {"lr": LR, "rho": SOME, "eps": per_trial(1e-6, 0.1, 1e-3, 1.0), "weight_decay": SOME}),
    Case("Adam", {"lr": LR, "betas": (SOME, per_trial(0.999, 0.5, 0.9, 0.0)), "weight_decay": SOME}),
    Case("Adam", {"betas": (0.9, per_trial(0.999, 0.5, 0.9, 0.99)), "eps": per_trial(1e-8, 0.1, 1e-3, 1.0)}),
]


@pytest.mark.parametrize("case", ALONE, ids=str)
def test_every_step_is_that_of_torch(case):
    rule = RULES[case.rule]
    ours, theirs = (path(rule, case.options, start(), gradients()) for path in (path_of_ours, path_of_torch))
    assert_close(ours, theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("case", PER_TRIAL, ids=str)
def test_every_trial_has_its_own_numbers(case):
    values, changing = start((TRIALS,)), gradients((TRIALS,))
    ours = path_of_ours(RULES[case.rule], case.options, values, changing)
    for trial in range(TRIALS):
        options = {name: of_trial(value, trial) for name, value in case.options.items()}
        alone = [[gradient[trial] for gradient in now] for now in changing]
        theirs = path_of_torch(RULES[case.rule], options, [value[trial] for value in values], alone)
        assert_close([path[:, trial] for path in ours], theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("case", PER_TRIAL, ids=str)
def test_numbers_of_other_trials_do_not_change_a_trials_bits(case, dtype):
    """Each trial beside the others, and in a stack where all have its numbers, as tensors and as plain floats."""
    values, changing = start((TRIALS,), dtype), gradients((TRIALS,), 20, dtype)
    mixed = path_of_ours(RULES[case.rule], case.options, values, changing)
    for trial in range(TRIALS):
        plain = {name: of_trial(value, trial) for name, value in case.options.items()}
        alike = {name: per_trial(*[v] * TRIALS) if type(v) is float else v for name, v in plain.items()}
        for options in (plain, alike):
            uniform = path_of_ours(RULES[case.rule], options, values, changing)
            assert_close([path[:, trial] for path in uniform], [path[:, trial] for path in mixed], **EXACT)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_float32_follows_float64_within_rounding(rule):
    short = path_of_ours(rule, {}, start(dtype=torch.float32), gradients(dtype=torch.float32))
    theirs = path_of_torch(rule, {}, start(dtype=torch.float32), gradients(dtype=torch.float32))
    assert_close(short, theirs, rtol=0, atol=3e-6)


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}], ids=["plain", "weight decay"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_step_leaves_the_gradients_as_they_are(rule, options):
    extra = {"momentum": 0.9} if rule in (SGD, RMSprop) else {}
    parameters = [Parameter(value) for value in start()]
    optimizer = rule(parameters, **options, **extra)
    for _ in range(3):
        for parameter, gradient in zip(parameters, gradients(steps=1)[0], strict=True):
            parameter.grad.copy_(gradient)
        optimizer.step()
        assert_close([parameter.grad for parameter in parameters], gradients(steps=1)[0], **EXACT)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_parameter_moves_alike_alone_and_beside_others(rule):
    extra = {"momentum": 0.9} if rule in (SGD, RMSprop) else {}
    together = path_of_ours(rule, extra, start(), gradients())
    for k in range(len(SHAPES)):
        (alone,) = path_of_ours(rule, extra, start()[k : k + 1], [now[k : k + 1] for now in gradients()])
        assert_close(together[k], alone, **EXACT)


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        *((rule, {"lr": bad}) for rule in RULES.values() for bad in (-0.1, float("nan"), float("inf"))),
        *((rule, {"weight_decay": bad}) for rule in RULES.values() for bad in (-0.1, float("nan"))),
        *((rule, {"eps": -1e-8}) for rule in (RMSprop, Adagrad, Adadelta, Adam)),
        *((rule, {"momentum": bad}) for rule in (SGD, RMSprop) for bad in (-0.1, 1.0)),
        (SGD, {"momentum": 0.9, "dampening": -0.1}),
        *((RMSprop, {"alpha": bad}) for bad in (-0.1, 1.0)),
        (Adagrad, {"lr_decay": -0.1}),
        (Adagrad, {"initial_accumulator_value": -0.1}),
        *((Adadelta, {"rho": bad}) for bad in (-0.1, 1.0)),
        *((Adam, {"betas": bad}) for bad in ((1.0, 0.9), (-0.1, 0.9), (0.9, 1.0), (0.9, -0.1))),
        *((rule, {"lr": per_trial(0.1, 0.1, -0.1, 0.1)}) for rule in RULES.values()),
    ],
)
def test_a_number_out_of_its_range_is_refused_by_name(rule, options):
    name = "betas" if "betas" in options else list(options)[-1]
    with pytest.raises(ValueError, match=f"^{name}.* must be at least 0 and"):
        rule([Parameter(normal(TRIALS, 3, 2))], **options)


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "dampening": 0.1}, {"momentum": SOME}], ids=str)
def test_nesterov_needs_a_momentum_and_no_dampening(options):
    with pytest.raises(ValueError, match="nesterov"):
        SGD([Parameter(normal(TRIALS, 3, 2))], nesterov=True, **options)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_set_lr_takes_effect_at_the_next_step(rule):
    parameter = Parameter(normal(2, 3, 2))
    optimizer = rule([parameter], lr=0.1)
    parameter.grad.fill_(1)
    before = parameter.value.clone()
    optimizer.set_lr(per_trial(0.0, 0.2))
    optimizer.step()
    other = Parameter(normal(2, 3, 2))
    second = rule([other], lr=0.2)
    other.grad.fill_(1)
    second.step()
    assert_close(parameter.value[0], before[0], **EXACT)
    assert_close(parameter.value[1], other.value[1], **EXACT)
