"""The reports that are known, and what they have in common: one line here for a folder beside it. Imports no torch."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from experiments.claims.finding import Finding
from experiments.claims.kinds import Claim, digest
from experiments.config.spec import StudySpec
from experiments.reports.across import ACROSS
from experiments.reports.report import Report

NAMES = (
    "feng",
    "bordignon",
    "fernandez",
    "bamberger",
    "bhatt",
)
REPORTS: dict[str, Report] = {name: import_module(f"experiments.reports.{name}").REPORT for name in NAMES}
STUDIES: dict[str, StudySpec] = {spec.name: spec for report in REPORTS.values() for spec in report.studies}
PRESETS: dict[str, StudySpec] = {spec.report: spec for spec in STUDIES.values() if spec.command == "train"}
# What a report is mostly about: what `train --preset` starts from, else its first study.
MAIN_STUDIES: dict[str, StudySpec] = {name: PRESETS.get(name, report.studies[0]) for name, report in REPORTS.items()}
CLAIMS: tuple[Claim, ...] = tuple(claim for report in REPORTS.values() for claim in report.claims)


def findings_of(reports: Collection[str]) -> tuple[Finding, ...]:
    """What many seeds say about some reports; when all of them ran, about all together first."""
    found = tuple(finding for name in reports for finding in REPORTS[name].findings)
    return (*ACROSS, *found) if set(reports) >= set(REPORTS) else found


FINDINGS: tuple[Finding, ...] = findings_of(list(REPORTS))


def claims_digest() -> str:
    """8 hexadecimal digits over all declared claims."""
    return digest(CLAIMS)
