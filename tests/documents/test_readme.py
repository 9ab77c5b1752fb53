"""README: its Python runs as it stands, and its session of `minifw train` is what comes."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from experiments.pages.content import verdicts_sentence
from experiments.reports.catalogue import REPORTS
from tests.documents.reading import ROOT, blocks, page

TEXT = " ".join(page("README.md").split())
PYTHON = [block for block in blocks(page("README.md")) if re.match(r"(from|import|class) ", block)]
NOTEBOOK, FRAMEWORK, LOOP, MODULE = PYTHON


def run(code: str, folder) -> str:
    """What a program prints, in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_notebook(tmp_path):
    printed = run(f"{NOTEBOOK}\nprint(len(result.summary), sorted(result.history['arm'].unique()))", tmp_path)
    assert printed == "30 ['adadelta', 'adagrad', 'adam', 'rmsprop', 'sgd']\n"
    assert (tmp_path / "results" / "sweep-optimizers_error.png").is_file()


def test_the_framework_and_a_module_of_ones_own(tmp_path):
    shown = "print(tuple(value.shape), bool((value[:, None] != value).any()))"
    checked = (
        "from minifw import check_gradients\nprint(check_gradients(Softplus(), torch.randn(3, 4, dtype=torch.float64))[0])"
    )
    program = FRAMEWORK.replace("epochs=50", "epochs=1")
    first, second = run(f"{program}\n{LOOP}\n{shown}\n{MODULE}\n{checked}", tmp_path).splitlines()
    assert first == "(100,) True", "a hundred networks, each with a loss of its own"
    assert float(re.search(r"finite differences .*? \(off by ([^;]+);", second)[1]) < 1e-6


def shape_of(session: str) -> list[str]:
    """The words of a session, line by line: numbers, rules and widths of columns left out."""
    numberless = re.sub(r"\d+(?:\.\d+)?", "#", session)
    return [" ".join(line.split()) for line in numberless.splitlines() if line.strip(" ─")]


@pytest.mark.parametrize("session", [block for block in blocks(page("README.md")) if block.startswith("$ minifw")])
def test_a_session_shows_what_comes(session, tmp_path):
    typed, shown = session.split("\n", 1)
    program = f"import sys; sys.argv = {typed[2:].split()!r}; from cli.main import main; main()"
    assert shape_of(run(program, tmp_path)) == shape_of(shown)


def test_the_lead_has_the_numbers_of_the_committed_ledger():
    ledger = pd.read_csv(ROOT / "results" / "thousand-seeds" / "claims.csv")
    row = ledger.set_index("claim").loc["F2"]
    assert f"a thousand times as described it ends at {row['ours']:.2f} % on average" in TEXT
    assert f"between {row['prediction_low']:.2f} and {row['prediction_high']:.2f} %" in TEXT
    assert verdicts_sentence(ledger) in TEXT


def test_the_reports_have_their_authors():
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page("README.md"), re.MULTILINE)
    assert dict(rows) == {name: report.authors for name, report in REPORTS.items()}
