"""The command and the settings of a study, as they would be typed."""

from __future__ import annotations

import pytest

from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of, format_settings, list_arms


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


def test_a_command_names_the_reading_and_the_seeds():
    assert command_of(STUDIES["train"], "table") == "minifw train --reading table"
    assert command_of(STUDIES["sweep-init"], seeds=range(12)) == "minifw sweep-init --rounds 12"
    assert command_of(STUDIES["sweep-init"], "table", range(5, 12)) == "minifw sweep-init --reading table --rounds 7 --seed 5"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a, b"),
        (["lr=1,act=relu", "b"], "lr=1,act=relu; b"),
        (list("abcdefghijklm"), "a, b, c, d, e, f, g, h, i, j, k, l, m"),
        (list("abcdefghijklmn"), "14, a, b, c ..."),
        ([*"abcdefghijklm", "n,o"], "14; a; b; c ..."),
    ],
)
def test_up_to_thirteen_arms_are_listed_and_more_are_counted(names, text):
    assert list_arms(names) == text
