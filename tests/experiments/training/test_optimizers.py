"""The update rule that settings describe, for one network and, number by number, for a stack."""

from __future__ import annotations

import pytest
import torch

from experiments.config.trial import TrialConfig
from experiments.training.networks import build_model
from experiments.training.optimizers import build_optimizer, make_optimizer
from minifw import stack

CHANGES = {
    "sgd": {"momentum": 0.8, "dampening": 0.1, "weight_decay": 0.02},
    "rmsprop": {"alpha": 0.8, "eps": 1e-4, "momentum": 0.3, "weight_decay": 0.02, "centered": True},
    "adagrad": {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "eps": 1e-4, "weight_decay": 0.02},
    "adadelta": {"rho": 0.8, "eps": 1e-4, "weight_decay": 0.02},
    "adam": {"beta1": 0.7, "beta2": 0.8, "eps": 1e-4, "weight_decay": 0.02},
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_trial_of_a_stack_has_its_own_numbers(name: str) -> None:
    """Three steps on made-up gradients: every lane goes where it goes alone."""
    plain = TrialConfig(hidden=(3,), optimizer=name, lr=0.01, dtype="float64")
    if name == "rmsprop":
        plain = plain.replace(centered=True)
    configs = [plain, plain.replace(lr=0.02, **CHANGES[name])]
    alone = [build_model(config, 0) for config in configs]
    rules = [make_optimizer(config, model, config.optimizer_numbers()) for config, model in zip(configs, alone, strict=True)]
    together = stack([build_model(config, 0) for config in configs])
    rule = build_optimizer(configs, together)
    for step in range(1, 4):
        for model in (*alone, together):
            for k, parameter in enumerate(model.parameters()):
                parameter.grad = torch.full_like(parameter.value, (-1) ** k * (0.3 * step + 0.1 * k))
        for each in (*rules, rule):
            each.step()
    for k, model in enumerate(alone):
        for mine, theirs in zip(model.parameters(), together.parameters(), strict=True):
            torch.testing.assert_close(theirs.value[k], mine.value, rtol=1e-12, atol=0)
    pairs = zip(alone[0].parameters(), alone[1].parameters(), strict=True)
    assert all(not torch.equal(one.value, other.value) for one, other in pairs)
