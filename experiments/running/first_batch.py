"""Checks the layers, losses and networks that a user wrote on their first batch, before anything is trained.

A wrong gradient rarely shows: the network still learns, only worse. And a layer that reduces over the wrong axis is right alone
and wrong beside other trials. So each is held against finite differences and autograd, and two in a stack against each alone.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from experiments.config.settings import SettingError
from experiments.config.trial import Trial
from experiments.training.engines import ONE_AT_A_TIME
from experiments.training.trials import Training, prepare_single
from experiments.training.user_code import PACKAGE, errors_of_user_code
from minifw import GradientError, Loss, Module, check_gradients, stack

MAX_SAMPLES = 6
# Away from kinks, such as that of ReLU at 0, where there is more than one right gradient.
STEP_ASIDE = 1e-3
CLOSE = 1e-9


def check_own_code(trials: Iterable[Trial]) -> None:
    """Checks what each structure among the trials has of a user's own, on the first batch of its first trial.

    Raises SettingError naming the layer, the element, the user's value and the one expected; UserCodeError where the user's
    code fails.
    """
    by_structure = {trial.config.structure(): trial for trial in reversed(list(trials)) if trial.config.own_code()}
    for trial in by_structure.values():
        with errors_of_user_code():
            _FirstBatch(trial).check()


@dataclass(frozen=True)
class Place:
    """A module of the user's in a network: its name there, itself, and what it was given."""

    name: str
    module: Module
    inputs: Tensor

    @property
    def label(self) -> str:
        """`Leaky (layers.1)`."""
        return type(self.module).__name__ + (f" ({self.name})" if self.name else "")


class _FirstBatch:
    """The check of one trial's settings, in float64: the trial, and for stacks the one of the next seed."""

    def __init__(self, trial: Trial) -> None:
        self.config = trial.config
        self.setting = next((name for name in ("model", "act") if name in trial.config.own_code()), "")
        seeds = (trial.seed, trial.seed + 1)
        self.singles = [_Single(prepare_single([Trial(trial.config, seed)])) for seed in seeds]

    def check(self) -> None:
        first, second = self.singles
        self._check_outputs(first)
        stacked = self.config.engine not in ONE_AT_A_TIME
        for place, beside in zip(first.places, second.places, strict=True):
            self._check_gradients(self.setting, place.label, place.module, place.inputs)
            if stacked:
                self._check_stack(place, beside)
        if "loss" in self.config.own_code():
            label = type(first.loss).__name__
            self._check_gradients("loss", label, first.loss, first.outputs, first.targets)
            self._check_stacked_loss(label)

    def _check_outputs(self, single: _Single) -> None:
        """Of a network of the user's, whether it gives the numbers that the targets are."""
        if self.setting == "model" and single.outputs.shape != single.targets.shape:
            raise SettingError(
                "model",
                f"{self.config.model} gives {tuple(single.outputs.shape)} for points {tuple(single.inputs.shape)}; "
                f"{self.config.resolve().targets} targets are {tuple(single.targets.shape)}",
            )

    def _check_gradients(self, setting: str, label: str, checked: Module | Loss, x: Tensor, y: Tensor | None = None) -> None:
        try:
            check_gradients(checked, x, y)
        except GradientError as error:
            aside = x + STEP_ASIDE * torch.randn(x.shape, dtype=x.dtype, generator=Generator().manual_seed(0))
            try:
                check_gradients(checked, aside, y)
            except GradientError:
                said = str(error).partition("wrong gradient(s)\n")[2] or f"  {error}"
                raise SettingError(setting, f"nothing is trained, for the backward of {label} is wrong:\n{said}") from None

    def _check_stack(self, *places: Place) -> None:
        """Two modules, each alone, then as a stack: same outputs, same gradients."""
        label, inputs = places[0].label, torch.stack([place.inputs for place in places])
        try:
            ensemble = stack([copy.deepcopy(place.module) for place in places])
        except ValueError as error:
            raise SettingError(self.setting, f"{label} cannot be stacked: {error}") from None
        alone = [_passes(copy.deepcopy(place.module), place.inputs) for place in places]
        beside = _in_a_stack(label, inputs, lambda: _passes(ensemble, inputs))
        for name, values in beside.items():
            self._compare(self.setting, label, name, values, [passes[name] for passes in alone])

    def _check_stacked_loss(self, label: str) -> None:
        outputs, targets = (torch.stack([getattr(one, name) for one in self.singles]) for name in ("outputs", "targets"))
        loss = self.singles[0].loss
        alone = [_measured(loss, single.outputs, single.targets) for single in self.singles]
        beside = _in_a_stack(label, outputs, lambda: _measured(loss, outputs, targets))
        for name, values in beside.items():
            self._compare("loss", label, name, values, [measured[name] for measured in alone])

    def _compare(self, setting: str, label: str, name: str, beside: Tensor, alone: list[Tensor]) -> None:
        expected = tuple(torch.stack(alone).shape)
        if tuple(beside.shape) != expected:
            shapes = f"{name} is {tuple(beside.shape)} in a stack of two, not {expected}"
            raise SettingError(setting, f"{label} is wrong beside other trials: {shapes}{ADVICE}")
        off = (beside - torch.stack(alone)).abs() > CLOSE * (1 + beside.abs())
        if bool(off.any()):
            trial, *element = off.nonzero()[0].tolist()
            ours, right = (float(values[trial][tuple(element)]) for values in (beside, torch.stack(alone)))
            raise SettingError(
                setting,
                f"{label} is wrong beside other trials: {name}{element} of trial {trial} is {ours:.9g} in a stack of two, "
                f"{right:.9g} alone{ADVICE}",
            )


