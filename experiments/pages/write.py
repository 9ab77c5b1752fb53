"""What is written once every claim is judged: figures of verdicts, and the pages over all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.benchmarks.published_times import read_times, time_tables
from experiments.config.settings import ACTIVATIONS
from experiments.figures.activations import activation_figure
from experiments.figures.contradiction import contradiction_figure
from experiments.figures.published_values import values_figure
from experiments.figures.style import data_digest, save
from experiments.files import write_text
from experiments.output.manifest import read_manifest
from experiments.pages.content import Page
from experiments.pages.findings import findings_page, tell_all
from experiments.pages.html import html_page
from experiments.pages.markdown import markdown_page
from experiments.reports.catalogue import FINDINGS, REPORTS, STUDIES
from experiments.reports.plan import Plan
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.ledger import Judged

# Drawn for each report that has what they show.
FIGURES_OF_VERDICTS: dict[str, Callable[[Sequence[Judged], Evidence], Figure | None]] = {
    "values": values_figure,
    "contradiction": contradiction_figure,
}


def write_figures_of_verdicts(
    judged: Sequence[Judged], ledger: pd.DataFrame, reports: Sequence[str], evidence: Evidence, folder: Path
) -> list[Path]:
    """Draws what the verdicts on each of the reports rest on; returns the files."""
    files = []
    for report in reports:
        of_report = [one for one in judged if one.verdict.claim.report == report]
        digest = data_digest(ledger[ledger["report"] == report])
        for name, draw in FIGURES_OF_VERDICTS.items():
            figure = draw(of_report, evidence)
            if figure is not None:
                files.append(folder / f"{name}-{report}.png")
                save(figure, files[-1], digest)
    return files


def write_activation_figures(folder: Path) -> list[Path]:
    """Writes bhatt's Figures 2 and 3, and the sigmoid's."""
    files = [folder / f"activations_{name}.png" for name in ACTIVATIONS]
    for name, path in zip(ACTIVATIONS, files, strict=True):
        save(activation_figure(name), path, name)
    return files


def write_pages(plans: Sequence[Plan], tables: Mapping[str, pd.DataFrame], ledger: pd.DataFrame, folder: Path) -> list[Path]:
    """Writes `README.md`, `index.html` and, where the ledger bears findings out, `FINDINGS.md`; returns the files.

    Reports that did not run now are shown by what they left in the folder.
    """
    earlier = left_by_others(folder, {plan.spec.report for plan in plans})
    shown = sorted([*plans, *(plan for plan, _ in earlier.values())], key=lambda plan: list(REPORTS).index(plan.spec.report))
    page = Page(
        plans=shown,
        tables={**tables, **{name: table for name, (_, table) in earlier.items()}},
        ledger=ledger,
        times=time_tables(read_times(folder)),
        findings=tell_all(FINDINGS, ledger),
    )
    texts = {"README.md": markdown_page(page, folder)}
    if page.findings:
        texts["FINDINGS.md"] = findings_page(page.findings)
    texts["index.html"] = html_page(page, folder)
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def left_by_others(folder: Path, reports: set[str]) -> dict[str, tuple[Plan, pd.DataFrame]]:
    """By name, the studies of all other reports that have a description and final values in the folder."""
    found = {}
    for spec in STUDIES.values():
        manifest, finals = read_manifest(folder, spec.name), folder / f"{spec.name}.finals.csv"
        if spec.report not in reports and manifest is not None and finals.exists():
            table = pd.read_csv(finals).assign(epoch=manifest.study.arms[0].config.epochs)
            found[spec.name] = (Plan(spec, None, manifest.study), table)
    return found
