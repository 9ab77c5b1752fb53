"""docs/listings.md: each program trains the network of its report's study, and errs as one of the thousand seeds does."""

from __future__ import annotations

import csv
import gzip
import re
from inspect import signature

import pytest

from experiments.reports.catalogue import STUDIES
from experiments.training.losses import LOSSES
from experiments.training.networks import build_model
from experiments.training.optimizers import make_optimizer
from tests.documents.reading import ROOT, page

REPORTS = re.findall(r"^## (\w+)[^\n]*\n.*?```python\n(.*?)```\n\n    minifw ([^\n]+)", page("docs/listings.md"), re.S | re.M)
ARMS = {"Feng": "train", "Fernandez": "fernandez", "Bordignon": "adam", "Bamberger": "sigmoid-normal", "Bhatt": "bhatt"}
NAMES = {"Feng": "train", "Fernandez": "train-fernandez", "Bhatt": "train-bhatt"}


@pytest.mark.parametrize(("report", "program", "command"), REPORTS, ids=[report for report, _, _ in REPORTS])
def test_a_listing_trains_the_studys_network(report, program, command):
    study = STUDIES[NAMES.get(report, command)]
    assert study.report == report.lower()
    arm = {arm.name: arm for arm in study.build().arms}[ARMS[report]]
    names: dict = {}
    exec(program, names)
    assert repr(names["model"]) == repr(build_model(arm.config, 0))
    assert settings_of(names) == settings_asked(arm.config.resolve())
    lowest, highest = range_of_errors(study.name, arm.name)
    assert lowest <= names["error"] <= highest


def settings_of(names: dict) -> dict:
    """What a listing trains by: its rule with its numbers, after the training, and its loss."""
    optimizer, loss = names["optimizer"], names["loss"]
    numbers = {name: getattr(optimizer, name, None) for name in signature(type(optimizer)).parameters if name != "parameters"}
    return {"rule": type(optimizer), "loss": type(loss), "reduction": loss.reduction, **numbers}


def settings_asked(config) -> dict:
    """The same of a study's arm, its rate decayed as often as there are epochs."""
    model = build_model(config, 0)
    optimizer = make_optimizer(config, model, config.optimizer_numbers())
    for _ in range(config.epochs):
        optimizer.decay_lr(config.lr_decay_epoch)
    return settings_of({"optimizer": optimizer, "loss": LOSSES[config.loss](config.reduction)})


def range_of_errors(study: str, arm: str) -> tuple[float, float]:
    """The lowest and highest final test error of the committed seeds."""
    with gzip.open(ROOT / f"results/thousand-seeds/{study}.finals.csv.gz", "rt", encoding="utf-8") as text:
        errors = [float(row["test_error"]) for row in csv.DictReader(text) if row["arm"] == arm]
    return min(errors), max(errors)
