"""From the settings' numbers to the arguments of an optimiser, ours or torch.optim's, which have the same names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def optimizer_arguments(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers by argument; beta1 and beta2 become one pair, betas."""
    arguments = dict(numbers)
    if "beta1" in arguments:
        arguments["betas"] = arguments.pop("beta1"), arguments.pop("beta2")
    return arguments
