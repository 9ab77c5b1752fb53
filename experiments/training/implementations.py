"""The ways in which a trial can be trained, by the name that stands in its settings. `minifw` is what studies use.

A way is named here and loaded when it is asked for: reading the table loads no torch, and the digest of one way
(`experiments.store.code_digest`) does not cover the files of another. A new way is a name in
`experiments.config.implementations` and an entry here; the digests of the others stay as they are.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.config.trial import Trial
    from experiments.training.trainable import Trainable


class Grouping(Enum):
    """Which lanes of a chunk train together."""

    ALL = "all"
    EQUAL_SETTINGS = "those of equal settings"
    ALONE = "each alone"


@dataclass(frozen=True)
class Implementation:
    """Where a way's code is, and which trials it trains together.

    Args:
        module: the module that it is loaded from.
        prepare: what makes lanes ready to be trained, by its name in the module.
        grouping: which lanes of a chunk go into one call of `prepare`.
        sources: files that are not Python's but that bits come from too, as patterns from the folder that `minifw` lies in.
    """

    module: str
    prepare: str
    grouping: Grouping = Grouping.ALL
    sources: tuple[str, ...] = ()

    def load(self) -> Callable[[Sequence[Trial]], Trainable]:
        """What makes lanes ready to be trained; loads the module."""
        prepare: Callable[[Sequence[Trial]], Trainable] = getattr(importlib.import_module(self.module), self.prepare)
        return prepare


# What readers call them is in `experiments.config.comparison`.
REGISTRY = {
    "minifw": Implementation("experiments.training.trials", "prepare_stack"),
    "single": Implementation("experiments.training.trials", "prepare_single", Grouping.ALONE),
    "torch": Implementation("experiments.training.torch_trials", "TorchTrial", Grouping.ALONE),
    "vmap": Implementation("experiments.training.vmapped", "VmappedTrials", Grouping.EQUAL_SETTINGS),
}
ONE_AT_A_TIME = frozenset(name for name, way in REGISTRY.items() if way.grouping is Grouping.ALONE)
