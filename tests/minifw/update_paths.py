"""The way of parameters under an update rule, ours and torch.optim's, from the same start with the same gradients."""

import torch
from torch import Tensor

from minifw import SGD, Adadelta, Adagrad, Adam, Parameter, RMSprop
from tests.minifw.helpers import normal

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
