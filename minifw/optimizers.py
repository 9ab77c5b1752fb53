"""Update rules with torch.optim's names, defaults and results.

Gradient descent says: step against the gradient. The five rules here differ in how far, and in how much of the past they
remember. Each `update` reads as the published rule: `p` are the parameters, `g` the gradients, all flat, and every buffer
is (elements,), laid out like them.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from minifw.optimizer_base import Number, Optimizer
from minifw.parameter import Parameter


class SGD(Optimizer):
    """Stochastic gradient descent: b = momentum b + (1 - dampening) g (first step: b = g), p = p - lr b.

    With `nesterov`, p = p - lr (g + momentum b). Without momentum, p = p - lr g.
    Source: torch.optim.SGD; Sutskever et al., 2013.

    Args:
        parameters: what to train.
        lr: learning rate, at least 0.
        momentum: how much of the last step is kept, in [0, 1).
        dampening: how much of the gradient is left out of b, at least 0; ignored where momentum is 0.
        weight_decay: adds weight_decay times the parameter to its gradient, at least 0.
        nesterov: whether to look one step ahead.

    Raises ValueError for nesterov with a momentum of 0 or with dampening.
    """

    STATE = ("velocity",)

    momentum: Tensor
    dampening: Number
    undampened: Tensor  # 1 - dampening
    nesterov: bool
    velocity: Tensor | None  # b; None when no trial has momentum

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1e-3,
        momentum: Number = 0.0,
        dampening: Number = 0.0,
        weight_decay: Number = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.momentum = self.hyperparameter("momentum", momentum, below=1)
        self.dampening = dampening
        # Without momentum there is no dampening either, also for a trial that has none beside others that do.
        self.undampened = torch.where(self.momentum > 0, self.one_minus("dampening", dampening), 1.0)
        self.nesterov = nesterov
        if nesterov and not (bool((self.momentum > 0).all()) and bool((self.undampened == 1).all())):
            raise ValueError("nesterov needs a momentum above 0 and no dampening")
        self.velocity = self.buffer() if bool(self.momentum.any()) else None

    def update(self, p: Tensor, g: Tensor) -> None:
        b = self.velocity
        if b is None:
            p.addcmul_(self.lr, g, value=-1)
            return
        b.copy_(g) if self.steps == 1 else b.mul_(self.momentum).addcmul_(self.undampened, g)
        direction = torch.addcmul(g, self.momentum, b) if self.nesterov else b
        p.addcmul_(self.lr, direction, value=-1)


class RMSprop(Optimizer):
    """v = alpha v + (1 - alpha) g^2, b = momentum b + g / (sqrt(v) + eps), p = p - lr b.

    With `centered`, the square of a moving average of g is subtracted from v.
    Source: Hinton, Neural Networks for Machine Learning, lecture 6; torch.optim.RMSprop.

    Args:
        parameters: what to train.
        lr: learning rate, at least 0.
        alpha: how slowly the average of g^2 moves, in [0, 1).
        eps: keeps the division finite, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient, at least 0.
        momentum: how much of the last step is kept, in [0, 1).
        centered: whether to divide by an estimate of the standard deviation in place of the root mean square.
    """

    STATE = ("square_average", "average", "velocity")

    alpha: Tensor
    one_minus_alpha: Tensor
    eps: Tensor
    momentum: Tensor
    centered: bool
    square_average: Tensor  # v
    average: Tensor | None  # of g; None unless centered
    velocity: Tensor | None  # b; None when no trial has momentum

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1e-2,
        alpha: Number = 0.99,
        eps: Number = 1e-8,
        weight_decay: Number = 0.0,
        momentum: Number = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.alpha = self.hyperparameter("alpha", alpha, below=1)
        self.one_minus_alpha = self.one_minus("alpha", alpha, below=1)
        self.eps = self.hyperparameter("eps", eps)
        self.momentum = self.hyperparameter("momentum", momentum, below=1)
        self.centered = centered
        self.square_average = self.buffer()
        self.average = self.buffer() if centered else None
        self.velocity = self.buffer() if bool(self.momentum.any()) else None

    def update(self, p: Tensor, g: Tensor) -> None:
        v = self.square_average.mul_(self.alpha).addcmul_(g * g, self.one_minus_alpha)
        if self.average is not None:
            self.average.lerp_(g, self.one_minus_alpha)
            v = torch.addcmul(v, self.average, self.average, value=-1)
        direction = g / (v.sqrt() + self.eps)
        if self.velocity is not None:
            direction = self.velocity.mul_(self.momentum).add_(direction)
        p.addcmul_(self.lr, direction, value=-1)


class Adagrad(Optimizer):
    """s = s + g^2, p = p - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps), s starting at initial_accumulator_value.

    Source: Duchi et al., 2011; torch.optim.Adagrad.

    Args:
        parameters: what to train.
        lr: learning rate, at least 0.
        lr_decay: how fast the rate falls with the step t, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient, at least 0.
        initial_accumulator_value: where s starts, at least 0.
        eps: keeps the division finite, at least 0.
    """

    STATE = ("square_sum",)

    lr_decay: Tensor
    initial_accumulator_value: Number
    eps: Tensor
    square_sum: Tensor  # s

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1e-2,
        lr_decay: Number = 0.0,
        weight_decay: Number = 0.0,
        initial_accumulator_value: Number = 0.0,
        eps: Number = 1e-10,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.lr_decay = self.hyperparameter("lr_decay", lr_decay)
        self.eps = self.hyperparameter("eps", eps)
        self.initial_accumulator_value = initial_accumulator_value
        self.square_sum = self.buffer(self.hyperparameter("initial_accumulator_value", initial_accumulator_value))

    def update(self, p: Tensor, g: Tensor) -> None:
        rate = self.lr / (1 + (self.steps - 1) * self.lr_decay)
        s = self.square_sum.addcmul_(g, g)
        p.addcmul_(rate, g / (s.sqrt() + self.eps), value=-1)


class Adadelta(Optimizer):
    """v = rho v + (1 - rho) g^2, d = sqrt(u + eps) / sqrt(v + eps) g, u = rho u + (1 - rho) d^2, p = p - lr d.

    Source: Zeiler, 2012, algorithm 1; torch.optim.Adadelta.

    Args:
        parameters: what to train.
        lr: learning rate, at least 0.
        rho: how slowly both averages move, in [0, 1).
        eps: keeps the division finite and starts the first step, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient, at least 0.
    """

    STATE = ("square_average", "square_step_average")

    rho: Tensor
    one_minus_rho: Tensor
    eps: Tensor
    square_average: Tensor  # v, of g^2
    square_step_average: Tensor  # u, of d^2

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1.0,
        rho: Number = 0.9,
        eps: Number = 1e-6,
        weight_decay: Number = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.rho = self.hyperparameter("rho", rho, below=1)
        self.one_minus_rho = self.one_minus("rho", rho, below=1)
        self.eps = self.hyperparameter("eps", eps)
        self.square_average = self.buffer()
        self.square_step_average = self.buffer()

    def update(self, p: Tensor, g: Tensor) -> None:
        v = self.square_average.mul_(self.rho).addcmul_(g * g, self.one_minus_rho)
        u = self.square_step_average
        d = (u + self.eps).sqrt_().div_((v + self.eps).sqrt_()).mul_(g)
        u.mul_(self.rho).addcmul_(d * d, self.one_minus_rho)
        p.addcmul_(self.lr, d, value=-1)


class Adam(Optimizer):
    """m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p = p - lr m' / (sqrt(v') + eps).

    m' = m / (1 - b1^t) and v' = v / (1 - b2^t) correct the bias of starting at zero, at step t = 1, 2, ...
    Source: Kingma and Ba, 2015, algorithm 1; torch.optim.Adam.

    Args:
        parameters: what to train.
        lr: learning rate, at least 0.
        betas: b1 and b2, how slowly the two averages move, both in [0, 1).
        eps: keeps the division finite, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient, at least 0.
    """

    STATE = ("average", "square_average", "powers")

    betas: tuple[Number, Number]
    one_minus_beta1: Tensor
    beta2: Tensor
    one_minus_beta2: Tensor
    exact_betas: list[Tensor]  # b1 and b2 in float64: scalars, or (trials,)
    powers: list[Tensor]  # b1^t and b2^t in float64: scalars, or (trials,)
    eps: Tensor
    average: Tensor  # m
    square_average: Tensor  # v

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1e-3,
        betas: tuple[Number, Number] = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.betas = betas
        self.one_minus_beta1 = self.one_minus("betas[0]", betas[0], below=1)
        self.beta2 = self.hyperparameter("betas[1]", betas[1], below=1)
        self.one_minus_beta2 = self.one_minus("betas[1]", betas[1], below=1)
        self.exact_betas = [torch.as_tensor(beta, dtype=torch.float64) for beta in betas]
        # b1^t and b2^t, as running products: torch.pow gives a trial other bits at another place among the trials.
        self.powers = [torch.ones_like(beta) for beta in self.exact_betas]
        self.eps = self.hyperparameter("eps", eps)
        self.average = self.buffer()
        self.square_average = self.buffer()

    def update(self, p: Tensor, g: Tensor) -> None:
        for power, beta in zip(self.powers, self.exact_betas, strict=True):
            power.mul_(beta)
        bias_correction1, bias_correction2 = (self.per_element(1 - power) for power in self.powers)
        m = self.average.lerp_(g, self.one_minus_beta1)
        v = self.square_average.mul_(self.beta2).addcmul_(g * g, self.one_minus_beta2)
        direction = (m / bias_correction1).div_((v / bias_correction2).sqrt_().add_(self.eps))
        p.addcmul_(self.lr, direction, value=-1)
