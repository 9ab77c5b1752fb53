"""Bamberger, Cernevics and Kast: their report as data."""

from experiments.reports.bamberger import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="bamberger",
    authors="Bamberger, Cernevics and Kast",
    studies=(studies.TABLE, studies.RATES),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
