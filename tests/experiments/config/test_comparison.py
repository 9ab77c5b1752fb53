"""The arms of a comparison of engines."""

from __future__ import annotations

from experiments.config import comparison
from experiments.reports.catalogue import STUDIES


def test_engines_that_do_not_take_the_settings_are_left_out():
    config = STUDIES["compare-torch"].build().arms[0].config
    assert comparison.arms_for(config) == ["minifw", "torch", "single", "vmap", "compiled"]
    assert comparison.arms_for(config.replace(dropout=(0.5,))) == ["minifw", "torch", "single", "compiled"]
