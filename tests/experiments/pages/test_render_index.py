"""The structure of the page that needs no network: what it shows, and that it can be read without eyes, mouse or script."""

from __future__ import annotations

import dataclasses
import math
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from experiments.claims.finding import Finding, Section
from experiments.output.manifest import Manifest
from experiments.pages.findings import Told
from experiments.pages.pictures import picture_groups
from experiments.pages.render import embedded, inline, render, slug
from experiments.reports.catalogue import CLAIMS, REPORTS, claims_digest
from experiments.reports.describe import format_settings
from tests.experiments.madeup import draw_pictures, pictures_written

VOID = {"meta", "link", "img", "input", "br"}
FINDINGS = (
    Told(
        Finding(Section.LUCK, "A <finding>", "", {"F2": "undecided"}, "train_loss.png", "minifw"), "It is `so`.", "minifw train"
    ),
    Told(Finding(Section.HOLDS, "Another", "", {"F1": "reproduced"}, "none.png", "minifw"), against=("F1 is undecided",)),
)


class Element:
    def __init__(self, name, attributes, parent):
        self.name, self.attributes, self.parent, self.children, self.words = name, attributes, parent, [], []

    def all(self, name=None, /, **attributes):
        """Elements below, in order, with that name and these attributes."""
        for child in self.children:
            if (name in (None, child.name)) and all(child.attributes.get(key) == value for key, value in attributes.items()):
                yield child
            yield from child.all(name, **attributes)

    def one(self, name=None, /, **attributes):
        (found,) = self.all(name, **attributes)
        return found

    @property
    def text(self):
        return " ".join(" ".join(part if isinstance(part, str) else part.text for part in self.words).split())


class Reader(HTMLParser):
    """Builds the tree, and refuses what is not nested as it should be."""

    def __init__(self):
        super().__init__()
        self.root = self.open = Element("", {}, None)

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), f"an attribute twice: {attributes}"
        element = Element(tag, dict(attributes), self.open)
        self.open.children.append(element)
        self.open.words.append(element)
        if tag not in VOID:
            self.open = element

    def handle_endtag(self, tag):
        assert tag == self.open.name, f"</{tag}> closes <{self.open.name}>"
        self.open = self.open.parent

    def handle_data(self, data):
        self.open.words.append(data)


@pytest.fixture(scope="module")
def folder(material, tmp_path_factory):
    """A folder with a small picture for every one that a reproduction writes, and one study's description."""
    folder = tmp_path_factory.mktemp("results")
    draw_pictures(material, folder)
    study = material.plans[0].study
    by = {"git_commit": "c0ffee", "versions": {"torch": "2.13"}, "cpu": "AVX512", "machine": "x86_64", "code_digest": "abcd"}
    (folder / f"{study.name}.json").write_text(Manifest(study, "da7ada7a", by).to_text())
    return folder


@pytest.fixture(scope="module")
def source(material, folder):
    return render("index.html", dataclasses.replace(material, findings=FINDINGS), folder)


@pytest.fixture(scope="module")
def page(source):
    reader = Reader()
    reader.feed(source)
    reader.close()
    assert reader.open is reader.root, f"<{reader.open.name}> is not closed"
    return reader.root


def test_the_document_says_what_it_is(page, source):
    assert source.lstrip().startswith("<!DOCTYPE html>")
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("h1").text == "Is it real, or is it the seed?"
    assert page.one("title").text == "Is it real, or is it the seed? Five reports, run again"
    assert page.one("meta", name="viewport").attributes["content"].startswith("width=device-width")
    for landmark in ("header", "nav", "main"):
        page.one(landmark)


def test_nothing_is_fetched(page, source):
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy.startswith("default-src 'none'; img-src data:")
    assert not re.findall(r"(?:https?:)?//[a-z]", re.sub(r"[\w+/=]{200,}", "", source))
    for element in page.all():
        for attribute in ("src", "href", "action", "srcset", "data"):
            address = element.attributes.get(attribute)
            assert address is None or address.startswith(("data:", "#")), address
    assert "url(" not in source and "@import" not in source


