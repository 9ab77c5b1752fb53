"""Losses: how wrong a network is, as a number, and in which direction its outputs should move.

They give one value per trial, and the gradient each trial would have alone. A mean over trials is never taken: it would
divide every gradient by the number of trials.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor

from minifw.passes import check_is_last, mark, pass_of

REDUCTIONS = ("mean", "batchmean", "sum")


class Loss(ABC):
    """Base of the losses. A subclass gives `total`, `gradient_of_total` and how many elements a trial has.

    Calling it with predictions (..., batch, features) and targets returns one value per trial: a scalar for one network,
    (trials,) for a stack. `backward` returns the gradient with respect to the predictions, in their shape.

    Args:
        reduction: `mean` over all elements of a trial, `batchmean` the sum over features and mean over the batch,
            or `sum`. Raises ValueError for another name.
    """

    reduction: str
    saved: tuple[Tensor, Tensor] | None  # prediction and target of the last call

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in REDUCTIONS:
            raise ValueError(f"reduction is one of {', '.join(REDUCTIONS)}, not {reduction!r}")
        self.reduction = reduction
        self.saved = None

    def __call__(self, prediction: Tensor, target: Tensor) -> Tensor:
        belongs_to = pass_of(prediction)
        prediction = prediction.detach()
        mark(prediction, belongs_to)
        target = self.check_target(prediction, target.detach())
        self.saved = prediction, target
        return self.total(prediction, target) / self.divisor(prediction)

    def backward(self) -> Tensor:
        """dL/dprediction of the last call."""
        if self.saved is None:
            raise ValueError("call the loss on predictions and targets before backward")
        return self.gradient(*self.saved)

    def gradient(self, prediction: Tensor, target: Tensor) -> Tensor:
        """dL/dprediction, for when the value itself is not wanted.

        Raises ValueError when the model was called again since it gave the prediction.
        """
        belongs_to = pass_of(prediction)
        check_is_last(belongs_to)
        prediction = prediction.detach()
        target = self.check_target(prediction, target.detach())
        gradient = self.scaled_gradient(prediction, target, 1 / self.divisor(prediction))
        mark(gradient, belongs_to)
        return gradient

    def divisor(self, prediction: Tensor) -> int:
        """By how much the sum over a trial's elements is divided."""
        if self.reduction == "sum":
            return 1
        samples = prediction.shape[-2] if prediction.dim() > 1 else 1
        if not samples:
            raise ValueError("a mean over no samples has no value; leave out empty batches")
        return samples if self.reduction == "batchmean" else samples * self.elements_per_sample(prediction)

    @abstractmethod
    def elements_per_sample(self, prediction: Tensor) -> int:
        """How many terms one sample adds to the sum."""

    @abstractmethod
    def check_target(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The target in the shape the loss computes with. Raises ValueError when it does not fit the prediction."""

    @abstractmethod
    def total(self, prediction: Tensor, target: Tensor) -> Tensor:
        """The sum over the elements of each trial."""

    @abstractmethod
    def scaled_gradient(self, prediction: Tensor, target: Tensor, scale: float) -> Tensor:
        """The gradient of `scale` times the total."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(reduction={self.reduction!r})"


def _hint(prediction: Tensor, target: Tensor) -> str:
    if prediction.dim() == 3 and target.shape in (prediction.shape[1:], prediction.shape[1:-1]):
        return f"; DataLoader(data, batch_size, trials={len(prediction)}) gives every trial of a stack its targets"
    return ""


def _sum_within_trial(values: Tensor, sample_axes: int) -> Tensor:
    """Sums over the batch axis, if there is one, and the `sample_axes` axes after it."""
    axes = min(values.dim(), 1 + sample_axes)
    return values.sum(tuple(range(-axes, 0))) if axes else values


class MSELoss(Loss):
    """Squared error: sum of (prediction - target)^2 over a trial's elements, then the reduction.

    Gradient: 2 (prediction - target) / n, with n = batch x features for `mean`, batch for `batchmean`, 1 for `sum`.
    Raises ValueError when target and prediction differ in shape; nothing is broadcast.
    """

    def check_target(self, prediction: Tensor, target: Tensor) -> Tensor:
        if target.shape != prediction.shape:
            raise ValueError(
                f"targets {tuple(target.shape)} do not have the shape of predictions {tuple(prediction.shape)}"
                + _hint(prediction, target)
            )
        return target

    def elements_per_sample(self, prediction: Tensor) -> int:
        return prediction.shape[-1]

    def total(self, prediction: Tensor, target: Tensor) -> Tensor:
        return _sum_within_trial((prediction - target).square(), sample_axes=1)

    def scaled_gradient(self, prediction: Tensor, target: Tensor, scale: float) -> Tensor:
        return (prediction - target).mul_(2 * scale)


class CrossEntropyLoss(Loss):
    """Cross-entropy of logits, fused with softmax: -log softmax(logits)[class], then the reduction.

    Targets are class indices (..., batch) of an integer type, or rows (..., batch, classes) that sum to one (taken on
    trust), such as one-hot rows; other shapes raise ValueError. Gradient: (softmax(logits) - onehot) / n. One element per
    sample, so `mean` and `batchmean` are the same.
    """

    def check_target(self, prediction: Tensor, target: Tensor) -> Tensor:
        if target.shape == prediction.shape:
            return target.to(prediction.dtype)
        if target.shape != prediction.shape[:-1]:
            raise ValueError(
                f"targets {tuple(target.shape)} are neither class indices {tuple(prediction.shape[:-1])} "
                f"nor one row per sample {tuple(prediction.shape)}" + _hint(prediction, target)
            )
        if target.is_floating_point():
            raise ValueError("class indices must be of an integer type")
        classes = torch.arange(prediction.shape[-1], device=target.device)
        if target.numel() and not 0 <= int(target.min()) <= int(target.max()) < len(classes):
            raise ValueError(f"class indices must lie in 0 to {len(classes) - 1}")
        return (target.unsqueeze(-1) == classes).to(prediction.dtype)

    def elements_per_sample(self, prediction: Tensor) -> int:
        return 1

    def total(self, prediction: Tensor, target: Tensor) -> Tensor:
        # A class the target rules out adds nothing, also where its logit is -inf: 0 times -inf would be NaN.
        terms = (torch.log_softmax(prediction, -1) * target).masked_fill(target == 0, 0)
        return _sum_within_trial(terms, sample_axes=1).neg()

    def scaled_gradient(self, prediction: Tensor, target: Tensor, scale: float) -> Tensor:
        return torch.softmax(prediction, -1).sub_(target).mul_(scale)
