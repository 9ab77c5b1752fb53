"""Where tensors live."""

from __future__ import annotations

import torch

from experiments.config.settings import SettingError


def check_device(name: str) -> torch.device:
    """The device of that name. Raises SettingError when this machine has none."""
    if name.startswith("cuda"):
        index = int(name.partition(":")[2] or 0)
        if not torch.cuda.is_available() or index >= torch.cuda.device_count():
            raise SettingError("device", f"this machine has no {name}; allowed here: cpu")
    return torch.device(name)
