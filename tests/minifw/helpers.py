"""What several test files need: seeded numbers, a module a user might write, and the comparison with torch.nn."""

import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from minifw import Dropout, Linear, Module, Parameter, ReLU, Sequential, Sigmoid, Tanh, to_torch

EXACT = {"rtol": 0.0, "atol": 0.0}
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def generator(seed: int = 0) -> Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=generator(seed)).to(dtype)


def linear(rows: int, columns: int, seed: int = 0, bias: bool = True, dtype: torch.dtype = torch.float64, **options) -> Linear:
    return Linear(rows, columns, bias=bias, generator=generator(seed), dtype=dtype, **options)


class Scale(Module):
    """y = x s, a user's own module: nothing but a parameter, forward and backward."""

    def __init__(self, features: int, seed: int = 0) -> None:
        self.factor = Parameter(normal(1, features, seed=seed))

    def forward(self, x: Tensor) -> Tensor:
        self.saved = x
        return (x * self.factor.value).reshape(x.shape)

    def backward(self, dy: Tensor) -> Tensor:
        change = (dy * self.saved).reshape(*self.factor.value.shape[:-2], -1, dy.shape[-1])
        self.factor.grad.add_(change.sum(-2, keepdim=True))
        return (dy * self.factor.value).reshape(self.saved.shape)


class Residual(Module):
    """y = x + f_n(... f_1(x)), a user's own module that holds others in a list and calls them."""

    def __init__(self, *branch: Module) -> None:
        self.branch = list(branch)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for layer in self.branch:
            y = layer(y)
        return x + y

    def backward(self, dy: Tensor) -> Tensor:
        dx = dy
        for layer in reversed(self.branch):
            dx = layer.backward(dx)
        return dx + dy


def own_module(seed: int = 0) -> Module:
    return Residual(linear(3, 4, seed), Tanh(), Scale(4, seed), linear(4, 3, seed + 1))


def deep_network(seed: int = 0, dtype: torch.dtype = torch.float64) -> Sequential:
    inner = Sequential(linear(4, 3, seed + 1, dtype=dtype), Sigmoid(), linear(3, 4, seed + 2, bias=False, dtype=dtype))
    return Sequential(linear(3, 4, seed, dtype=dtype), Tanh(), inner, ReLU(), linear(4, 2, seed + 3, dtype=dtype))


TORCH_MODULES = {
    "Linear": lambda seed=0: linear(3, 4, seed),
    "Linear without bias": lambda seed=0: linear(3, 4, seed, bias=False),
    "ReLU": lambda seed=0: ReLU(),
    "Tanh": lambda seed=0: Tanh(),
    "Sigmoid": lambda seed=0: Sigmoid(),
    "Dropout in evaluation": lambda seed=0: Dropout(0.4, generator(seed)).eval(),
    "Sequential": deep_network,
}
MODULES = TORCH_MODULES | {
    "Dropout": lambda seed=0: Dropout(0.4, generator(seed)),
    "Dropout in a network": lambda seed=0: Sequential(linear(3, 4, seed), Dropout(0.4, generator(seed)), linear(4, 2, seed)),
    "a user's own": own_module,
}


def like_ours(theirs: Tensor) -> Tensor:
    """torch's weight (out, in) or bias (out,) in our layout."""
    return theirs.detach().mT if theirs.dim() == 2 else theirs.detach()[None]


def assert_same_as_torch(module: Module, x: Tensor) -> None:
    """Outputs, dL/dx and every dL/dparameter are those of torch.nn and autograd."""
    twin = to_torch(module)
    leaf = x.clone().requires_grad_()
    expected = twin(leaf)
    cotangent = normal(*expected.shape, seed=1)
    (expected * cotangent).sum().backward()
    assert_close(module(x), expected.detach(), **CLOSE)
    assert_close(module.backward(cotangent), leaf.grad, **CLOSE)
    for ours, theirs in zip(module.parameters(), twin.parameters(), strict=True):
        assert_close(ours.grad, like_ours(theirs.grad), **CLOSE)
