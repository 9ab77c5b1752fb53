"""The one place where settings are validated: each on its own, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from experiments.config.setting_types import SettingType
from experiments.config.settings import OF_LAYERS, OPTIMIZER_NUMBERS, OPTIMIZERS, Setting, SettingError
from experiments.config.user_files import UserFile

if TYPE_CHECKING:
    from experiments.config.data_sets import DataFacts
    from experiments.config.trial import TrialConfig


def check(config: TrialConfig, settings: Mapping[str, Setting]) -> None:
    """Raises SettingError, naming the setting, for a value that is not allowed, alone or beside the others."""
    for name, setting in settings.items():
        value = getattr(config, name)
        if value is not None or type(config).__dataclass_fields__[name].default is not None:
            _check_value(name, setting.type, value)
    if config.engine == "vmap":
        _check_vmapped(config)
    if config.engine == "compiled":
        _check_compiled(config)
    _check_own_code(config)
    _check_layers(config)
    _check_data(config)
    _check_optimizer(config)


def _check_value(name: str, kind: SettingType, value: Any) -> None:
    try:
        kind.check(value)
    except ValueError as error:
        raise SettingError(name, str(error)) from None


def _check_own_code(config: TrialConfig) -> None:
    """Refuses a user's own code where only minifw's is known, and settings of layers beside a network that has none."""
    for name, files in config.own_code().items():
        if config.engine not in ("stack", "single"):
            raise SettingError(
                name,
                f"{files[0]} trains with the engines stack and single; the engine {config.engine} knows minifw's own only",
            )
    if isinstance(config.model, UserFile):
        for name in OF_LAYERS:
            if getattr(config, name) != type(config).__dataclass_fields__[name].default:
                raise SettingError(name, f"belongs to the layers that {config.model} replaces")


def _check_layers(config: TrialConfig) -> None:
    layers = len(config.hidden)
    for name in ("act", "dropout"):
        count = len(getattr(config, name))
        if count not in (1, layers):
            raise SettingError(name, f"{count} values for {layers} hidden layers; give one, or {layers}")


def _check_data(config: TrialConfig) -> None:
    if config.loss == "cross-entropy" and config.targets not in (None, "onehot"):
        raise SettingError("targets", f"cross-entropy needs onehot targets, not {config.targets}")
    _check_data_set(config, config.facts())
    if config.batch_size > config.train_size:
        raise SettingError("batch_size", f"{config.batch_size} is more than the {config.train_size} training points")
    if config.scale == "standardize" and config.train_size < 2:
        raise SettingError("scale", "standardize needs at least 2 training points")


def _check_data_set(config: TrialConfig, facts: DataFacts) -> None:
    classes, rows = len(facts.classes or ()), facts.rows
    if classes > 2 and config.targets not in (None, "onehot"):
        raise SettingError("targets", f"{config.targets} is for two classes, and {config.data} has {classes}; use onehot")
    if config.target is not None and config.data.name:
        raise SettingError("target", f"belongs to a table of yours, points.csv, not to {config.data}")
    if config.noise is not None and facts.noise is None and config.data.texts:
        raise SettingError("noise", f"{config.data} takes none")
    if rows is not None:
        _check_sizes(config, rows, classes)


def _check_sizes(config: TrialConfig, rows: int, classes: int) -> None:
    """Refuses more points than a table has, and fewer training points than classes."""
    train, validation, test = config.train_size, config.validation_size, config.test_size
    if train + validation + test > rows:
        sizes = {"train_size": train, "validation_size": validation, "test_size": test}
        largest = max(sizes, key=lambda name: sizes[name])
        asked = f"{train} training, {validation} validation and {test} test points"
        raise SettingError(largest, f"{asked} are {train + validation + test}, and {config.data} has {rows}")
    if train < classes:
        raise SettingError("train_size", f"{train} training points are too few for the {classes} classes of {config.data}")


def _check_optimizer(config: TrialConfig) -> None:
    for name in OPTIMIZER_NUMBERS:
        if getattr(config, name) is not None and name not in OPTIMIZERS[config.optimizer]:
            users = [optimizer for optimizer, numbers in OPTIMIZERS.items() if name in numbers]
            raise SettingError(name, f"belongs to {', '.join(users)}, not to {config.optimizer}")
    if config.nesterov and not (config.momentum and not config.dampening):
        raise SettingError("nesterov", "needs a momentum above 0 and no dampening")


def _check_compiled(config: TrialConfig) -> None:
    """Refuses what the compiled engine does not know."""
    if config.device != "cpu":
        raise SettingError("device", f"the compiled engine computes on cpu; for {config.device} add --engine stack")


def _check_vmapped(config: TrialConfig) -> None:
    """Refuses what would let a vmapped trial depend on the trials beside it."""
    if any(config.dropout):
        raise SettingError("dropout", "torch.func's vmapped trials would share one stream of draws")
    for name, values in (("act", config.act), ("out", (config.out,))):
        if "sigmoid" in values:
            raise SettingError(name, "torch's sigmoid gives a vmapped trial other bits beside other trials")
