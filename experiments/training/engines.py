"""The engines that can train a trial, by the name that stands in its settings.

`stack` and `single` are minifw's modules on torch tensors, many trials at once or one alone; `torch` and `vmap` are PyTorch's
own means; `compiled` is minifw's engine in C.

An engine is named here and loaded when it is asked for: reading the table loads no torch, and the digest of one engine
(`experiments.store.code_digest`) does not cover the files of another. A new engine is a name in `experiments.config.engines`
and an entry here; the digests of the others stay as they are.
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
class TrainingEngine:
    """Where an engine's code is, and which trials it trains together.

    Args:
        module: the module that it is loaded from.
        prepare: what makes lanes ready to be trained, by its name in the module.
        grouping: which lanes of a chunk go into one call of `prepare`.
        sources: files that are not Python's but that bits come from too, as patterns from the folder that `minifw` lies in.
        portable: whether its bits are the same on every machine and with every torch.
    """

    module: str
    prepare: str
    grouping: Grouping = Grouping.ALL
    sources: tuple[str, ...] = ()
    portable: bool = False

    def load(self) -> Callable[[Sequence[Trial]], Trainable]:
        """What makes lanes ready to be trained; loads the module."""
        prepare: Callable[[Sequence[Trial]], Trainable] = getattr(importlib.import_module(self.module), self.prepare)
        return prepare


_SOURCE = "minifw/compiled/source/"
# Every engine starts from draws of the compiled one, which come from this part of its source.
DRAWS = tuple(
    f"{_SOURCE}{name}.h"
    for name in ("abi", "coefficients", "draws", "elementary", "mersenne", "quantile", "rounding", "vector")
)
# What readers call them is in `experiments.config.comparison`.
REGISTRY = {
    "compiled": TrainingEngine(
        "experiments.training.compiled_trials", "CompiledTraining", sources=(f"{_SOURCE}*.[ch]",), portable=True
    ),
    "stack": TrainingEngine("experiments.training.trials", "prepare_stack", sources=DRAWS),
    "single": TrainingEngine("experiments.training.trials", "prepare_single", Grouping.ALONE, DRAWS),
    "torch": TrainingEngine("experiments.training.torch_trials", "TorchTrial", Grouping.ALONE, DRAWS),
    "vmap": TrainingEngine("experiments.training.vmapped", "VmappedTrials", Grouping.EQUAL_SETTINGS, DRAWS),
}
ONE_AT_A_TIME = frozenset(name for name, engine in REGISTRY.items() if engine.grouping is Grouping.ALONE)
