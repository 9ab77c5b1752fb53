"""Bhatt, Desaulty and Manguy: their report as data."""

from experiments.reports.bhatt import claims, figures, findings, studies
from experiments.reports.report import Report

REPORT = Report(
    name="bhatt",
    authors="Bhatt, Desaulty and Manguy",
    studies=(studies.TRAIN, studies.COMPARISON, studies.DROPOUT),
    claims=claims.CLAIMS,
    findings=findings.FINDINGS,
    figures=figures.FIGURES,
)
