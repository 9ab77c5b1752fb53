"""Fernandez, Bonell and Mandiracioglu: their report as data."""

from experiments.reports.fernandez import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="fernandez",
    authors="Fernandez, Bonell and Mandiracioglu",
    studies=(studies.TRAIN, studies.BATCHES),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
