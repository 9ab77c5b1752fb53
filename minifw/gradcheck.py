"""Checks a hand-written backward pass, element by element.

A wrong gradient rarely shows: the network still learns, only worse. So every gradient is compared with two others that were
found in different ways: finite differences (move one number a little, see how the loss changes) and torch.autograd.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor
from torch.overrides import TorchFunctionMode

from minifw.losses import Loss
from minifw.module import Module
from minifw.parameter import Parameter

ONE_STEP = 1e-6


class GradientError(AssertionError):
    """A backward pass does not agree with finite differences or autograd; the message says where and by how much."""


@dataclass(frozen=True)
class GradientCheck:
    """The largest disagreement of one gradient: where it is, the hand-written value and the two it was compared with.

    Errors are |ours - reference| / max(1, |reference|). `autograd_error` is None when torch cannot differentiate
    the forward pass.
    """

    name: str
    index: tuple[int, ...]
    ours: float
    finite_difference: float
    difference_error: float
    autograd_error: float | None

    def agrees(self, tolerance: float) -> bool:
        """Whether both errors are within the tolerance. A NaN never is."""
        return self.difference_error <= tolerance and (self.autograd_error is None or self.autograd_error <= tolerance)

    def __str__(self) -> str:
        autograd = "not available" if self.autograd_error is None else f"off by {self.autograd_error:.2g}"
        return (
            f"{self.name}{list(self.index)}: backward gives {self.ours:.9g}, finite differences {self.finite_difference:.9g} "
            f"(off by {self.difference_error:.2g}; autograd: {autograd})"
        )


def check_gradients(
    module: Module | Loss, inputs: Tensor, targets: Tensor | None = None, *, tolerance: float = 1e-6, seed: int = 0
) -> list[GradientCheck]:
    """Checks dL/dinput and dL/dparameter of any module or loss in float64; returns one entry for each of them.

    For a module, L is the sum of the outputs times fixed random numbers, the cotangent; for a loss, given its `targets`, L
    is the sum of its values over trials. Finite differences are central, with step 1e-6. The module itself is not
    changed: the check works on copies, so that dropout draws the same mask every time. It also finds parameters that
    `parameters` does not, gradients that are overwritten where they should add up, and a second pass that differs.

    Args:
        module: a module or a loss.
        inputs: where to check, (..., batch, features); cast to float64. Keep away from kinks such as 0 for ReLU.
        targets: for a loss only.
        tolerance: largest |ours - reference| / max(1, |reference|) allowed.
        seed: of the cotangent.

    Raises GradientError when one of these goes wrong, ValueError when the targets of a loss are missing.
    """
    inputs = inputs.detach().double().clone()
    if isinstance(module, Loss):
        if targets is None:
            raise ValueError("checking a loss needs its targets")
        checks = _check_loss(module, inputs, targets)
        _raise_if_wrong(module, checks, tolerance)
        return checks
    return _check_module(module, inputs, seed, tolerance)


def _raise_if_wrong(module: Module | Loss, checks: list[GradientCheck], tolerance: float) -> None:
    if wrong := [check for check in checks if not check.agrees(tolerance)]:
        raise GradientError(f"{type(module).__name__} has {len(wrong)} wrong gradient(s)\n  " + "\n  ".join(map(str, wrong)))


def _check_module(module: Module, inputs: Tensor, seed: int, tolerance: float) -> list[GradientCheck]:
    reference = copy.deepcopy(module).to(dtype=torch.float64)
    _refuse_hidden_parameters(reference)
    worker = copy.deepcopy(reference)
    outputs = worker.forward(inputs.clone())
    cotangent = torch.randn(outputs.shape, dtype=torch.float64, generator=Generator().manual_seed(seed))
    ours = _backward_onto_ones(worker, cotangent)
    values = {"input": inputs} | {name: parameter.value for name, parameter in reference.named_parameters()}

    def total(tensors: dict[str, Tensor]) -> Tensor:
        model = copy.deepcopy(reference)
        for name, parameter in model.named_parameters():
            parameter.value = tensors[name]
        return (model.forward(tensors["input"]) * cotangent).sum()

    checks = _compare(ours, values, total)
    _refuse_overwriting(checks, tolerance)
    _raise_if_wrong(module, checks, tolerance)
    if torch.equal(worker.forward(inputs.clone()), outputs):
        _refuse_other_gradients(ours, _backward_onto_ones(worker, cotangent))
    return checks


def _backward_onto_ones(module: Module, cotangent: Tensor) -> dict[str, Tensor]:
    """What a backward pass adds to gradients that are one before."""
    for parameter in module.parameters():
        parameter.grad = torch.ones_like(parameter.value)
    dx = module.backward(cotangent.clone())
    return {"input": dx} | {name: parameter.grad - 1 for name, parameter in module.named_parameters()}


def _refuse_hidden_parameters(module: Module) -> None:
    """A copy reaches everything a module holds, also where `parameters` does not look."""
    copies: dict[int, Any] = {}
    listed = copy.deepcopy(module, copies)
    known = {id(item) for item in (*listed.modules(), *listed.parameters())}
    if hidden := [held for held in copies.values() if isinstance(held, (Module, Parameter)) and id(held) not in known]:
        raise GradientError(
            f"{type(module).__name__} holds what training would not find: {', '.join(repr(held) for held in hidden)}; keep "
            "modules and parameters in attributes, lists, tuples, dicts or dataclasses"
        )


def _refuse_overwriting(checks: list[GradientCheck], tolerance: float) -> None:
    """Where a gradient of one was overwritten, what was added to it seems too small by just one."""
    for check in checks:
        if check.name != "input" and not check.agrees(tolerance) and abs(check.ours + 1 - check.finite_difference) <= tolerance:
            raise GradientError(
                f"backward overwrites the gradient of {check.name}; add to it, grad.add_(...), as losses add up"
            )


def _refuse_other_gradients(first: dict[str, Tensor], second: dict[str, Tensor]) -> None:
    for name, gradient in first.items():
        if not torch.allclose(second[name], gradient, rtol=1e-9, atol=1e-9):
            raise GradientError(f"a second forward and backward pass on the same inputs gives another gradient of {name}")


def _check_loss(loss: Loss, inputs: Tensor, targets: Tensor) -> list[GradientCheck]:
    targets = targets.double() if targets.is_floating_point() else targets
    loss(inputs, targets)
    ours = {"prediction": loss.backward()}

    def total(tensors: dict[str, Tensor]) -> Tensor:
        prediction = tensors["prediction"]
        target = loss.check_target(prediction, targets)
        return (loss.total(prediction, target) / loss.divisor(prediction)).sum()

    return _compare(ours, {"prediction": inputs}, total)


def _compare(
    ours: dict[str, Tensor], values: dict[str, Tensor], total: Callable[[dict[str, Tensor]], Tensor]
) -> list[GradientCheck]:
    automatic = _autograd(values, total)
    checks = []
    for name, value in values.items():
        if ours[name].shape != value.shape:
            raise GradientError(f"the gradient of {name} has shape {tuple(ours[name].shape)}, not {tuple(value.shape)}")
        differences = _finite_differences(name, values, total)
        error = (ours[name] - differences).abs() / differences.abs().clamp_min(1)
        worst = int(error.nan_to_num(torch.inf).argmax())
        autograd_error = None
        if automatic is not None:
            reference = automatic[name]
            autograd_error = float(((ours[name] - reference).abs() / reference.abs().clamp_min(1)).max())
        checks.append(
            GradientCheck(
                name=name,
                index=tuple(int(i) for i in torch.unravel_index(torch.tensor(worst), value.shape)),
                ours=float(ours[name].flatten()[worst]),
                finite_difference=float(differences.flatten()[worst]),
                difference_error=float(error.flatten()[worst]),
                autograd_error=autograd_error,
            )
        )
    return checks


def _finite_differences(name: str, values: dict[str, Tensor], total: Callable[[dict[str, Tensor]], Tensor]) -> Tensor:
    differences = torch.empty_like(values[name]).flatten()
    for index in range(len(differences)):
        sides = []
        for step in (ONE_STEP, -ONE_STEP):
            moved = values[name].clone()
            moved.view(-1)[index] += step
            sides.append(float(total(values | {name: moved})))
        differences[index] = (sides[0] - sides[1]) / (2 * ONE_STEP)
    return differences.view_as(values[name])


class _WithoutDetach(TorchFunctionMode):
    """Lets autograd see through `Module.__call__`, which detaches its input, so that modules may call those inside them."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return args[0] if func is Tensor.detach else func(*args, **(kwargs or {}))


def _autograd(values: dict[str, Tensor], total: Callable[[dict[str, Tensor]], Tensor]) -> dict[str, Tensor] | None:
    leaves = {name: value.clone().requires_grad_() for name, value in values.items()}
    try:
        with _WithoutDetach():
            value = total(leaves)
        gradients = torch.autograd.grad(value, list(leaves.values()), allow_unused=True)
    except RuntimeError:
        return None
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for (name, leaf), gradient in zip(leaves.items(), gradients, strict=True)
    }
