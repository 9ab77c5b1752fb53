"""What is declared stays as it was declared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments.output.manifest import read_manifest
from experiments.reports.across import ACROSS
from experiments.reports.bamberger.studies import BATCH_SIZES
from experiments.reports.catalogue import CLAIMS, FINDINGS, PRESETS, REPORTS, STUDIES, claims_digest, findings_of
from experiments.reports.plan import plan, rounds_of
from experiments.verdicts.looks import LOOKS
from tests.experiments.pending import MORE_ROUNDS_SINCE, PENDING_STUDIES

RESULTS = Path(__file__).parents[3] / "results" / "thousand-seeds"


def test_the_claims_are_those_that_were_declared() -> None:
    """Every number, window, margin and quote of them: a change here asks for the ledger to be judged anew.

    Where the committed ledger is of another digest, `tests/experiments/pending.py` says which of its rows wait.
    """
    assert claims_digest() == "ad9a0f08"


def test_the_catalogue_is_that_of_the_reports_in_order() -> None:
    assert (
        list(REPORTS)
        == ["feng", "bordignon", "fernandez", "bamberger", "bhatt"]
        == [report.name for report in REPORTS.values()]
    )
    assert list(STUDIES) == [spec.name for report in REPORTS.values() for spec in report.studies]
    assert list(CLAIMS) == [claim for report in REPORTS.values() for claim in report.claims]
    assert {name: spec.report for name, spec in PRESETS.items()} == {name: name for name in PRESETS}
    assert all(spec.command == "train" for spec in PRESETS.values()) and next(iter(PRESETS)) == "feng"


@pytest.mark.parametrize(
    "declared",
    [each for each in plan(REPORTS, 1000, readings=True) if each.study.name not in PENDING_STUDIES],
    ids=lambda declared: declared.study.name,
)
def test_a_study_is_that_of_the_committed_results(declared) -> None:
    """Every setting of every arm, and how many seeds a thousand rounds are: a change here asks for the study to be run anew."""
    committed = read_manifest(RESULTS, declared.study.name)
    assert committed is not None and committed.study.title == declared.study.title
    more = declared.study.name in MORE_ROUNDS_SINCE
    looks = {len(declared.study.seeds), *(rounds_of(declared.spec, look) for look in LOOKS)}
    seeds = committed.study.seeds
    assert len(seeds) < len(declared.study.seeds) if more else seeds.start == 0 and len(seeds) in looks
    assert {arm.name: arm.config.key() for arm in committed.study.arms} == {
        arm.name: arm.config.key() for arm in declared.study.arms
    }
    assert [arm.name for arm in committed.study.arms] == [arm.name for arm in declared.study.arms]


def test_what_is_pending_is_declared_and_was_not_run() -> None:
    declared = {each.study.name for each in plan(REPORTS, 1000, readings=True)}
    assert declared >= PENDING_STUDIES
    assert not [name for name in PENDING_STUDIES if (RESULTS / f"{name}.json").exists()]


def test_the_batches_are_those_of_the_committed_times() -> None:
    timed = pd.read_csv(RESULTS / "sweep-batch.timing.csv")
    assert tuple(timed["arm"].unique()) == BATCH_SIZES


def test_findings_on_all_reports_together_are_told_when_all_ran() -> None:
    assert findings_of(list(REPORTS)) == FINDINGS == (*ACROSS, *(one for report in REPORTS.values() for one in report.findings))
    assert findings_of(["feng", "bhatt"]) == (*REPORTS["feng"].findings, *REPORTS["bhatt"].findings)
