"""What every update rule shares: its numbers' ranges, its learning rate, and what a step leaves alone."""

import pytest
from torch.testing import assert_close

from minifw import SGD, Adadelta, Adagrad, Adam, Parameter, RMSprop
from tests.minifw.helpers import EXACT, normal
from tests.minifw.update_paths import RULES, SHAPES, TRIALS, gradients, path_of_ours, per_trial, start


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
