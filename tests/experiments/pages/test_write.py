"""Which files are written once every claim is judged, and what is drawn in them."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from experiments.figures.png import read_texts
from experiments.figures.style import data_digest, new_figure, title
from experiments.pages import write
from experiments.pages.write import FIGURES_OF_VERDICTS, write_activation_figures, write_figures_of_verdicts, write_pages

LEDGER = pd.DataFrame({"report": ["feng", "bhatt", "feng"], "ours": [1.0, 2.0, 3.0]})
JUDGED = [SimpleNamespace(verdict=SimpleNamespace(claim=SimpleNamespace(report=name))) for name in LEDGER["report"]]

NAMES = ("values", "differences", "contradiction")
DRAWN = [*(("feng", name) for name in NAMES), *(("bhatt", name) for name in NAMES[:2])]


@pytest.fixture
def drawn(monkeypatch):
    """What was drawn, with which claims and evidence; of bhatt's there is nothing to show but values."""
    seen = []

    def draw_as(name):
        def draw(judged, evidence):
            seen.append((name, judged, evidence))
            figure, _ = new_figure(2, 1)
            title(figure, f"{name} of {len(judged)}")
            return None if (name, len(judged)) == ("contradiction", 1) else figure

        return draw

    monkeypatch.setattr(write, "FIGURES_OF_VERDICTS", {name: draw_as(name) for name in FIGURES_OF_VERDICTS})
    return seen


def test_a_report_s_figures_show_its_own_claims_and_name_its_own_rows(drawn, tmp_path):
    files = write_figures_of_verdicts(JUDGED, LEDGER, ["feng", "bhatt"], "evidence", tmp_path)
    assert [file.name for file in files] == [f"{name}-{report}.png" for report, name in DRAWN]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in files)
    of_feng, of_bhatt = [JUDGED[0], JUDGED[2]], [JUDGED[1]]
    assert drawn == [(name, some, "evidence") for some in (of_feng, of_bhatt) for name in NAMES]
    texts = [read_texts(file) for file in files]
    assert [text["Title"] for text in texts] == [f"{name} of {2 if report == 'feng' else 1}" for report, name in DRAWN]
    digests = [data_digest(LEDGER[LEDGER["report"] == name]) for name, _ in DRAWN]
    assert [text["Data-Digest"] for text in texts] == digests


def test_every_activation_has_a_figure(tmp_path):
    files = write_activation_figures(tmp_path)
    assert [file.name for file in files] == [f"activations_{name}.png" for name in ("relu", "tanh", "sigmoid")]
    assert [read_texts(file)["Data-Digest"] for file in files] == ["relu", "tanh", "sigmoid"]


def test_pages_are_written_over_those_of_an_earlier_run(material, tmp_path):
    (tmp_path / "README.md").write_text("earlier")
    small = dataclasses.replace(material, plans=material.plans[:1], files=())
    files = write_pages(small, tmp_path)
    assert [file.name for file in files] == ["README.md", "FINDINGS.md", "index.html"]
    assert [file.read_text().lstrip()[:6] for file in files] == ["# One ", "# What", "<!DOCT"]
