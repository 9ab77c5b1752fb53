"""The loss of the settings, by name."""

from __future__ import annotations

from minifw import CrossEntropyLoss, Loss, MSELoss

LOSSES: dict[str, type[Loss]] = {"mse": MSELoss, "cross-entropy": CrossEntropyLoss}
