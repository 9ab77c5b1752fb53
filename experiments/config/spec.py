"""A study of a report as data, its readings, and the study to run that they make. Imports no torch."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.config.data_sets import DEFAULT, takes, unsuited
from experiments.config.setting_types import did_you_mean
from experiments.config.settings import OPTIMIZER_NUMBERS, OPTIMIZERS, SettingError
from experiments.config.study import Arm, Study
from experiments.config.trial import DEFAULT_TARGET, TrialConfig, parse_setting


@dataclass(frozen=True)
class Reading:
    """One way to read what a report leaves open: settings on top of the study's own, and on top of single arms.

    `fitted` says that the settings were found by search to come near the published numbers.
    """

    settings: Mapping[str, Any]
    note: str
    fitted: bool = False
    arms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class StudySpec:
    """A study of a report, as data: `command` runs it, `arms` maps each arm's name to what sets it apart.

    `readings` are alternatives to the default reading, which is `settings`. `axes` are the values by which a user can choose
    arms, e.g. {"acts": ("relu", "tanh")}; an arm is named by its value on each axis, joined by dashes. The `reference` arm
    always stays. Where arms may be added, `free_setting` is the
    setting whose other values are arms too. `max_rounds` limits studies that take long, `last_look` how many seeds undecided
    claims about them may ask for. An `alternative` study runs with the readings only. Of a study with `core` arms a
    reproduction runs these.
    """

    report: str
    command: str
    name: str
    title: str
    settings: Mapping[str, Any]
    arms: Mapping[str, Mapping[str, Any]]
    note: str = ""
    fitted: bool = False
    rounds: int = 10
    max_rounds: int | None = None
    last_look: int | None = None
    alternative: bool = False
    core: tuple[str, ...] | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    figures: tuple[str, ...] = ("loss", "error")
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reference: str | None = None
    free_setting: str | None = None

    def select(self, chosen: Mapping[str, Sequence[str]]) -> list[str]:
        """The arms that have one of the chosen values on every axis given, such as {"acts": ["relu"]}, in the order given.

        The reference comes first whatever is chosen; the values of the last axis vary fastest.
        Raises SettingError, naming the axis, for a value that no arm has.
        """
        for axis, values in chosen.items():
            for value in values:
                if value not in self.axes[axis] and not self._free_arm(value):
                    near = did_you_mean(value, self.axes[axis])
                    other = f", nor of --{self.free_setting}" if self.free_setting else ""
                    raise SettingError(axis, f"{value!r} is not one of {', '.join(self.axes[axis])}{other}{near}")
        if not chosen:
            return list(self.arms)
        on_each_axis = [chosen.get(axis, every) for axis, every in self.axes.items()]
        named = ("-".join(combination) for combination in itertools.product(*on_each_axis))
        known = [arm for arm in named if arm in self.arms or self._free_arm(arm)]
        return list(dict.fromkeys([self.reference, *known] if self.reference else known))

    def _free_arm(self, value: str) -> bool:
        """Whether the value is no arm of the study, but one that its free setting allows, such as another initialiser."""
        if self.free_setting is None or value in self.arms:
            return False
        try:
            parse_setting(self.free_setting, value)
        except SettingError:
            return False
        return True

    def build(
        self,
        *,
        rounds: int | None = None,
        first_seed: int = 0,
        reading: str | None = None,
        given: Mapping[str, Any] | None = None,
        arms: Sequence[str] | None = None,
        name: str | None = None,
        command: str = "",
    ) -> Study:
        """The study to run.

        Args:
            rounds: seeds of each arm; the study's own number unless given.
            reading: the default one unless given.
            given: settings that beat the study's, but not what sets an arm apart. A number that only some optimisers
                take goes to the arms that take it. With another data set, sizes and encoding that do not suit it are its own.
            arms: the names of those wanted, in their order; all, in the study's order, unless given.

        Raises SettingError for settings that are not allowed, an unknown reading (`reading`) or arm (`arms`).
        """
        if reading is not None and reading not in self.readings:
            allowed = ", ".join(self.readings) or "none, for this study has no other"
            raise SettingError("reading", f"{reading!r} is not one of {allowed}{did_you_mean(reading, self.readings)}")
        chosen = self.readings[reading] if reading else Reading({}, "")
        given = dict(given or {})
        own = dict(self.settings) | dict(chosen.settings)
        if given.get("optimizer", own.get("optimizer", "sgd")) != own.get("optimizer", "sgd"):
            own = {name: value for name, value in own.items() if name not in OPTIMIZER_NUMBERS}
        apart = {}
        for arm in self.arms if arms is None else arms:
            if arm not in self.arms and not self._free_arm(arm):
                raise SettingError("arms", f"{arm!r} is not one of {', '.join(self.arms)}{did_you_mean(arm, self.arms)}")
            default = self.arms.get(arm, {self.free_setting or "": arm})
            apart[arm] = {**default, **chosen.arms.get(arm, {})}
        if "data" in given:
            others = unsuited(given["data"], given.get("target", DEFAULT_TARGET))
            own, *suited = (
                {name: settings[name] for name in settings if name not in others} for settings in (own, *apart.values())
            )
            apart = dict(zip(apart, suited, strict=True))
        return Study(
            name=name or "-".join(part for part in (self.name, reading) if part),
            arms=tuple(Arm(arm, config) for arm, config in make_configs(own, given, apart).items()),
            seeds=range(first_seed, first_seed + (rounds or self.rounds)),
            command=command,
            title=self.title,
            figures=self.figures,
        )


def make_configs(
    own: Mapping[str, Any], given: Mapping[str, Any], apart: Mapping[str, Mapping[str, Any]]
) -> dict[str, TrialConfig]:
    """The configuration of each arm: the study's own settings, those the user gave, then what sets the arm apart.

    A number of some optimisers goes to the arms whose optimiser takes it; SettingError when one that was given goes to
    none, as for every setting that is not allowed. So do the settings of some data sets.
    """
    common = {**own, **given}
    of_data: dict[str, list[str]] = {
        name: _arms_that_take(name, common, apart) for name in ("noise", "target") if name in common
    }
    configs, unused = {}, {name for name in given if name in OPTIMIZER_NUMBERS}
    for arm, settings in apart.items():
        optimizer = settings.get("optimizer", common.get("optimizer", "sgd"))
        own = OPTIMIZERS.get(optimizer, {})
        taken = {name: value for name, value in common.items() if name not in OPTIMIZER_NUMBERS or name in own}
        unused -= taken.keys()
        taken = {name: value for name, value in taken.items() if arm in of_data.get(name, [arm])}
        configs[arm] = TrialConfig(**{**taken, **settings})
    if unused:
        name = sorted(unused)[0]
        users = [optimizer for optimizer, numbers in OPTIMIZERS.items() if name in numbers]
        raise SettingError(name, f"belongs to {', '.join(users)}; no arm uses one of them")
    chosen = "engine" in common or any("engine" in settings for settings in apart.values())
    return configs if chosen else _by_one_engine(configs)


def _by_one_engine(configs: dict[str, TrialConfig]) -> dict[str, TrialConfig]:
    """All arms by the stack where one of them has code of the user's, so that arms differ in what was asked for alone."""
    if len({config.engine for config in configs.values()}) == 1:
        return configs
    return {arm: config.replace(engine="stack") for arm, config in configs.items()}


def _arms_that_take(name: str, common: Mapping[str, Any], apart: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The arms whose data set takes a setting; all where none does, so that it is refused."""
    found = [arm for arm, settings in apart.items() if takes({**common, **settings}.get("data", DEFAULT), name)]
    return found or list(apart)
