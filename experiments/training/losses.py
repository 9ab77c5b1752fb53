"""The loss of the settings, by name or from a user's file."""

from __future__ import annotations

from experiments.config.trial import TrialConfig
from experiments.config.user_files import UserFile
from experiments.training.own_code import make_loss
from minifw import CrossEntropyLoss, Loss, MSELoss

LOSSES: dict[str, type[Loss]] = {"mse": MSELoss, "cross-entropy": CrossEntropyLoss}


def build_loss(config: TrialConfig, reduction: str) -> Loss:
    """The loss of the settings with a reduction: their own to train by, `mean` to measure with."""
    if isinstance(config.loss, UserFile):
        return make_loss(config.loss, reduction)
    return LOSSES[config.loss](reduction)
