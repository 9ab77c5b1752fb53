"""Update rules against torch.optim: every option alone and combined, one trial after another."""

from dataclasses import dataclass, field

import pytest
import torch
from torch.testing import assert_close

from minifw import SGD, Adadelta, Adam, Parameter, RMSprop
from tests.minifw.helpers import EXACT, normal
from tests.minifw.update_paths import RULES, TRIALS, gradients, of_trial, path_of_ours, path_of_torch, per_trial, start


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


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "dampening": 0.1}, {"momentum": SOME}], ids=str)
def test_nesterov_needs_a_momentum_and_no_dampening(options):
    with pytest.raises(ValueError, match="nesterov"):
        SGD([Parameter(normal(TRIALS, 3, 2))], nesterov=True, **options)


SLOW = {Adam: {"betas": (0.9, 0.9999999)}, RMSprop: {"alpha": 0.9999999}, Adadelta: {"rho": 0.9999999}}


@pytest.mark.parametrize("rates", [float, lambda number: per_trial(*[number] * TRIALS)], ids=["a float", "per trial"])
@pytest.mark.parametrize("rule", SLOW, ids=lambda rule: rule.__name__)
def test_averages_that_move_slowly_are_exact_in_float32(rule, rates):
    """1 - 0.9999999 is 1.2e-7 in float32, a fifth too much."""
    options = {
        name: tuple(map(rates, value)) if isinstance(value, tuple) else rates(value) for name, value in SLOW[rule].items()
    }
    paths = []
    for dtype in (torch.float32, torch.float64):
        changing = [[gradient.to(dtype) for gradient in now] for now in gradients((TRIALS,), 5, torch.float32)]
        values = [torch.zeros_like(value).to(dtype) for value in start((TRIALS,))]
        paths.append([path.double() for path in path_of_ours(rule, options, values, changing)])
    assert_close(paths[0], paths[1], rtol=1e-5, atol=1e-5)


def test_float32_adam_is_as_near_to_float64_as_torchs():
    changing = gradients(steps=30, dtype=torch.float32)
    values = [torch.zeros_like(value) for value in start(dtype=torch.float32)]
    exact = path_of_ours(Adam, {}, [v.double() for v in values], [[g.double() for g in now] for now in changing])
    for ours, theirs, true in zip(
        path_of_ours(Adam, {}, values, changing), path_of_torch(Adam, {}, values, changing), exact, strict=True
    ):
        assert (ours.double() - true).abs().max() < 2 * (theirs.double() - true).abs().max()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_the_largest_beta_gives_a_first_step_of_the_learning_rate(dtype):
    values = [torch.zeros(2, 3, dtype=dtype)]
    (path,) = path_of_ours(Adam, {"lr": 0.5, "betas": (0.9, 0.99999999)}, values, [[torch.ones(2, 3, dtype=dtype)]])
    assert_close(path[0], torch.full((2, 3), -0.5, dtype=dtype))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_bfloat16_stays_near_float64(rule):
    values, changing = start(), gradients(steps=20)
    short = path_of_ours(rule, {}, [v.bfloat16() for v in values], [[g.bfloat16() for g in now] for now in changing])
    exact = path_of_ours(rule, {}, values, changing)
    for ours, true in zip(short, exact, strict=True):
        assert_close(ours.double(), true, rtol=0.02, atol=0.1)


@pytest.mark.parametrize("case", [case for case in ALONE + PER_TRIAL if len(case.options) > 1], ids=str)
def test_a_state_has_all_that_later_steps_depend_on(case):
    """Four steps, its state put into a new optimiser, four more: the bits of eight steps."""
    values, changing, rule = start((TRIALS,)), gradients((TRIALS,), 8), RULES[case.rule]
    through = path_of_ours(rule, case.options, values, changing)
    parameters = [Parameter(value.clone()) for value in values]
    optimizer = rule(parameters, **case.options)
    for step, now in enumerate(changing):
        if step == 4:
            state = optimizer.state_dict()
            optimizer.step()
            parameters = [Parameter(path[3].clone()) for path in through]
            optimizer = rule(parameters, **case.options)
            optimizer.load_state_dict(state)
        for parameter, gradient in zip(parameters, now, strict=True):
            parameter.grad.copy_(gradient)
        optimizer.step()
    assert_close([parameter.value for parameter in parameters], [path[-1] for path in through], **EXACT)
