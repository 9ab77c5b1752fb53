"""Whether this machine has the devices that trials ask for."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.config.trial import TrialConfig


def check_devices(configs: Iterable[TrialConfig]) -> None:
    """Raises SettingError for a device that this machine lacks; loads torch only for one that it might lack."""
    if devices := {config.device for config in configs} - {"cpu"}:
        from experiments.training.device import check_device

        for device in sorted(devices):
            check_device(device)
