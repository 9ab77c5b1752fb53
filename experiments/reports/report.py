"""What a report is to us: studies to run, claims to judge, findings to tell, figures that it shows. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.claims.finding import Finding
from experiments.claims.kinds import Claim
from experiments.config.spec import StudySpec


@dataclass(frozen=True)
class PublishedFigure:
    """A figure or table of a report: where, what it shows (never what it claims), and our pictures of the same, by file name.

    claims: ids of what the report says of it; the pages put the verdicts beside the pictures.
    """

    place: str
    shows: str
    pictures: tuple[str, ...]
    claims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report as data.

    name: how it is cited, its folder's name. authors: as a reader knows them. studies: what is run, its `train` study being the
    preset of that name. claims: declared before they are judged. findings: told while the ledger bears them out.
    """

    name: str
    authors: str
    studies: tuple[StudySpec, ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...] = ()
    figures: tuple[PublishedFigure, ...] = ()
