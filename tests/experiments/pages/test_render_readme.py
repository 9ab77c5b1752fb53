"""The page of results holds every published number and every figure and table of the five reports: they are counted here."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

from experiments.benchmarks.published_times import MEASUREMENTS
from experiments.pages.content import Page, calibration_sentence
from experiments.pages.render import render
from experiments.reports.catalogue import REPORTS, STUDIES, claims_digest
from experiments.reports.describe import command_of
from experiments.verdicts.ledger import count_claims
from tests.experiments.madeup import pictures_written
from tests.experiments.pages.test_content import CALIBRATION

# Every number of the reports' results, as printed.
PRINTED = {
    "feng": "4 8.03 8.73 7.47 8.81 5.50 5.37",
    "bordignon": "0.3411 0.2466 0.1008 0.1589 0.1282 89.44 94.44 95.67 94.22 95.00",
    "fernandez": "3.85 3.50",
    "bamberger": "1.82 1.87 2.50 2.12 2.07 2.13 0.84 0.85 0.77 1.7 0.48 49.9 1.95 1.87 1.77 2.07 1.09 50.1 "
    "0.01 0.09 0.23 0.19 0.16 0.12 0.41 0.22 0.17 0.90 0.21 0.00 0.28 0.27 0.81 60",
    "bhatt": "0.5 11",
}
# Values that a verdict compares, one row each.
VALUES = {
    "feng": [4, 8.03, 8.73, 7.47, 8.81],
    "bordignon": [0.3411, 0.2466, 0.1008, 0.1589, 0.1282, 89.44, 94.44, 95.67, 94.22, 95],
    "fernandez": [3.85, 3.5],
    "bamberger": [0.84, 0.85, 0.77, 1.7, 0.48, 49.9, 1.95, 1.87, 1.77, 2.07, 1.09, 50.1, 60, 2],
    "bhatt": [0.5, 11],
}
# Every figure of results and every table that the reports print; those of code, diagrams and formulas aside.
SHOWN = {
    "feng": ["Figure 1", "Figure 2", "Table I"],
    "bordignon": ["Figure 1", "Figure 2", "Figure 3"],
    "fernandez": ["Figure 3", "Figure 4", "Figure 5"],
    "bamberger": ["Table 1", "Section 3.4"],
    "bhatt": ["Figure 2", "Figure 3", "Figure 4", "Figures 5 and 6", "Figure 7"],
}


@pytest.fixture(scope="module")
def folder(material, tmp_path_factory):
    """A folder with a file for every picture that a reproduction writes."""
    folder = tmp_path_factory.mktemp("results")
    for name in pictures_written(material):
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module")
def page(material, folder) -> str:
    return render("README.md", material, folder)


def section(page: str, report: str) -> str:
    (found,) = [part for part in page.split("\n## ") if f"(`{report}`)\n" in part[:120]]
    return found


def rows_after(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading."""
    lines = text[text.index(heading) :].splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return [table[0], *table[2:]]


@pytest.mark.parametrize("report", REPORTS)
def test_every_published_number_has_a_row(page, report):
    _, *rows = rows_after(section(page, report), "### Claims")
    found = {float(number) for row in rows for number in re.findall(r"\d+\.?\d*", f"{row[0]} {row[1]}")}
    assert not {float(number) for number in PRINTED[report].split()} - found


@pytest.mark.parametrize("report", REPORTS)
def test_every_value_that_is_judged_has_a_row_of_its_own(page, report):
    header, *rows = rows_after(section(page, report), "### Claims")
    assert header[:3] == ["claim", "published", "ours"]
    published = [float(row[1]) for row in rows if row[1]]
    for value in VALUES[report]:
        assert published.count(value) >= VALUES[report].count(value), value


