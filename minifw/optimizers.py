"""Update rules with torch.optim's names, defaults and results.

Every number may be a float or a tensor with one value per trial. Both go through the same operations, so that a trial
gets the same bits alone and beside trials with other settings. Each `update` reads as the published rule: `p` are the
parameters, `g` the gradients, all flat.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import torch
from torch import Tensor

from minifw.flat import FlatParameters
from minifw.module import Parameter

Number = float | Tensor


class Optimizer(ABC):
    """Base of the update rules. A subclass sets its numbers and buffers and defines `update`.

    Args:
        parameters: what to train; they become views into two flat buffers.
        lr: learning rate, at least 0.
        weight_decay: adds weight_decay times the parameter to its gradient (L2 penalty), at least 0.

    Raises ValueError for a number out of its range, and for a tensor that does not have one value per trial.
    """

    def __init__(self, parameters: Iterable[Parameter], lr: Number, weight_decay: Number) -> None:
        self.flat = FlatParameters(parameters)
        self._trial: Tensor | None = None
        self.steps = 0
        self.set_lr(lr)
        self.weight_decay = self.number("weight_decay", weight_decay)
        self.decays = bool(self.weight_decay.any())

    def set_lr(self, lr: Number) -> None:
        """Changes the learning rate from the next step on."""
        self.base_lr = lr
        self.lr = self.number("lr", lr)

    def number(self, name: str, value: Number, below: float = torch.inf) -> Tensor:
        """A setting, checked to lie in [0, below), in a form that multiplies the flat buffers."""
        exact = torch.as_tensor(value, dtype=torch.float64)
        if not bool(((exact >= 0) & (exact < below)).all()):
            bound = "finite" if below == torch.inf else f"below {below}"
            raise ValueError(f"{name} must be at least 0 and {bound}, not {value}")
        return self.spread(exact)

    def spread(self, exact: Tensor) -> Tensor:
        """A float64 number as it is, or one value per trial repeated for every element that belongs to the trial."""
        exact = exact.to(self.flat.value.device)
        if exact.dim() == 0:
            return exact.to(self.flat.value.dtype)
        if exact.dim() != 1:
            raise ValueError(f"one value per trial is a tensor (trials,), not {tuple(exact.shape)}")
        if self._trial is None:
            self._trial = self.flat.trial_of_each_element(len(exact))
        return exact.to(self.flat.value.dtype).index_select(0, self._trial)

    def buffer(self, fill: Number = 0.0) -> Tensor:
        """State with one element per parameter element."""
        return torch.zeros_like(self.flat.value) + fill

    def zero_grad(self) -> None:
        """Sets every gradient to zero."""
        self.flat.gather()
        self.flat.grad.zero_()

    def step(self) -> None:
        """One update from the accumulated gradients, which it leaves as they are."""
        self.flat.gather()
        self.steps += 1
        p, g = self.flat.value, self.flat.grad
        self.update(p, torch.addcmul(g, self.weight_decay, p) if self.decays else g)

    @abstractmethod
    def update(self, p: Tensor, g: Tensor) -> None:
        """Changes the flat parameters in place; must not change the flat gradients."""


class SGD(Optimizer):
    """Stochastic gradient descent: b = momentum b + (1 - dampening) g (first step: b = g), p = p - lr b.

    With `nesterov`, p = p - lr (g + momentum b). Without momentum, p = p - lr g. momentum lies in [0, 1).
    Source: torch.optim.SGD; Sutskever et al., 2013. Raises ValueError for nesterov with a zero momentum or dampening.
    """

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
        self.momentum = self.number("momentum", momentum, below=1)
        # Without momentum there is no dampening either, also for a trial that has none beside others that do.
        self.undamped = torch.where(self.momentum > 0, 1 - self.number("dampening", dampening), 1.0)
        self.nesterov = nesterov
        if nesterov and not (bool((self.momentum > 0).all()) and bool((self.undamped == 1).all())):
            raise ValueError("nesterov needs a momentum above 0 and no dampening")
        self.velocity = self.buffer() if bool(self.momentum.any()) else None

    def update(self, p: Tensor, g: Tensor) -> None:
        b = self.velocity
        if b is None:
            p.addcmul_(self.lr, g, value=-1)
            return
        b.copy_(g) if self.steps == 1 else b.mul_(self.momentum).addcmul_(self.undamped, g)
        direction = torch.addcmul(g, self.momentum, b) if self.nesterov else b
        p.addcmul_(self.lr, direction, value=-1)


class RMSprop(Optimizer):
    """v = alpha v + (1 - alpha) g^2, b = momentum b + g / (sqrt(v) + eps), p = p - lr b.

    With `centered`, v has the square of a moving average of g subtracted. alpha and momentum lie in [0, 1).
    Source: Hinton, Neural Networks for Machine Learning, lecture 6; torch.optim.RMSprop.
    """

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
        self.alpha = self.number("alpha", alpha, below=1)
        self.fresh = 1 - self.alpha
        self.eps = self.number("eps", eps)
        self.momentum = self.number("momentum", momentum, below=1)
        self.square_average = self.buffer()
        self.average = self.buffer() if centered else None
        self.velocity = self.buffer() if bool(self.momentum.any()) else None

    def update(self, p: Tensor, g: Tensor) -> None:
        v = self.square_average.mul_(self.alpha).addcmul_(g * g, self.fresh)
        if self.average is not None:
            self.average.lerp_(g, self.fresh)
            v = torch.addcmul(v, self.average, self.average, value=-1)
        direction = g / (v.sqrt() + self.eps)
        if self.velocity is not None:
            direction = self.velocity.mul_(self.momentum).add_(direction)
        p.addcmul_(self.lr, direction, value=-1)


class Adagrad(Optimizer):
    """s = s + g^2, p = p - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps), s starting at initial_accumulator_value.

    Source: Duchi et al., 2011; torch.optim.Adagrad.
    """

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
        self.lr_decay = self.number("lr_decay", lr_decay)
        self.eps = self.number("eps", eps)
        self.square_sum = self.buffer(self.number("initial_accumulator_value", initial_accumulator_value))

    def update(self, p: Tensor, g: Tensor) -> None:
        rate = self.lr / (1 + (self.steps - 1) * self.lr_decay)
        s = self.square_sum.addcmul_(g, g)
        p.addcmul_(rate, g / (s.sqrt() + self.eps), value=-1)


class Adadelta(Optimizer):
    """v = rho v + (1 - rho) g^2, d = sqrt(u + eps) / sqrt(v + eps) g, u = rho u + (1 - rho) d^2, p = p - lr d.

    rho lies in [0, 1). Source: Zeiler, 2012, algorithm 1; torch.optim.Adadelta.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1.0,
        rho: Number = 0.9,
        eps: Number = 1e-6,
        weight_decay: Number = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.rho = self.number("rho", rho, below=1)
        self.fresh = 1 - self.rho
        self.eps = self.number("eps", eps)
        self.square_average = self.buffer()
        self.square_step_average = self.buffer()

    def update(self, p: Tensor, g: Tensor) -> None:
        v = self.square_average.mul_(self.rho).addcmul_(g * g, self.fresh)
        u = self.square_step_average
        d = (u + self.eps).sqrt_().div_((v + self.eps).sqrt_()).mul_(g)
        u.mul_(self.rho).addcmul_(d * d, self.fresh)
        p.addcmul_(self.lr, d, value=-1)


