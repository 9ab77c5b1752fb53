"""Where random numbers come from.

Training draws a lot: initial weights, the order of the samples, what dropout drops. Every draw here comes from a generator
that someone holds and seeds, never from torch's global one, so that the same seed gives the same network again.
"""

from __future__ import annotations

import copyreg
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Generator, Tensor


def fresh_generator() -> Generator:
    """A generator seeded by the operating system, for those who do not ask for a particular seed."""
    generator = torch.Generator()
    generator.seed()
    return generator


def _restore_generator(device: str, state: Tensor) -> Generator:
    generator = Generator(device)
    generator.set_state(state)
    return generator


def _reduce_generator(generator: Generator) -> tuple[Any, ...]:
    return _restore_generator, (str(generator.device), generator.get_state())


# torch.Generator's own way of being copied and pickled loses a reference to None each time (torch 2.13), until Python aborts.
copyreg.pickle(Generator, _reduce_generator)


def generator_states(generators: Sequence[Generator]) -> Tensor:
    """The place of each generator: (generators, bytes)."""
    return torch.stack([generator.get_state() for generator in generators])


def set_generator_states(generators: Sequence[Generator], states: Tensor) -> None:
    """Puts each generator where it was. Raises ValueError for another number of them."""
    if len(states) != len(generators):
        raise ValueError(f"the state has {len(states)} generators, not {len(generators)}; it belongs to another stack")
    for generator, state in zip(generators, states, strict=True):
        generator.set_state(state.clone())  # torch 2.13 crashes on a row of a larger tensor


class UniformStream:
    """Numbers from U[0, 1), one endless stream for each trial, drawn in float64 on the CPU in large blocks.

    The numbers do not depend on how a stream is cut into blocks and draws, so a trial sees the same ones alone and stacked.

    Args:
        generators: one for each trial.
    """

    BLOCK = 1 << 14

    generators: list[Generator]
    _left: Tensor  # (trials, numbers): drawn already, not yet used

    def __init__(self, generators: list[Generator]) -> None:
        self.generators = generators
        self._left = torch.empty(len(generators), 0, dtype=torch.float64)

    def draw(self, count: int) -> Tensor:
        """The next `count` numbers of each stream: (trials, count)."""
        if self._left.shape[1] < count:
            size = max(self.BLOCK, count)
            block = [torch.rand(size, dtype=torch.float64, generator=generator) for generator in self.generators]
            self._left = torch.cat([self._left, torch.stack(block)], dim=1)
        drawn, self._left = self._left[:, :count], self._left[:, count:]
        return drawn

    @classmethod
    def stack(cls, streams: list[UniformStream]) -> UniformStream:
        """The streams of several trials side by side, each going on where it was.

        Raises ValueError when some have drawn more than others.
        """
        stacked = cls([generator for stream in streams for generator in stream.generators])
        shortest = min(stream._left.shape[1] for stream in streams)
        if any(stream._left.shape[1] != shortest for stream in streams):
            raise ValueError("dropout streams that have drawn different amounts cannot be stacked")
        stacked._left = torch.cat([stream._left for stream in streams])
        return stacked

    def state_dict(self) -> dict[str, Tensor]:
        """Where the streams are: the generators' states (trials, bytes), and what is drawn already (trials, numbers)."""
        return {"generators": generator_states(self.generators), "left": self._left.clone()}

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Goes on where the streams were. Raises ValueError for another number of trials."""
        set_generator_states(self.generators, state["generators"])
        self._left = state["left"].clone()

    def pick(self, trial: int) -> UniformStream:
        """The stream of one trial, going on where it was, from the same generator."""
        picked = UniformStream([self.generators[trial]])
        picked._left = self._left[trial, None].clone()
        return picked
