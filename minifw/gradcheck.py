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
from torch import Tensor
from torch.overrides import TorchFunctionMode

from minifw.losses import Loss
from minifw.module import Module

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
    changed: the check works on copies, so that dropout draws the same mask every time.

    Args:
        module: a module or a loss.
        inputs: where to check, (..., batch, features); cast to float64. Keep away from kinks such as 0 for ReLU.
        targets: for a loss only.
        tolerance: largest |ours - reference| / max(1, |reference|) allowed.
        seed: of the cotangent.

    Raises GradientError when a gradient disagrees or has the wrong shape, ValueError when targets are missing.
    """
    inputs = inputs.detach().double().clone()
    if isinstance(module, Loss):
        if targets is None:
            raise ValueError("checking a loss needs its targets")
        checks = _check_loss(module, inputs, targets)
    else:
        checks = _check_module(module, inputs, seed)
    if wrong := [check for check in checks if not check.agrees(tolerance)]:
        raise GradientError(f"{type(module).__name__} has {len(wrong)} wrong gradient(s)\n  " + "\n  ".join(map(str, wrong)))
    return checks


def _check_module(module: Module, inputs: Tensor, seed: int) -> list[GradientCheck]:
    reference = copy.deepcopy(module).to(dtype=torch.float64)
    reference.zero_grad()

    worker = copy.deepcopy(reference)
    outputs = worker.forward(inputs.clone())
    cotangent = torch.randn(outputs.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    ours = {"input": worker.backward(cotangent.clone())}
    ours |= {name: parameter.grad for name, parameter in worker.named_parameters()}

    values = {"input": inputs} | {name: parameter.value for name, parameter in reference.named_parameters()}

    def total(tensors: dict[str, Tensor]) -> Tensor:
        model = copy.deepcopy(reference)
        for name, parameter in model.named_parameters():
            parameter.value = tensors[name]
        return (model.forward(tensors["input"]) * cotangent).sum()

    return _compare(ours, values, total)


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
