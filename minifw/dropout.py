"""Inverted dropout, with a stream of random numbers of its own for each trial."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from minifw.module import Module


class UniformStream:
    """Numbers from U[0, 1), one endless stream a trial, drawn in float64 on the CPU in large blocks.

    How a stream is cut into blocks and draws does not change its numbers, so a trial sees the same ones alone and stacked.
    """

    BLOCK = 1 << 14

    def __init__(self, generators: list[Generator]) -> None:
        self.generators = generators
        self._left = torch.empty(len(generators), 0, dtype=torch.float64)

    def draw(self, count: int) -> Tensor:
        """The next `count` numbers of each stream: (streams, count)."""
        if self._left.shape[1] < count:
            size = max(self.BLOCK, count)
            fresh = [torch.rand(size, dtype=torch.float64, generator=generator) for generator in self.generators]
            self._left = torch.cat([self._left, torch.stack(fresh)], dim=1)
        drawn, self._left = self._left[:, :count], self._left[:, count:]
        return drawn

    @classmethod
    def stack(cls, streams: list[UniformStream]) -> UniformStream:
        """The streams of several trials side by side, each going on where it was."""
        stacked = cls([generator for stream in streams for generator in stream.generators])
        shortest = min(stream._left.shape[1] for stream in streams)
        if any(stream._left.shape[1] != shortest for stream in streams):
            raise ValueError("dropout streams that have drawn different amounts cannot be stacked")
        stacked._left = torch.cat([stream._left for stream in streams])
        return stacked

    def __deepcopy__(self, memo: dict[int, Any]) -> UniformStream:
        """A copy that goes on where this one is; streams that share a generator share its copy.

        torch.Generator's own deepcopy loses a reference to None each time (torch 2.13), until Python aborts.
        """
        for generator in self.generators:
            if id(generator) not in memo:
                memo[id(generator)] = generator.clone_state()
        copied = UniformStream([memo[id(generator)] for generator in self.generators])
        copied._left = self._left.clone()
        return copied

    def pick(self, trial: int) -> UniformStream:
        """The stream of one trial, going on where it was, from the same generator."""
        picked = UniformStream([self.generators[trial]])
        picked._left = self._left[trial, None].clone()
        return picked


class Dropout(Module):
    """In training y = x m / (1 - p), m = 0 with probability p and 1 otherwise; in evaluation y = x.

    Args:
        p: the probability to drop, in [0, 1); in a stack a tensor (trials, 1, 1).
        generator: where the draws come from; without one, a fresh seed from the operating system.

    Raises ValueError for p outside [0, 1). Source: Srivastava et al., 2014, section 10 (inverted).
    """

    def __init__(self, p: float = 0.5, generator: Generator | None = None) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"dropout needs 0 <= p < 1, not {p}")
        if generator is None:
            generator = torch.Generator()
            generator.seed()
        self.p: float | Tensor = float(p)
        self.stream = UniformStream([generator])

    def forward(self, x: Tensor) -> Tensor:
        self.saved = None
        if not self.training:
            return x
        trials = len(self.stream.generators)
        if trials > 1 and x.dim() < 3:
            x = x.reshape(-1, x.shape[-1]).expand(trials, -1, -1)
        kept = self.stream.draw(x.numel() // trials).reshape(x.shape) >= self.p
        self.saved = (kept * self.scale()).to(device=x.device, dtype=x.dtype)
        return x * self.saved

    def scale(self) -> Tensor:
        """1 / (1 - p) in float64."""
        return 1 / (1 - torch.as_tensor(self.p, dtype=torch.float64))

    def backward(self, dy: Tensor) -> Tensor:
        return dy if self.saved is None else dy * self.saved

    def describe(self) -> str:
        return f"p={self.p}" if isinstance(self.p, float) else "p per trial"
