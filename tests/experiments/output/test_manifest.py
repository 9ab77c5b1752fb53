"""Descriptions of results: read back whole or not at all, and what is done with results of other settings."""

from __future__ import annotations

import json

import pytest

from experiments.config.study import Study
from experiments.output.manifest import Manifest, keep_other_results, manifest_names, read_manifest, rounds_left_out
from tests.experiments.storing import tiny_study

STUDY = tiny_study(4, first=3, figures=("loss", "error"), a={}, b={"lr": 0.5})
BY = {"code_digest": "abc", "cpu": "AVX2"}
ENDS = (".csv", ".timing.csv", ".means.csv.gz", ".finals.csv.gz", "_time.png", "_loss.png", "_error.png", "_b.safetensors")


def describe(folder, study: Study = STUDY, name: str | None = None, **changes) -> None:
    values = json.loads(Manifest(study, "0123", BY).to_text()) | changes
    (folder / f"{name or study.name}.json").write_text(json.dumps(values))


def test_everything_is_written_down_and_read_again(tmp_path):
    text = Manifest(STUDY, "0123", BY).to_text()
    values = json.loads(text)
    assert text.endswith("}\n") and text.startswith("{\n  ")
    assert {
        key: values[key] for key in ("name", "title", "command", "first_seed", "rounds", "figures", "data_digest", "cpu")
    } == {
        "name": "tiny",
        "title": "A tiny study",
        "command": "minifw train --name tiny",
        "first_seed": 3,
        "rounds": 4,
        "figures": ["loss", "error"],
        "data_digest": "0123",
        "cpu": "AVX2",
    }
    assert values["settings_digest"] == STUDY.settings_digest() and list(values["arms"]) == ["a", "b"]
    (tmp_path / "tiny.json").write_text(text)
    found = read_manifest(tmp_path, "tiny")
    assert found is not None
    assert (found.study.seeds, found.study.figures, found.data_digest, found.computed_by) == (
        range(3, 7),
        ("loss", "error"),
        "0123",
        BY,
    )
    assert [arm.config for arm in found.study.arms] == [arm.config.resolve() for arm in STUDY.arms]


@pytest.mark.parametrize(
    "key", ["name", "title", "command", "first_seed", "rounds", "figures", "arms", "settings_digest", "data_digest"]
)
def test_a_description_that_lacks_something_is_none(tmp_path, key):
    describe(tmp_path)
    values = json.loads((tmp_path / "tiny.json").read_text())
    del values[key]
    (tmp_path / "tiny.json").write_text(json.dumps(values))
    assert read_manifest(tmp_path, "tiny") is None


@pytest.mark.parametrize("text", [None, "", "[]", "7", "{", '{"arms": 3}', "\udcff"])
def test_what_cannot_be_understood_is_none(tmp_path, text):
    if text is not None:
        (tmp_path / "tiny.json").write_bytes(text.encode(errors="surrogateescape"))
    assert read_manifest(tmp_path, "tiny") is None


@pytest.mark.parametrize("arms", [7, {"a": 3}, {"a": {"epochs": 0}}, {"a": {"no_such": 1}}])
def test_settings_that_are_none_make_no_description(tmp_path, arms):
    describe(tmp_path, arms=arms)
    assert read_manifest(tmp_path, "tiny") is None