ADVICE = (
    "; shapes are (..., batch, features), and in a stack a trial axis comes first: sum over dim=-1 or dim=-2 with "
    "keepdim=True, never over all axes or dim=0"
)


class _Single:
    """A trial's network alone on its first batch, in float64, and what the user's modules in it were given."""

    def __init__(self, training: Training) -> None:
        x, _, y = next(iter(training.loader))
        self.inputs, self.targets = x[:MAX_SAMPLES].double(), y[:MAX_SAMPLES]
        self.targets = self.targets.double() if self.targets.is_floating_point() else self.targets
        self.loss = training.loss
        model = copy.deepcopy(training.model).double()
        self.outputs, self.places = _record(model, self.inputs)


def _record(model: Module, x: Tensor) -> tuple[Tensor, list[Place]]:
    """Outputs of a forward pass, and the user's modules, those inside others first, each with what it was given."""
    untouched = dict(copy.deepcopy(model).named_modules())
    places: list[Place] = []

    def watched(name: str, module: Module) -> Callable[[Tensor], Tensor]:
        def forward(inputs: Tensor) -> Tensor:
            outputs = type(module).forward(module, inputs)
            places.append(Place(name, untouched[name], inputs.clone()))
            return outputs

        return forward

    for name, module in _own_modules(model):
        vars(module)["forward"] = watched(name, module)
    return model.forward(x.clone()), list({place.name: place for place in places}.values())


def _own_modules(model: Module) -> Iterator[tuple[str, Module]]:
    return ((name, module) for name, module in model.named_modules() if type(module).__module__.startswith(PACKAGE))


def _passes(module: Module, x: Tensor) -> dict[str, Tensor]:
    """Outputs of a forward pass, and all gradients of a backward pass, that do not depend on the number of trials."""
    outputs = module.forward(x.clone())
    shape = outputs.shape[-2:]
    dy = torch.randn(shape, dtype=outputs.dtype, generator=Generator().manual_seed(1)).expand_as(outputs).clone()
    gradients: dict[str, Any] = {"dL/dinput": module.backward(dy)}
    gradients |= {f"dL/d{name}": parameter.grad for name, parameter in module.named_parameters()}
    return {"output": outputs, **gradients}


def _measured(loss: Loss, outputs: Tensor, targets: Tensor) -> dict[str, Tensor]:
    return {"value": loss(outputs, targets), "gradient": loss.backward()}


def _in_a_stack(label: str, inputs: Tensor, compute: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
    """What `compute` gives; an error says in addition that it came in a stack."""
    try:
        return compute()
    except Exception as error:
        error.add_note(f"{label} runs alone; this came in a stack of two, on inputs {tuple(inputs.shape)}{ADVICE}")
        raise
