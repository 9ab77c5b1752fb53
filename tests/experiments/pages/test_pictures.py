"""Which pictures a report's part of the page shows, in which groups, and what is written below them."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.figures.catalogue import FIGURES
from experiments.figures.saving import save
from experiments.figures.style import caption, new_figure, title
from experiments.pages import pictures
from experiments.pages.content import Page
from experiments.pages.pictures import CAPTIONS, OTHER_CAPTIONS, TIMES, Picture, picture_groups, statements, study_captions
from experiments.reports.catalogue import REPORTS, STUDIES
from experiments.reports.plan import Plan
from experiments.reports.report import PublishedFigure

LEDGER = pd.DataFrame(
    [
        ("F1", "very low errors", "undecided", False),
        ("F2", "very low errors", "reproduced", False),
        ("F3", "very low errors", "undecided", True),
        ("F4", "steady", "undecided", False),
        ("F5", "elsewhere", "undecided", False),
    ],
    columns=["claim", "quote", "verdict", "fitted"],
)
FIRST = PublishedFigure("Figure 1", "errors", ("main_error.png", "values-feng.png", "not-drawn.png"), ("F1", "F4"))
SECOND = PublishedFigure("Table I", "nothing that was drawn", ("main_error.png",), ("F2",))


def made_up_plan(name: str, arms: str, reading: str | None = None, rounds: int = 7, figures: tuple[str, ...] = ()) -> Plan:
    study = Study(name, tuple(Arm(arm, TrialConfig()) for arm in arms), range(rounds), figures=figures)
    return Plan(STUDIES["train"], reading, study)


MAIN = made_up_plan("main", "a", figures=("loss", "error", "boundary"))
OTHER = made_up_plan("other", "abc", "epoch-average", 5, ("error", "points"))


def test_a_study_s_captions_say_how_many_arms_and_rounds_there_are():
    assert study_captions([MAIN, OTHER]) == {
        "main_loss.png": "Loss by epoch: 7 rounds",
        "main_error.png": "Error by epoch: 7 rounds",
        "main_boundary.png": CAPTIONS["boundary"],
        "other_error.png": "Error by epoch, reading epoch-average: 3 arms, 5 rounds each",
        "other_points.png": "Training points of the first seed, reading epoch-average",
    }


def test_every_figure_of_a_study_has_a_caption():
    assert set(CAPTIONS) == set(FIGURES)


@pytest.fixture
def folder(tmp_path):
    """One of the pictures can be read."""
    figure, _ = new_figure(2, 1)
    title(figure, "It ends at 5 %")
    caption(figure, "n = 7")
    save(figure, tmp_path / "main_error.png", "")
    return tmp_path


def test_pictures_come_once_in_the_groups_of_what_the_report_shows(folder, monkeypatch):
    feng = dataclasses.replace(REPORTS["feng"], figures=(FIRST, SECOND))
    monkeypatch.setattr(pictures, "REPORTS", {**REPORTS, "feng": feng})
    files = {"values-feng.png", "main_error.png", "main_loss.png", "other_error.png", "values-bhatt.png", "gone_loss.png"}
    first, second, third = picture_groups("feng", Page([MAIN, OTHER], {}, LEDGER, files=files), folder)
    assert first.pictures == [Picture("values-feng.png", OTHER_CAPTIONS["values-{report}.png"])]
    assert (first.published, first.statements) == (None, ())
    assert second.pictures == [Picture("main_error.png", "Error by epoch: 7 rounds", "It ends at 5 %", "n = 7")]
    assert second.published is FIRST
    assert [(found.quote, found.verdicts) for found in second.statements] == [
        ("very low errors", {"undecided": ["F1"]}),
        ("steady", {"undecided": ["F4"]}),
    ]
    assert [picture.file for picture in third.pictures] == ["main_loss.png", "other_error.png"] and third.published is None
    assert [picture.alt for picture in (*second.pictures, *third.pictures)] == [
        "It ends at 5 %",
        "Loss by epoch: 7 rounds",
        "Error by epoch, reading epoch-average: 3 arms, 5 rounds each",
    ]


def test_what_no_study_drew_is_a_picture_of_times(folder, monkeypatch):
    shown = PublishedFigure("Figure 7", "seconds", ("batches_time.png", "activations_relu.png"))
    monkeypatch.setattr(pictures, "REPORTS", {"feng": dataclasses.replace(REPORTS["feng"], figures=(shown,))})
    (group,) = picture_groups("feng", Page([MAIN], {}, LEDGER, files=set(shown.pictures)), folder)
    assert [picture.caption for picture in group.pictures] == [TIMES, "The activation relu, and its derivative"]
    assert TIMES == "Times, measured in turn"


def test_a_sentence_has_its_claims_by_verdict_in_the_ledger_s_order():
    low, steady = statements(dataclasses.replace(FIRST, claims=("F4", "F3", "F2", "F1")), LEDGER)
    assert list(low.verdicts.items()) == [("undecided", ["F1", "F3"]), ("reproduced", ["F2"])] and low.fitted is True
    assert (steady.quote, dict(steady.verdicts), steady.fitted) == ("steady", {"undecided": ["F4"]}, False)
