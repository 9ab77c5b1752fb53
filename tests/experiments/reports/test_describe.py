"""The command and the settings of a study, as they would be typed."""

from __future__ import annotations

import pytest

from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of, format_settings


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("train", "minifw train"),
        ("train-fernandez", "minifw train --preset fernandez"),
        ("sweep-init", "minifw sweep-init"),
        ("compare-torch", "minifw compare-torch"),
        ("compare-torch-bhatt", "minifw study compare-torch-bhatt"),
        ("fernandez-batches", "minifw study fernandez-batches"),
        ("sweep-activations-lr", "minifw study sweep-activations-lr"),
    ],
)
def test_the_command_that_runs_a_study(name, command):
    assert command_of(STUDIES[name]) == command


def test_settings_are_written_as_they_would_be_typed():
    settings = {"act": ("relu", "tanh"), "lr": 1e-4, "shuffle": False, "record_steps": True, "scale": "center"}
    assert format_settings(settings) == "--act relu,tanh --lr 0.0001 --no-shuffle --record-steps --scale center"
    assert format_settings({}) == ""
