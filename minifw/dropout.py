"""Dropout: in training a random part of the numbers is set to zero, so that no unit can rely on a single other one.

Each trial draws what it drops from a stream of its own, so a trial drops the same numbers alone and in a stack.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from minifw.module import Module, with_trial_axis
from minifw.random import UniformStream, fresh_generator


class Dropout(Module):
    """In training y = x m / (1 - p), where m is 0 with probability p and 1 otherwise; in evaluation y = x.

    Dividing by 1 - p keeps the mean of y equal to x, so evaluation needs no factor (inverted dropout).
    Source: Srivastava et al., 2014, section 10.

    Args:
        p: the probability to drop, in [0, 1).
        generator: where the draws come from; without one, a fresh seed from the operating system.

    Raises ValueError for p outside [0, 1).
    """

    exact = frozenset({"_p"})

    _p: float | Tensor  # in a stack whose rates differ (trials, 1, 1), float64
    stream: UniformStream
    saved: Tensor | None  # m / (1 - p), in the shape of x; None in evaluation

    def __init__(self, p: float = 0.5, generator: Generator | None = None) -> None:
        self.stream = UniformStream([generator or fresh_generator()])
        self.p = p

    @property
    def p(self) -> float | Tensor:
        """The probability to drop; in a stack whose rates differ (trials, 1, 1)."""
        return self._p

    @p.setter
    def p(self, p: float | Tensor) -> None:
        rates = torch.as_tensor(p, dtype=torch.float64)
        if not bool(((rates >= 0) & (rates < 1)).all()):
            raise ValueError(f"dropout needs 0 <= p < 1, not {p}")
        trials = len(self.stream.generators)
        if rates.dim() and rates.shape not in ((trials,), (trials, 1, 1)):
            raise ValueError(
                f"one rate per trial is a tensor ({trials},) here, not {tuple(rates.shape)}; stack the models first"
            )
        self._p = rates.reshape(-1, 1, 1) if rates.dim() else rates.item()

    def forward(self, x: Tensor) -> Tensor:
        self.saved = None
        if not self.training:
            return x
        if not x.is_floating_point():
            raise ValueError(f"dropout scales its inputs, which {x.dtype} cannot hold; call x.float()")
        trials = len(self.stream.generators)
        if trials > 1:
            x = with_trial_axis(x, trials)
        kept = self.stream.draw(x.numel() // trials).reshape(x.shape) >= self._p
        self.saved = (kept * self.scale()).to(device=x.device, dtype=x.dtype)
        return x * self.saved

    def scale(self) -> Tensor:
        """1 / (1 - p) in float64."""
        return 1 / (1 - torch.as_tensor(self._p, dtype=torch.float64))

    def backward(self, dy: Tensor) -> Tensor:
        return dy if self.saved is None else dy * self.saved

    def describe(self) -> str:
        return f"p={self._p}" if isinstance(self._p, float) else "p per trial"
