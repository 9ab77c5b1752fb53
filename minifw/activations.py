"""Activations: the bends between affine layers, without which a deep network would be one affine map.

They act element by element. Each keeps its output y, because its derivative is cheap to compute from y. The backward
operators are torch's own fused ones; they are plain functions, nothing is recorded.
"""

from __future__ import annotations

import torch
from torch import Tensor

from minifw.module import Module


class ReLU(Module):
    """y = max(x, 0), with derivative 1 where x > 0 and 0 elsewhere, at 0 too."""

    def forward(self, x: Tensor) -> Tensor:
        self.saved = torch.relu(x)
        return self.saved

    def backward(self, dy: Tensor) -> Tensor:
        return torch.ops.aten.threshold_backward(dy, self.saved, 0)


class Tanh(Module):
    """y = tanh(x), with derivative 1 - y^2."""

    def forward(self, x: Tensor) -> Tensor:
        self.saved = torch.tanh(x)
        return self.saved

    def backward(self, dy: Tensor) -> Tensor:
        return torch.ops.aten.tanh_backward(dy, self.saved)


class Sigmoid(Module):
    """y = 1 / (1 + exp(-x)), with derivative y (1 - y).

    Computed as (1 + tanh(x/2)) / 2: torch.sigmoid takes another path for the last elements of a buffer, so that the
    bits of a trial would depend on how many trials stand beside it. Exact to rounding relative to 1, not to y itself, where
    y is tiny.
    """

    def forward(self, x: Tensor) -> Tensor:
        self.saved = torch.tanh(x * 0.5).mul(0.5).add_(0.5)
        return self.saved

    def backward(self, dy: Tensor) -> Tensor:
        return torch.ops.aten.sigmoid_backward(dy, self.saved)