@pytest.mark.parametrize("report", REPORTS)
def test_every_claim_has_a_row_with_its_words_and_verdict(page, material, report):
    _, *rows = rows_after(section(page, report), "### Claims")
    ledger = material.ledger[material.ledger["report"] == report]
    assert [row[0] for row in rows] == [f"{row.claim}: “{row.quote}” ({row.place})" for row in ledger.itertuples()]
    for row, verdict in zip(rows, ledger["verdict"], strict=True):
        assert row[6].startswith(f"**{verdict}**")
    assert "nan" not in [cell for row in rows for cell in row]


@pytest.mark.parametrize("report", REPORTS)
def test_every_figure_and_table_has_its_pictures_captions_and_verdicts(page, material, folder, report):
    text = section(page, report)
    assert set(SHOWN[report]) <= {published.place for published in REPORTS[report].figures}
    assert re.findall(r"^The report says (.*)$", text, re.M) == [
        said for published in REPORTS[report].figures for said in sayings(published, material.ledger)
    ]
    for published in REPORTS[report].figures:
        part = text[text.index(f"**{published.place}**: {published.shows}.") :].split("\n**")[0].split("\n### ")[0]
        linked = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", part)
        assert linked == list(published.pictures)
        assert linked and all((folder / name).is_file() for name in linked)
        assert len(re.findall(r"^\*[A-Z].*\.\*$", part, re.M)) == len(linked), "each picture has a caption"


