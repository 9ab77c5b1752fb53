"""What is declared stays as it was declared."""

from __future__ import annotations

from experiments.reports.catalogue import CLAIMS, FINDINGS, PRESETS, REPORTS, STUDIES, claims_digest


def test_the_claims_are_those_that_were_declared() -> None:
    """Every number, window, margin and quote of them: a change here asks for the ledger to be judged anew.

    The committed ledger is of a80f12f6; `tests/experiments/pending.py` says which of its rows wait.
    """
    assert claims_digest() == "27cb7f0e"


def test_the_catalogue_is_that_of_the_reports_in_order() -> None:
    assert (
        list(REPORTS)
        == ["feng", "bordignon", "fernandez", "bamberger", "bhatt"]
        == [report.name for report in REPORTS.values()]
    )
    assert list(STUDIES) == [spec.name for report in REPORTS.values() for spec in report.studies]
    assert list(CLAIMS) == [claim for report in REPORTS.values() for claim in report.claims]
    assert list(FINDINGS) == [finding for report in REPORTS.values() for finding in report.findings]
    assert {name: spec.report for name, spec in PRESETS.items()} == {name: name for name in PRESETS}
    assert all(spec.command == "train" for spec in PRESETS.values()) and next(iter(PRESETS)) == "feng"
