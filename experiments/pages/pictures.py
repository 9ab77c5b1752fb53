"""The pictures of a report: in groups by what the report shows there and says of it, each with a caption of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.config.settings import ACTIVATIONS
from experiments.figures.png import read_texts
from experiments.pages.content import Page
from experiments.reports.catalogue import REPORTS
from experiments.reports.plan import Plan
from experiments.reports.report import PublishedFigure

# What the figures of a study show, by their names in `experiments.figures.catalogue`.
CAPTIONS = {
    "loss": "Loss by epoch",
    "error": "Error by epoch",
    "errors": "Final errors, ours and torch.nn on the same seeds",
    "finals": "Final error of every arm, with the published numbers",
    "boundary": "Test points and the line that a typical network draws between them",
    "points": "Training points of the first seed",
    "labels": "Labels that a typical network gives to unseen points",
    "spread": "Final errors: the part of the data set and the part of the initialisation",
    "steps": "Loss by iteration, of a typical round",
    "regions": "What a typical network makes of the plane",
    "classes": "Errors class by class",
    "confusion": "Which class is taken for which",
    "gap": "Test error minus training error of single runs",
    "rises": "Epochs of single runs at which the training loss does not fall",
}
ONE_ROUND = ("boundary", "points", "labels", "steps", "regions")
# Those of a report, or of none.
OTHER_CAPTIONS = {
    "values-{report}.png": "Published values on the distribution of ours",
    "differences-{report}.png": "Paired differences, with what counts as none",
    "luck-{report}.png": "Whose luck the final test error is: the share of each source of chance in its variance",
    "contradiction-{report}.png": "Two printed numbers, and what one training prints in their place",
    **{f"activations_{name}.png": f"The activation {name}, and its derivative" for name in ACTIVATIONS},
}
TIMES = "Times, measured in turn"


@dataclass(frozen=True)
class Picture:
    """A figure file: our caption, its title (what came out), and its description of marks and intervals."""

    file: str
    caption: str
    title: str = ""
    description: str = ""

    @property
    def alt(self) -> str:
        """What the picture says, for those who do not see it."""
        return self.title or self.caption


@dataclass(frozen=True)
class Statement:
    """A sentence of a report, and the claims made of it by verdict; `fitted` when they rest on settings found by search."""

    quote: str
    verdicts: Mapping[str, Sequence[str]]
    fitted: bool


@dataclass(frozen=True)
class PictureGroup:
    """Our pictures of what a report shows somewhere, with what it says there; `published` is None for pictures of our own."""

    pictures: Sequence[Picture]
    published: PublishedFigure | None = None
    statements: Sequence[Statement] = ()


def picture_groups(report: str, page: Page, folder: Path) -> Iterator[PictureGroup]:
    """The pictures that the run drew for a report: of its values, of what it shows, then any others of its studies."""
    studies = study_captions(page.of(report))
    captions = studies | {file.format(report=report): caption for file, caption in OTHER_CAPTIONS.items()}
    published = ((figure, figure.pictures) for figure in REPORTS[report].figures)
    groups = [
        (None, [f"values-{report}.png", f"differences-{report}.png", f"luck-{report}.png"]),
        *published,
        (None, list(studies)),
    ]
    shown = set[str]()
    for figure, files in groups:
        wanted = [file for file in files if file in page.files and file not in shown]
        shown.update(wanted)
        pictures = [_picture(folder / file, captions) for file in wanted]
        if pictures:
            yield PictureGroup(pictures, figure, statements(figure, page.ledger) if figure else ())


def study_captions(plans: Sequence[Plan]) -> dict[str, str]:
    """File name -> caption, of all figures of some studies in their order."""
    return {f"{plan.study.name}_{figure}.png": _study_caption(plan, figure) for plan in plans for figure in plan.study.figures}


def _study_caption(plan: Plan, figure: str) -> str:
    reading = f", reading {plan.reading}" if plan.reading else ""
    if figure in ONE_ROUND:
        return f"{CAPTIONS[figure]}{reading}"
    arms = f"{len(plan.study.arms)} arms, " if len(plan.study.arms) > 1 else ""
    return f"{CAPTIONS[figure]}{reading}: {arms}{plan.study.rounds} rounds{' each' if arms else ''}"


def _picture(path: Path, captions: Mapping[str, str]) -> Picture:
    texts = read_texts(path)
    caption = captions.get(path.name, TIMES)
    return Picture(path.name, caption, texts.get("Title", ""), texts.get("Description", ""))


def statements(published: PublishedFigure, ledger: pd.DataFrame) -> list[Statement]:
    """What the report says of what it shows, with the ledger's verdicts."""
    rows = ledger[ledger["claim"].isin(published.claims)]
    return [
        Statement(quote, of_quote.groupby("verdict", sort=False)["claim"].agg(list).to_dict(), bool(of_quote["fitted"].any()))
        for quote, of_quote in rows.groupby("quote", sort=False)
    ]
