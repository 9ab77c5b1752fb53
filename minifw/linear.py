"""The affine layer: every output is a weighted sum of all inputs, plus a number of its own.

It is the only layer with parameters, and it has two paths, because torch has two operators. One network's inputs are a
matrix, its rows the samples, and `addmm` multiplies matrices. A stack has a matrix for each trial, and `baddbmm` multiplies
them all in one call, each by the weight of its own trial. The pairs `_forward_single`, `_forward_stacked` and
`_backward_single`, `_backward_stacked` are the same formulas.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from minifw.initializers import find_initializer
from minifw.module import Module, with_trial_axis
from minifw.parameter import Parameter
from minifw.random import fresh_generator

BIAS_INITIALIZERS = ("same", "zero")


class Linear(Module):
    """y = x W + b with W (in, out) and b (1, out), or (trials, in, out) and (trials, 1, out) in a stack.

    Gradients: dL/dW = x^T dL/dy, dL/db = sum of dL/dy over the batch, dL/dx = dL/dy W^T.

    Args:
        in_features: width of the inputs (..., batch, in).
        out_features: width of the outputs (..., batch, out).
        bias: whether b is added.
        init: name of the initialiser of the weight, see `minifw.initializers`.
        generator: where the draws come from; without one, a fresh seed from the operating system.
        init_scale: a factor on the drawn weight, and on the bias when it is drawn.
        bias_init: `same` draws the bias like the weight, with the weight's fan-in and fan-out; `zero` starts it at 0.
        dtype: of the parameters; torch's default dtype unless given. Draws are float64 first.

    Raises ValueError for a width below 1 or an unknown initialiser.
    """

    weight: Parameter  # (in, out), in a stack (trials, in, out)
    bias: Parameter | None  # (1, out), in a stack (trials, 1, out)
    saved: Tensor  # the inputs: (samples, in), in a stack (trials, batch, in)

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        init: str = "uniform",
        generator: Generator | None = None,
        *,
        init_scale: float = 1.0,
        bias_init: str = "same",
        dtype: torch.dtype | None = None,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(f"a width must be at least 1, not {in_features} -> {out_features}")
        if bias_init not in BIAS_INITIALIZERS:
            raise ValueError(f"bias_init is one of {', '.join(BIAS_INITIALIZERS)}, not {bias_init!r}")
        generator = generator or fresh_generator()
        initializer = find_initializer(init)
        dtype = dtype or torch.get_default_dtype()

        def draw(shape: tuple[int, int]) -> Tensor:
            return initializer(shape, in_features, out_features, generator).mul_(init_scale).to(dtype)

        self.weight = Parameter(draw((in_features, out_features)))
        self.bias = None
        if bias:
            drawn = bias_init == "same"
            self.bias = Parameter(draw((1, out_features)) if drawn else torch.zeros(1, out_features, dtype=dtype))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.value
        if x.shape[-1] != weight.shape[-2]:
            raise ValueError(f"Linear expects inputs of {weight.shape[-2]} features, not {x.shape[-1]}")
        if x.dtype is not weight.dtype:
            raise ValueError(f"Linear is {weight.dtype}, its inputs {x.dtype}; write x.to({weight.dtype})")
        return self._forward_stacked(x) if weight.dim() == 3 else self._forward_single(x)

    def _forward_single(self, x: Tensor) -> Tensor:
        weight = self.weight.value
        rows = x.reshape(-1, x.shape[-1])
        self.saved = rows
        y = torch.addmm(self.bias.value, rows, weight) if self.bias else rows @ weight
        return y.view(*x.shape[:-1], y.shape[-1])

    def _forward_stacked(self, x: Tensor) -> Tensor:
        weight = self.weight.value
        self.saved = x = with_trial_axis(x, len(weight))
        return torch.baddbmm(self.bias.value, x, weight) if self.bias else torch.bmm(x, weight)

    def backward(self, dy: Tensor) -> Tensor:
        return self._backward_stacked(dy) if self.weight.value.dim() == 3 else self._backward_single(dy)

    def _backward_single(self, dy: Tensor) -> Tensor:
        rows, weight = dy.reshape(-1, dy.shape[-1]), self.weight.value
        self.weight.grad.addmm_(self.saved.mT, rows)
        if self.bias:
            self.bias.grad.add_(rows.sum(0, keepdim=True))
        return (rows @ weight.mT).view(*dy.shape[:-1], weight.shape[-2])

    def _backward_stacked(self, dy: Tensor) -> Tensor:
        self.weight.grad.baddbmm_(self.saved.mT, dy)
        if self.bias:
            self.bias.grad.add_(dy.sum(-2, keepdim=True))
        return torch.bmm(dy, self.weight.value.mT)

    def describe(self) -> str:
        return f"{self.weight.value.shape[-2]} -> {self.weight.value.shape[-1]}"
