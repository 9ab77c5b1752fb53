"""A study: arms that are compared, the seeds they share, and where its results go. Imports no torch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from experiments.config.stopping import UntilDecided
from experiments.config.trial import SETTINGS, Trial, TrialConfig
from experiments.config.user_files import readable


@dataclass(frozen=True)
class Arm:
    """One setting that is compared: its name, in files and figures, and its settings.

    Example:
        >>> from experiments import Arm, TrialConfig
        >>> Arm("deep", TrialConfig(hidden=(5, 5, 5))).config.hidden
        (5, 5, 5)
    """

    name: str
    config: TrialConfig


@dataclass(frozen=True)
class Study:
    """Arms x seeds. `name` begins the file names; `command` is what was typed; the rest tells the reader what it is.

    figures: names of the figures it draws, see `experiments.figures.catalogue`. Where its number of seeds was not fixed
    beforehand, until is the rule that it followed and stopping says how it ended.

    Example:
        >>> from experiments import Arm, Study, TrialConfig
        >>> base = TrialConfig(epochs=20)
        >>> study = Study("rates", (Arm("slow", base), Arm("fast", base.replace(lr=0.5))), seeds=range(10))
        >>> study.rounds, len(study.trials)
        (10, 20)
    """

    name: str
    arms: tuple[Arm, ...]
    seeds: range
    command: str = ""
    title: str = ""
    figures: tuple[str, ...] = ("loss", "error")
    stopping: str = ""
    until: UntilDecided | None = None

    @property
    def rounds(self) -> int:
        """Seeds of each arm."""
        return len(self.seeds)

    @property
    def trials(self) -> list[Trial]:
        """Every trial of the study, arm by arm."""
        return [Trial(arm.config, seed) for arm in self.arms for seed in self.seeds]

    @property
    def seeds_per_data_set(self) -> int:
        """How many consecutive seeds share one data set, in the arm where most do."""
        return self._most_shared.seeds_per_data_set

    def data_set(self, seed: int) -> int:
        """The number of a seed's data set, in the arm where most seeds share one."""
        return self._most_shared.data_set(seed)

    @property
    def _most_shared(self) -> TrialConfig:
        return max((arm.config for arm in self.arms), key=lambda config: config.seeds_per_data_set)

    def settings_digest(self) -> str:
        """8 hexadecimal digits over the arms and their settings, whatever the number of rounds."""
        arms = {arm.name: arm.config.to_dict() for arm in self.arms}
        return hashlib.sha256(json.dumps(arms, sort_keys=True).encode()).hexdigest()[:8]

    def arm(self, name: str) -> Arm:
        """The arm of that name."""
        return next(arm for arm in self.arms if arm.name == name)


def engines_of(study: Study) -> list[str]:
    """The engines that train its arms, in their order."""
    return list(dict.fromkeys(arm.config.engine for arm in study.arms))


def engine_words(study: Study) -> str:
    """What trained it, as a sentence: `Engine: compiled.`."""
    engines = engines_of(study)
    return f"Engine{'s' if len(engines) > 1 else ''}: {', '.join(engines)}."


def non_default(config: TrialConfig) -> dict[str, Any]:
    """The settings in which a configuration differs from the defaults of `train`, files by their names."""
    default = TrialConfig()
    return {name: readable(getattr(config, name)) for name in SETTINGS if getattr(config, name) != getattr(default, name)}
