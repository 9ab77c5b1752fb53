"""Layers, losses and networks as a user might write them, right and wrong, for tests of what is made of them."""

import torch

from minifw import Linear, Module, MSELoss, Parameter, Sequential, Tanh


class Leaky(Module):
    def forward(self, x):
        self.saved = x
        return torch.where(x > 0, x, 0.1 * x)

    def backward(self, dy):
        return torch.where(self.saved > 0, dy, 0.1 * dy)


class TwiceWhereNegative(Leaky):
    def backward(self, dy):
        return torch.where(self.saved > 0, dy, 0.2 * dy)


class Centred(Module):
    """Minus a running mean, which is a buffer, plus a shift that is trained."""

    def __init__(self, features):
        self.shift = Parameter(torch.zeros(1, features))
        self.register_buffer("mean", torch.zeros(1, features))

    def forward(self, x):
        y = x - self.mean + self.shift.value
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.detach().mean(-2, keepdim=True)
        return y

    def backward(self, dy):
        self.shift.grad += dy.sum(-2, keepdim=True)
        return dy


class Scale(Module):
    def __init__(self, features):
        self.gain = Parameter(torch.ones(1, features))

    def forward(self, x):
        self.saved = x
        return x * self.gain.value

    def backward(self, dy):
        self.gain.grad += (dy * self.saved).sum(-2, keepdim=True)
        return dy * self.gain.value


class OverAllTrials(Scale):
    """Right alone; in a stack it sums the gradient over trials."""

    def backward(self, dy):
        sums = (dy * self.saved).flatten(0, -2).sum(0, keepdim=True)
        self.gain.grad += sums
        return dy * self.gain.value


class OverFirstAxis(Module):
    def forward(self, x):
        return x - x.mean(0)

    def backward(self, dy):
        return dy - dy.mean(0)


class FailsInAStack(Scale):
    def backward(self, dy):
        self.gain.grad += (dy * self.saved).sum(0)
        return dy * self.gain.value


class Fails(Leaky):
    def backward(self, dy):
        return dy * self.nothing


class Huber(MSELoss):
    def total(self, prediction, target):
        off = (prediction - target).abs()
        return torch.where(off < 1, off * off / 2, off - 0.5).sum((-2, -1))

    def scaled_gradient(self, prediction, target, scale):
        return (prediction - target).clamp(-1, 1) * scale


class HuberOfAll(Huber):
    def total(self, prediction, target):
        return super().total(prediction, target).sum()


class HuberUnscaled(Huber):
    def scaled_gradient(self, prediction, target, scale):
        return (prediction - target).clamp(-1, 1)


class Block(Module):
    """x + layer(x), with a layer of minifw's inside."""

    def __init__(self, generator):
        self.inside = Sequential(Linear(4, 4, generator=generator), Tanh())

    def forward(self, x):
        return x + self.inside.forward(x)

    def backward(self, dy):
        return dy + self.inside.backward(dy)


class BlockWithoutShortcut(Block):
    def backward(self, dy):
        return self.inside.backward(dy)


def build(generator):
    return Sequential(Linear(2, 4, generator=generator), Block(generator), Linear(4, 2, generator=generator))


def wrong(generator):
    return Sequential(Linear(2, 4, generator=generator), BlockWithoutShortcut(generator), Linear(4, 2, generator=generator))


def three_outputs(generator):
    return Linear(2, 3, generator=generator)


number = 3


def nothing(generator):
    return None