def sayings(published, ledger) -> list[str]:
    """`“quote”: **verdict** (ids); **verdict** (ids).` for each quote among the claims on a figure, in the ledger's order."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in ledger[ledger["claim"].isin(published.claims)].itertuples():
        marks = ["fitted; "] if row.fitted else [""]
        found.setdefault(row.quote, {}).setdefault(row.verdict, marks).append(row.claim)
    return [
        f"“{quote}”: "
        + "; ".join(f"**{verdict}** ({mark}{', '.join(ids)})" for verdict, (mark, *ids) in verdicts.items())
        + "."
        for quote, verdicts in found.items()
    ]


def test_a_figure_of_a_report_shows_what_it_is_and_links_claims_of_that_report():
    for report in REPORTS.values():
        assert {claim for figure in report.figures for claim in figure.claims} <= {claim.id for claim in report.claims}
        quotes = {claim.quote for claim in report.claims}
        assert not [figure.shows for figure in report.figures if figure.shows in quotes]
    dropout = REPORTS["bhatt"].figures[-1]
    assert "improves" not in dropout.shows and dropout.claims == ("E2-some", "E2-most", "E2-default-rate")


def test_every_picture_that_is_asked_for_is_one_that_is_written(material):
    assert {
        picture for report in REPORTS.values() for published in report.figures for picture in published.pictures
    } <= pictures_written(material)


def test_pictures_of_an_earlier_run_are_not_shown(material, tmp_path):
    for name in ("train_loss.png", "values-feng.png", "train_error.png"):
        (tmp_path / name).touch()
    assert "![" not in render("README.md", dataclasses.replace(material, files=()), tmp_path)
    page = render("README.md", dataclasses.replace(material, files={"train_loss.png", "values-feng.png"}), tmp_path)
    assert re.findall(r"!\[[^]]*\]\(([^)]+)\)", page) == ["values-feng.png", "train_loss.png"]


def test_reports_come_in_their_order_and_only_those_that_ran(page, material, folder):
    assert re.findall(r"^## .*\(`(\w+)`\)$", page, re.M) == list(REPORTS)
    two = [each for each in material.plans if each.spec.report in ("bhatt", "feng")]
    partial = render("README.md", Page(two, material.tables, material.ledger), folder)
    assert partial.startswith("# Two reports, run again\n") and page.startswith("# Five reports, run again\n")
    alone = "This run was of feng, bhatt alone; `minifw reproduce` runs all five reports."
    assert alone in partial and "This run was of" not in page
    assert alone in render("FINDINGS.md", Page(two, material.tables, material.ledger), folder)
    assert alone.replace("`", "") in re.sub(
        "<[^>]+>", "", render("index.html", Page(two, material.tables, material.ledger), folder)
    )
    assert re.findall(r"^## (.*)$", partial, re.M) == ["Feng, Sun and Wang (`feng`)", "Bhatt, Desaulty and Manguy (`bhatt`)"]


def test_every_study_and_reading_has_its_command_note_and_table(page, material):
    for each in material.plans:
        reading = f", reading `{each.reading}`" if each.reading else ""
        text = section(page, each.spec.report)
        part = text[text.index(f"### {each.spec.title}{reading}\n") :]
        assert f"`{command_of(each.spec, each.reading, each.study.seeds)}`" in part
        note = each.spec.readings[each.reading].note if each.reading else each.spec.note
        assert note in part
        _, *rows = rows_after(part, "Settings:")
        assert [row[0] for row in rows] == [arm.name for arm in each.study.arms]


def test_tables_of_studies_hold_means_deviations_and_intervals(page, material):
    table = material.tables["compare-torch"]
    header, *rows = rows_after(section(page, "feng"), f"### {STUDIES['compare-torch'].title}\n")
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        last = table[(table["arm"] == row[0]) & (table["epoch"] == 2)]
        for metric, scale, name in (("test_error", 100, "test error %"), ("train_loss", 1, "train loss")):
            values = scale * last[metric]
            assert cells[name].startswith(f"{values.mean():.3g} ± {values.std():.3g} [")
        assert cells["seeds"] == "2"


def test_fitted_readings_say_so(page):
    text = section(page, "feng")
    assert "(fitted)" not in text[text.index("### The main study: a 2-25-25-25-2 network on the disc\n") :].split("###")[1]
    assert "(fitted)" in text[text.index("reading `epoch-average`") :].split("###")[0]


def test_the_introduction_counts_verdicts(page, material):
    header, *rows = rows_after(page, "# Five reports")
    counts = count_claims(material.ledger)
    assert header == ["verdict", "stated", "fitted"]
    assert {row[0]: [int(cell) for cell in row[1:]] for row in rows} == {
        name: list(row) for name, row in counts.iterrows() if row.sum()
    }
    assert f"(digest `{claims_digest()}`)" in page and "A verdict needs at least 100 seeds" in page


def test_times_have_a_table_each(page):
    text = page[page.index("\n## Times") :]
    assert all(f"**{found.title}**" in text for found in MEASUREMENTS.values())
    _, *rows = rows_after(text, f"**{MEASUREMENTS['batches'].title}**")
    assert rows[1] == ["50", "1", "200 [200, 200]", "45.0 [45.0, 45.0]"]


def test_a_table_survives_bars_and_line_breaks_and_leaves_nan_empty(material, folder):
    frame = pd.DataFrame({"a": ["x|y", "two\nlines"], "b": [1.23456, float("nan")], "c": [7, 8]})
    page = render("README.md", dataclasses.replace(material, times={"Made up": frame}), folder)
    table = page[page.index("**Made up**\n\n") :].removeprefix("**Made up**\n\n")
    assert table == "| a | b | c |\n|---|---|---|\n| x\\|y | 1.23 | 7 |\n| two lines |  | 8 |\n\n"


def test_the_judge_is_judged_on_both_pages_where_he_was(material, folder):
    judged = dataclasses.replace(material, calibration=CALIBRATION)
    pictured = dataclasses.replace(judged, files=())
    assert 'id="calibration"' in render("index.html", pictured, folder)
    assert 'id="calibration"' not in render("index.html", dataclasses.replace(pictured, calibration=None), folder)
    heading = "## How often the judge is right"
    assert heading in render("README.md", judged, folder) and heading not in render("README.md", material, folder)
    header, *rows = rows_after(render("README.md", judged, folder), "## How often the judge is right")
    assert header[0] == "claim" and rows[1] == ["order", "0", "15", "clustered", "5", "95", "5"]
    assert calibration_sentence(CALIBRATION) in render("README.md", judged, folder)