def test_links_lead_somewhere_and_names_are_unique(page):
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    links = [element.attributes["href"] for element in page.all("a")]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert next(page.all("a")).attributes == {"class": "skip", "href": "#ledger"}
    for element in page.all():
        for attribute in ("aria-labelledby", "for"):
            assert element.attributes.get(attribute, ids[0]) in ids


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(element.name[1]) for element in page.all() if re.fullmatch(r"h[1-6]", element.name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_control_has_a_label_and_every_table_its_headings(page):
    labelled = {element.attributes["for"] for element in page.all("label")}
    controls = [element for name in ("input", "select") for element in page.all(name)]
    assert {element.attributes["id"] for element in controls} == labelled and len(controls) == 9
    for table in page.all("table"):
        assert table.one("caption").text
        assert all(heading.attributes["scope"] in ("col", "row") and heading.text for heading in table.all("th"))
        columns = len(list(table.one("thead").all("th")))
        for row in table.one("tbody").all("tr"):
            assert [cell.name for cell in row.children] == ["th"] + ["td"] * (columns - 1)


def rows_of(page):
    return list(page.one("table", id="claims").one("tbody").all("tr"))


def test_the_ledger_has_every_claim_with_what_filters_ask_for(page, material):
    rows = rows_of(page)
    assert [row.attributes["id"] for row in rows] == [f"claim-{slug(claim.id)}" for claim in CLAIMS]
    for row, entry in zip(rows, material.ledger.itertuples(), strict=True):
        asked = {key: row.attributes[f"data-{key}"] for key in ("report", "kind", "verdict", "reading")}
        reading = "fitted" if entry.fitted else "stated"
        assert asked == {"report": entry.report, "kind": entry.kind, "verdict": entry.verdict, "reading": reading}
        cells = {cell.attributes["data-label"]: cell for cell in row.children}
        assert cells["claim"].one("q").text == " ".join(entry.quote.split()) and entry.place in cells["claim"].text
        assert entry.verdict in cells["verdict"].text and ("fitted" in cells["verdict"].text) == entry.fitted
        assert cells["otherwise under"].text == entry.readings and cells["must hold"].text == entry.statement
        assert cells["seeds"].text == str(entry.seeds)
        for name, value in (("published", entry.published), ("ours", entry.ours), ("as far out", entry.share)):
            kept = float(cells[name].attributes["data-sort"])
            assert kept == value or (math.isnan(kept) and math.isnan(value))
        assert "nan" not in row.text.lower().split()


def test_filters_offer_what_the_ledger_holds(page, material):
    for name in ("report", "kind", "verdict"):
        offered = [option.text for option in page.one("select", id=name).all("option")]
        assert offered == ["all", *material.ledger[name].unique()]
    assert page.one(id="shown").attributes["aria-live"] == "polite" and page.one(id="shown").text == f"{len(CLAIMS)} rows"
    for part in ("filters", "training-lab"):
        assert "hidden" in page.one(id=part).attributes, "without its script it would do nothing"


def test_every_figure_is_in_it_pixel_for_pixel_with_words(page, material, folder):
    """But those of other readings, which have their title and file's name."""
    beside = {f"{plan.study.name}_error.png" for plan in material.plans if plan.alternative}
    figures = {
        element.attributes["id"]: element for element in page.all("figure") if "plot" in element.attributes.get("class", "")
    }
    assert set(figures) == {f"figure-{slug(name)}" for name in pictures_written(material) - beside}
    groups = [group for report in REPORTS for group in picture_groups(report, material, folder)]
    captions = {picture.file: picture.caption for group in groups for picture in group.pictures}
    for name in pictures_written(material) - beside:
        image = figures[f"figure-{slug(name)}"].one("img").attributes
        assert image["src"] == embedded(folder / name)["src"]
        assert image["alt"] == f'Finding of {name}. n = 2 "rounds"'
        assert (image["width"], image["height"]) == ("864", "288")
        assert figures[f"figure-{slug(name)}"].one("figcaption").text == f"{captions[name]}. {name}"
    named = {
        element.attributes["id"]: element.text.replace("( ", "(").replace(" ,", ",")
        for element in page.all("p")
        if "id" in element.attributes
    }
    for name in beside:
        assert named[f"figure-{slug(name)}"] == f"{captions[name]}: Finding of {name} ({name}, beside this page)"


def test_what_a_report_says_stands_with_its_verdict_over_the_pictures(page, material):
    for report in REPORTS.values():
        for published in report.figures:
            heading = next(each for each in page.all("summary") if each.text == f"{published.place}: {published.shows}")
            said = [each for each in heading.parent.children if each.name == "p"]
            linked = [link.attributes["href"] for each in said for link in each.all("a")]
            assert sorted(linked) == sorted(f"#claim-{slug(claim)}" for claim in published.claims)
            for each in said:
                row = material.ledger[material.ledger["quote"] == each.one("q").text].iloc[0]
                assert each.text.startswith("The report says") and row["verdict"] in each.text
                assert ("fitted" in each.text.replace(row["quote"], "")) == row["fitted"]


def test_every_study_has_its_command_settings_and_table(page, material):
    studies = [element for element in page.all("details") if element.attributes.get("class") == "fold study"]
    assert len(studies) == len(material.plans)
    for element, plan in zip(studies, sorted(material.plans, key=lambda p: list(REPORTS).index(p.spec.report)), strict=True):
        shown = element.one("summary").text
        assert plan.spec.title in shown and ("fitted" in shown) == plan.fitted
        assert ("open" in element.attributes) == (not plan.alternative)
        codes = [code.text for code in element.all("code")]
        assert codes[0] == plan.study.command and codes[0].endswith(f" --rounds {plan.study.rounds}")
        assert codes[1] == (format_settings(plan.settings) or "the defaults")
        assert [row.one("th").text for row in element.one("tbody").all("tr")] == [arm.name for arm in plan.study.arms]


def test_digests_and_versions(page, material):
    study = next(element for element in page.all("details") if element.attributes.get("class") == "fold study")
    assert [code.text for code in study.all("code")][2:] == ["da7ada7a", material.plans[0].study.settings_digest(), "c0ffee"]
    versions = page.one(id="versions").parent.text
    assert "torch 2.13" in versions and "AVX512" in versions and "abcd" in versions
    assert claims_digest() in page.one("main").text


def test_findings_are_told_or_named(page):
    articles = list(page.all("article"))
    assert [article.one("h4").text for article in articles] == ["A <finding>"]
    assert [link.attributes["href"] for link in articles[0].all("a")] == ["#claim-f2"]
    assert articles[0].one("figure").attributes["id"] == "figure-train-loss-png"
    elsewhere = next(element for element in page.all("p", **{"class": "elsewhere"}))
    assert elsewhere.text.endswith("stands with the finding “A <finding>”.")
    assert elsewhere.one("a").attributes["href"] == "#figure-train-loss-png"
    assert "Not borne out by this ledger: Another (F1 is undecided)." in page.text


def test_without_findings_or_times_the_page_does_not_speak_of_them(material, folder):
    bare = render("index.html", dataclasses.replace(material, times={}), folder)
    assert "#findings" not in bare and "#times" not in bare


def test_the_size_of_a_picture_and_marks_in_text(folder):
    found = embedded(folder / "train_loss.png")
    assert (found["width"], found["height"]) == (864, 288)
    assert inline("a < b, `c*d*`, *so*") == "a &lt; b, <code>c*d*</code>, <em>so</em>"
    assert slug("D8-train: ReLU/1 ") == "d8-train-relu-1"
