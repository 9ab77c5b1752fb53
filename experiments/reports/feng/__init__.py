"""Feng, Sun and Wang: their report as data."""

from experiments.reports.feng import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="feng",
    authors="Feng, Sun and Wang",
    studies=(studies.TRAIN, studies.COMPARISON, studies.VMAPPED),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
