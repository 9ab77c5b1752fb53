"""Bordignon: their report as data."""

from experiments.reports.bordignon import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="bordignon",
    authors="Bordignon",
    studies=(studies.LOSSES, studies.INIT, studies.OPTIMIZERS),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