class Adam(Optimizer):
    """m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p = p - lr m' / (sqrt(v') + eps).

    m' = m / (1 - b1^t) and v' = v / (1 - b2^t) correct the bias of starting at zero, at step t = 1, 2, ...
    Both betas lie in [0, 1). Source: Kingma and Ba, 2015, algorithm 1; torch.optim.Adam.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: Number = 1e-3,
        betas: tuple[Number, Number] = (0.9, 0.999),
        eps: Number = 1e-8,
        weight_decay: Number = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay)
        self.fresh1 = 1 - self.number("betas[0]", betas[0], below=1)
        self.beta2 = self.number("betas[1]", betas[1], below=1)
        self.fresh2 = 1 - self.beta2
        self.exact_betas = [torch.as_tensor(beta, dtype=torch.float64) for beta in betas]
        # b1^t and b2^t, as running products: torch.pow gives a trial other bits at another place among the trials.
        self.powers = [torch.ones_like(beta) for beta in self.exact_betas]
        self.eps = self.number("eps", eps)
        self.average = self.buffer()
        self.square_average = self.buffer()

    def update(self, p: Tensor, g: Tensor) -> None:
        for power, beta in zip(self.powers, self.exact_betas, strict=True):
            power.mul_(beta)
        unbias1, unbias2 = (self.spread(1 - power) for power in self.powers)
        m = self.average.lerp_(g, self.fresh1)
        v = self.square_average.mul_(self.beta2).addcmul_(g * g, self.fresh2)
        direction = (m / unbias1).div_((v / unbias2).sqrt_().add_(self.eps))
        p.addcmul_(self.lr, direction, value=-1)