def test_names_are_those_that_can_be_read(tmp_path):
    for name in ("b", "a"):
        describe(tmp_path, name=name)
    (tmp_path / "c.json").write_text("{}")
    assert manifest_names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "rounds", "says"),
    [
        (3, 4, None),
        (0, 7, None),
        (2, 9, None),
        (3, 3, "4 rounds, now 3; the store keeps every trial, and --rounds 4 shows them again"),
        (4, 4, "seeds 3 to 6, now 4 to 7; the store keeps every trial, and --seed 3 --rounds 4 shows them again"),
        (0, 6, "seeds 3 to 6, now 0 to 5; the store keeps every trial, and --seed 3 --rounds 4 shows them again"),
    ],
)
def test_seeds_that_are_no_longer_shown_are_told(tmp_path, first, rounds, says):
    describe(tmp_path)
    now = tiny_study(rounds, first=first, a={}, b={"lr": 0.5})
    assert rounds_left_out(now, tmp_path) == ([f"the files of tiny showed {says}"] if says else [])
    assert rounds_left_out(tiny_study(rounds, first=first, a={}), tmp_path) == [], "other settings"
    assert rounds_left_out(tiny_study(rounds, first=first, name="new", a={}), tmp_path) == [], "nothing there"


def files_of(folder) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.suffix != ".json"}


def test_results_of_other_settings_are_renamed_with_their_description(tmp_path):
    describe(tmp_path)
    for end in ENDS:
        (tmp_path / f"tiny{end}").write_text(end)
    (tmp_path / "tiny_boundary.png").write_text("another command's")
    notices = keep_other_results(tiny_study(4, figures=("boundary",), a={}), tmp_path)
    other = f"tiny@{STUDY.settings_digest()}"
    assert notices == [f"tiny held results of other settings; they are kept as {other}"]
    assert files_of(tmp_path) == {f"{other}{end}": end for end in ENDS} | {"tiny_boundary.png": "another command's"}
    found = read_manifest(tmp_path, other)
    assert found is not None and (found.study.name, found.data_digest, found.computed_by) == (other, "0123", BY)
    assert not (tmp_path / "tiny.json").exists()


def test_the_links_of_a_page_follow_the_results_that_it_shows(tmp_path):
    describe(tmp_path)
    (tmp_path / "tiny_loss.png").write_text("a picture")
    other = f"tiny@{STUDY.settings_digest()}"
    page = "![tiny_loss.png](tiny_loss.png) [not there](tiny_error.png) [another](not-tiny_loss.png) `tiny_loss.png`"
    (tmp_path / "README.md").write_text(page)
    keep_other_results(tiny_study(4, a={}), tmp_path)
    assert (tmp_path / "README.md").read_text() == page.replace("](tiny_loss.png)", f"]({other}_loss.png)")
    describe(tmp_path, study=tiny_study(4, a={"lr": 0.3}))
    keep_other_results(tiny_study(4, a={}), tmp_path)
    assert f"({other}_loss.png)" in (tmp_path / "README.md").read_text(), "a second time they stay"


@pytest.mark.parametrize("text", [None, "no JSON"])
def test_results_that_nothing_describes_get_the_first_free_number(tmp_path, text):
    (tmp_path / "tiny.csv").write_text("table")
    (tmp_path / "tiny@unknown-1.csv").write_text("older")
    (tmp_path / "tiny@unknown-2_loss.png").write_text("older")
    if text:
        (tmp_path / "tiny.json").write_text(text)
    notices = keep_other_results(STUDY, tmp_path)
    assert notices == ["tiny held results that no tiny.json describes; they are kept as tiny@unknown-3"]
    assert (tmp_path / "tiny@unknown-3.csv").read_text() == "table" and not (tmp_path / "tiny.csv").exists()
    assert (tmp_path / "tiny@unknown-3.json").exists() == bool(text) and not (tmp_path / "tiny.json").exists()


def test_a_broken_description_alone_is_kept_too(tmp_path):
    (tmp_path / "tiny.json").write_text("no JSON")
    assert keep_other_results(STUDY, tmp_path) == [
        "tiny held results that no tiny.json describes; they are kept as tiny@unknown-1"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["tiny@unknown-1.json"]


def test_nothing_and_the_same_settings_stay(tmp_path):
    assert keep_other_results(STUDY, tmp_path) == []
    describe(tmp_path)
    (tmp_path / "tiny.csv").write_text("table")
    assert keep_other_results(STUDY, tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.csv", "tiny.json"]
