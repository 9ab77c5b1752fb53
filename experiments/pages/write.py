"""What is written once every claim is judged: figures of verdicts, and the pages over all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from experiments.config.settings import ACTIVATIONS
from experiments.figures.activations import activation_figure
from experiments.figures.contradiction import contradiction_figure
from experiments.figures.paired_differences import paired_differences_figure
from experiments.figures.published_values import values_figure
from experiments.figures.saving import save_all
from experiments.figures.style import data_digest
from experiments.files import write_text
from experiments.pages.content import Page
from experiments.pages.render import TEMPLATES, render_all
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.ledger import Judged

# Drawn for each report that has what they show.
FIGURES_OF_VERDICTS: dict[str, Callable[[Sequence[Judged], Evidence], Figure | None]] = {
    "values": values_figure,
    "differences": paired_differences_figure,
    "contradiction": contradiction_figure,
}


def write_figures_of_verdicts(
    judged: Sequence[Judged], ledger: pd.DataFrame, reports: Sequence[str], evidence: Evidence, folder: Path
) -> list[Path]:
    """Draws what the verdicts on each of the reports rest on; returns the files."""
    return save_all(_figures_of_verdicts(judged, ledger, reports, evidence, folder))


def _figures_of_verdicts(
    judged: Sequence[Judged], ledger: pd.DataFrame, reports: Sequence[str], evidence: Evidence, folder: Path
) -> Iterator[tuple[Figure, Path, str]]:
    for report in reports:
        of_report = [one for one in judged if one.verdict.claim.report == report]
        digest = data_digest(ledger[ledger["report"] == report])
        for name, draw in FIGURES_OF_VERDICTS.items():
            figure = draw(of_report, evidence)
            if figure is not None:
                yield figure, folder / f"{name}-{report}.png", digest


def write_activation_figures(folder: Path) -> list[Path]:
    """Writes bhatt's Figures 2 and 3, and the sigmoid's."""
    return save_all((activation_figure(name), folder / f"activations_{name}.png", name) for name in ACTIVATIONS)


def write_pages(page: Page, folder: Path) -> list[Path]:
    """Writes `README.md`, `FINDINGS.md` and `index.html` of one run over those of an earlier one; returns the files."""
    files = [folder / name for name in TEMPLATES]
    for path, text in zip(files, render_all(TEMPLATES, page, folder), strict=True):
        write_text(path, text)
    return files
