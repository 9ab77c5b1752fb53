"""A report is one folder and one line: a made-up sixth one appears wherever the five do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
FILES = {
    "__init__.py": '''
"""Doe's report as data."""

from experiments.reports.doe import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="doe",
    authors="Jane Doe",
    studies=(studies.TRAIN, studies.RATES),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
''',
    "studies.py": '''
"""Doe's network, and two learning rates."""

from experiments.config.spec import StudySpec

SETTINGS = {"hidden": (4,), "act": ("tanh",), "train_size": 20, "test_size": 30, "epochs": 2}
TRAIN = StudySpec("doe", "train", "train-doe", "A tiny network", SETTINGS, {"doe": {}}, rounds=3)
RATES = StudySpec(
    "doe", "study", "doe-rates", "Two rates", SETTINGS, {"slow": {"lr": 0.01}, "fast": {"lr": 0.2}},
    rounds=2, figures=("error",),
)
''',
    "claims.py": '''
"""What Doe claims."""

from experiments.claims.kinds import Order, Pair, Value
from experiments.claims.quantities import Quantity

CLAIMS = (
    Value(
        id="Z1", report="doe", place="Table 9", quote="an error of 12.5 %", study="train-doe", n=3,
        quantity=Quantity("doe", "test_error"), published=12.5,
    ),
    Order(
        id="Z2", report="doe", place="Figure 9", quote="the fast rate wins", study="doe-rates", n=2,
        pairs=(Pair(Quantity("fast", "test_error"), Quantity("slow", "test_error")),),
    ),
)
''',
    "findings.py": '''
"""What many seeds say of Doe."""

from experiments.claims.finding import Finding, Section
from experiments.claims.outcome import Outcome

FINDINGS = (
    Finding(
        Section.LUCK, "Three runs decide nothing", "Ours is {Z1.ours:.2f} %.", {"Z1": Outcome.UNDECIDED}, "train-doe_error.png",
        "minifw train --preset doe",
    ),
)
''',
    "figures.py": '''
"""What Doe shows."""

from experiments.reports.report import PublishedFigure

FIGURES = (PublishedFigure("Figure 9", "errors of two rates", ("doe-rates_error.png",), ("Z2",)),)
''',
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The packages with one folder and one line more."""
    root = tmp_path_factory.mktemp("tree")
    for package in ("minifw", "experiments", "cli"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    folder = root / "experiments" / "reports" / "doe"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip())
    catalogue = root / "experiments" / "reports" / "catalogue.py"
    before = catalogue.read_text()
    catalogue.write_text(before.replace('    "bhatt",\n', '    "bhatt",\n    "doe",\n'))
    assert len(catalogue.read_text().splitlines()) == len(before.splitlines()) + 1
    return root


def minifw(tree: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    environment = os.environ | {"PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def reproduced(tree) -> str:
    return minifw(tree, "reproduce", "doe", "--no-times", "--jobs", "1")


def test_it_is_listed_with_its_commands(tree):
    listed = minifw(tree, "studies")
    assert "train-doe doe: A tiny network" in listed
    assert "doe-rates doe: Two rates" in listed


def test_reproduce_computes_its_studies_and_judges_its_claims(reproduced, tree):
    assert "2 claims" in reproduced and "7 trials computed" in reproduced
    ledger = pd.read_csv(tree / "results" / "claims.csv").set_index("claim")
    finals = pd.read_csv(tree / "results" / "train-doe.finals.csv.gz")
    assert list(ledger["report"]) == ["doe", "doe"] and list(ledger["seeds"]) == [3, 2]
    assert ledger.loc["Z1", "ours"] == pytest.approx(100 * finals["test_error"].mean(), rel=1e-4)


def test_the_pages_show_it(reproduced, tree):
    page = (tree / "results" / "README.md").read_text(encoding="utf-8")
    assert page.startswith("# One report, run again\n") and "`minifw reproduce` runs all six reports." in page
    assert "## Jane Doe (`doe`)" in page and "| Z1: “an error of 12.5 %” (Table 9) | 12.5 |" in page
    assert "The report says “the fast rate wins”: **undecided** (Z2)." in page and "](doe-rates_error.png)" in page
    assert "`minifw study doe-rates --rounds 2`" in page
    findings = (tree / "results" / "FINDINGS.md").read_text(encoding="utf-8")
    assert "### Three runs decide nothing" in findings and "](train-doe_error.png)" in findings
    html = (tree / "results" / "index.html").read_text(encoding="utf-8")
    assert 'id="claim-z2"' in html and 'id="figure-doe-rates-error-png"' in html and "Three runs decide nothing" in html
