"""Findings are told with the ledger's numbers, and only while it bears them out."""

from __future__ import annotations

import dataclasses
import re

import pytest

from experiments.benchmarks.published_times import MEASUREMENTS
from experiments.claims.finding import Section
from experiments.claims.kinds import Equal, Order, TimeRatio
from experiments.claims.outcome import Outcome
from experiments.claims.wording import metric_of
from experiments.config.settings import ACTIVATIONS
from experiments.output.timing_files import FIGURES as FIGURES_OF_TIMES
from experiments.pages.findings import Told
from experiments.pages.render import render
from experiments.pages.write import FIGURES_OF_VERDICTS
from experiments.reports.catalogue import CLAIMS, FINDINGS, REPORTS
from experiments.reports.plan import plan
from tests.experiments.pages.test_findings import finding


def test_the_page_has_parts_figures_commands_and_what_no_longer_holds(material, tmp_path):
    told = [
        Told(finding(F2="not reproduced"), "Told.", "minifw train", fitted=True),
        Told(finding(F3_test="reproduced"), against=("F3-test is compatible",)),
    ]
    page = render("FINDINGS.md", dataclasses.replace(material, findings=told), tmp_path)
    assert re.findall(r"^## (.*)$", page, re.M) == [str(Section.LUCK), "Not borne out by this ledger"]
    assert "### A title\n\nTold.\n\n`minifw train` (F2; settings fitted to the report)\n\n![A title](train_loss.png)" in page
    assert page.endswith("## Not borne out by this ledger\n\n- A title: F3-test is compatible\n")
    assert page.startswith("# What many seeds say about five reports\n")


def test_a_run_that_bears_nothing_out_says_so(material, tmp_path):
    page = render("FINDINGS.md", material, tmp_path)
    assert "These seeds bear no finding out. A verdict needs at least 100 seeds: `minifw reproduce --rounds 1000`." in page
    assert "##" not in page and "FINDINGS.md" not in render("README.md", material, tmp_path)


@pytest.mark.parametrize("told", FINDINGS, ids=lambda found: found.title)
def test_each_finding_rests_on_declared_claims_and_shows_a_figure_that_is_written(told):
    claims = {claim.id: claim for claim in CLAIMS}
    assert told.verdicts and set(told.verdicts) <= set(claims)
    assert set(told.verdicts.values()) <= set(map(str, Outcome))
    assert set(re.findall(r"\{([\w-]+)\.", told.text)) <= set(told.verdicts)
    written = {f"{each.study.name}_{figure}.png" for each in plan(REPORTS, readings=True) for figure in each.study.figures}
    written |= {f"{MEASUREMENTS[name].name}_time.png" for name in FIGURES_OF_TIMES}
    written |= {f"{name}-{report}.png" for name in (*FIGURES_OF_VERDICTS, "luck") for report in REPORTS}
    assert set(re.findall(r"\{luck\[(\w+)\]", told.text)) == set(told.luck) <= set(REPORTS)
    assert told.figure in written | {f"activations_{name}.png" for name in ACTIVATIONS}
    assert told.command.startswith("minifw ") and not told.title.endswith(".") and told.text.endswith(".")
    metrics = " ".join(metric_of(claims[claim]) for claim in told.verdicts)
    for split, word in (("train", "training error"), ("test", "test error"), ("validation", "validation error")):
        assert word not in told.text or f"{split}_error" in metrics
    sized = {claim: claims[claim] for claim in re.findall(r"\{([\w-]+)\.size", told.text)}
    assert all(isinstance(claim, Order | Equal) for claim in sized.values()), "only a difference may lose its sign"
    timed = {claim for claim in told.verdicts if isinstance(claims[claim], TimeRatio)}
    assert timed in (set(), set(told.verdicts)), "times differ between machines; what rests on them stands apart"
