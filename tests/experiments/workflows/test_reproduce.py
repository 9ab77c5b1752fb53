"""The main job on studies that train in no time: what it computes, writes, keeps and leaves alone."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest
from PIL import Image

from experiments.figures.style import data_digest
from experiments.output.manifest import read_manifest
from experiments.reports.catalogue import STUDIES
from experiments.reports.plan import plan
from experiments.verdicts.ledger_file import read_ledger
from experiments.workflows import reproduce as module
from experiments.workflows.phases import PARTS_NAME
from experiments.workflows.reproduce import fitted_readings, reproduce
from tests.experiments.benchmarks.test_published_times import TIMES
from tests.experiments.madeup import shrunk

SMALL = {"hidden": (4,), "act": ("tanh",), "train_size": 20, "test_size": 30, "batch_size": 10}


def plans(*reports: str, rounds: int = 3, **options):
    return shrunk(plan(reports, rounds=rounds, **options), **SMALL)


def without_figures(found):
    return [dataclasses.replace(each, study=dataclasses.replace(each.study, figures=())) for each in found]


def both(rounds: int = 3):
    """Feng's studies, and fernandez's without their figures."""
    return [*plans("feng", rounds=rounds), *without_figures(plans("fernandez", rounds=rounds))]


@pytest.fixture
def quick(monkeypatch):
    """Leaves out the figures of activations, which are the same every time."""
    monkeypatch.setattr("experiments.workflows.reproduce.write_activation_figures", lambda folder: [])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def done(folder):
    return reproduce(both(), folder, 1, times=False)


def test_every_trial_of_every_study_is_computed_once(done):
    """feng's own network and ours in the comparison are the same trials but for engines and the losses of batches."""
    assert (done.report.computed, done.report.total) == (3 * (1 + 2 + 2 + 1 + 1), 21)


def test_every_study_leaves_its_table_its_summaries_and_its_figures(done, folder):
    names = {path.name for path in done.files}
    for each in both():
        study = each.study
        expected = {f"{study.name}.csv", f"{study.name}.means.csv.gz", f"{study.name}.finals.csv.gz", f"{study.name}.json"}
        assert expected | {f"{study.name}_{figure}.png" for figure in study.figures} <= names
        finals = pd.read_csv(folder / f"{study.name}.finals.csv.gz")
        assert list(zip(finals["arm"], finals["seed"], strict=True)) == [(a.name, s) for a in study.arms for s in study.seeds]
        assert finals["parameters"].str.fullmatch("[0-9a-f]{16}").all() and finals["parameters"].nunique() >= 3
    assert {"claims.csv", "README.md", "activations_relu.png", "activations_tanh.png", "activations_sigmoid.png"} <= names
    assert {"values-feng.png", "values-fernandez.png", "contradiction-feng.png"} <= names
    assert all(path.is_file() for path in done.files) and len(names) == len(done.files)
    assert not [name for name in names if name.endswith("_time.png")]


def test_the_page_shows_pictures_that_are_there(done, folder):
    links = re.findall(r"\]\(([^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert {"train_loss.png", "values-feng.png", "compare-torch_errors.png"} <= set(links)
    assert all((folder / link).is_file() for link in links)


def test_the_ledger_holds_the_claims_of_the_reports_that_ran(done, folder):
    ledger = read_ledger(folder)
    assert set(ledger["report"]) == {"feng", "fernandez"}
    assert list(ledger["verdict"]) == list(done.ledger["verdict"]) == [str(one.verdict.outcome) for one in done.judged]
    finals = pd.read_csv(folder / "train.finals.csv.gz")
    row = ledger.set_index("claim").loc["F2"]
    assert row["ours"] == pytest.approx(100 * finals["test_error"].mean(), rel=1e-4) and row["seeds"] == 3


def test_a_table_says_what_each_part_took(done, folder):
    parts = pd.read_csv(folder / PARTS_NAME)
    assert list(parts["part"]) == ["trials", "tables and figures", "verdicts", "ledger, its figures and pages", "all"]
    assert parts["seconds"].iloc[:-1].sum() == pytest.approx(parts["seconds"].iloc[-1], abs=0.05)
    assert parts["seconds"].tolist() == pytest.approx(done.parts["seconds"].tolist(), abs=0.01)
    assert parts["seconds"].iloc[0] == pytest.approx(done.report.seconds, abs=0.5)
    size = sum(path.stat().st_size for path in folder.glob("trials.sqlite*")) / 1e6
    assert done.space["store"] == pytest.approx(size, rel=0.5) and 100 < done.space["memory"] < 20000


def test_files_are_the_same_when_nothing_is_computed_again(done, folder):
    before = {path: path.read_bytes() for path in done.files if path.name != PARTS_NAME}
    again = reproduce(both(), folder, 1, times=False)
    assert (again.report.computed, again.report.reused) == (0, 21)
    assert {path: path.read_bytes() for path in again.files if path.name != PARTS_NAME} == before


def test_checking_judges_and_writes_nothing_but_trials(done, folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("trials.sqlite")}
    checked = reproduce(both(rounds=4), folder, 1, times=False, check=True)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("trials.sqlite")}
    assert after == before and checked.files == []
    assert checked.report.computed == 7
    assert set(checked.ledger.loc[checked.ledger["claim"].isin(["F2", "C1-train"]), "seeds"]) == {4}


def test_pages_and_ledger_are_of_the_last_run_alone(tmp_path, monkeypatch, quick):
    monkeypatch.setattr(module, "measure_times", lambda reports: {"feng": TIMES["feng"]} if "feng" in reports else {})
    reproduce(without_figures(plans("fernandez", "feng", rounds=4)), tmp_path, 1)
    (tmp_path / "FINDINGS.md").write_text("a thousand seeds say so")
    fewer = reproduce(without_figures(plans("fernandez", rounds=2)), tmp_path, 1)
    ledger = read_ledger(tmp_path)
    assert set(ledger["report"]) == {"fernandez"} and ledger.set_index("claim").loc["C1-train", "seeds"] == 2
    assert not [notice for notice in fewer.notices if "ledger" in notice]
    assert "thousand seeds say" not in (tmp_path / "FINDINGS.md").read_text(encoding="utf-8")
    finals = pd.read_csv(tmp_path / "train-fernandez.finals.csv.gz")
    for name in ("README.md", "index.html"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "This run was of fernandez alone" in page and "Feng, Sun and Wang" not in page
        assert "values-fernandez.png" in page and "values-feng.png" not in page and "compare-torch_time.png" not in page
        assert f"{finals['train_loss'].mean():.3g} ± " in page
    assert (tmp_path / "values-feng.png").exists(), "files of other studies stay"
    assert "## Times" not in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_each_description_has_the_command_that_computes_its_study(done, folder):
    commands = {each.study.name: read_manifest(folder, each.study.name).study.command for each in both()}
    assert commands == {
        "train": f"minifw train --rounds 3 --results-dir {folder}",
        "compare-torch": f"minifw compare-torch --rounds 3 --results-dir {folder}",
        "compare-vmap": f"minifw study compare-vmap --rounds 3 --results-dir {folder}",
        "train-fernandez": f"minifw train --preset fernandez --rounds 3 --results-dir {folder}",
        "fernandez-batches": f"minifw study fernandez-batches --rounds 3 --results-dir {folder}",
    }
    assert plan(["feng"], rounds=2, readings=True, first_seed=7)[1].study.command == (
        "minifw train --reading epoch-average --rounds 2 --seed 7"
    )


def test_times_become_files_evidence_and_tables(tmp_path, monkeypatch, quick):
    monkeypatch.setattr(module, "measure_times", lambda reports: {"feng": TIMES["feng"]} if reports == ("feng",) else {})
    done = reproduce(without_figures(plans("feng", rounds=2)), tmp_path, 1)
    row = done.ledger.set_index("claim").loc["F5"]
    assert row["ours"] == 0.75 and row["verdict"] == "not reproduced"
    assert (tmp_path / "compare-torch.timing.csv").exists() and (tmp_path / "compare-torch_time.png").exists()
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "](compare-torch_time.png)" in page and "| single | 1 | 30.0 [30.0, 30.0] |" in page


def test_readings_are_judged_beside_the_default(tmp_path, quick):
    done = reproduce(without_figures(plans("feng", rounds=2, readings=True)), tmp_path, 1, times=False)
    read = {one.verdict.claim.id: set(one.readings) for one in done.judged}
    assert (tmp_path / "train.means.csv.gz").exists() and not (tmp_path / "train-centred.means.csv.gz").exists()
    assert read["F2"] == {"centred", "epoch-average"} and read["F4-test"] == {"centred", "epoch-average"}


def test_readings_that_were_fitted_are_known_by_the_names_of_their_studies():
    found = fitted_readings()
    assert {"train-epoch-average", "sweep-optimizers-adagrad-0.05", "sweep-dropout-200"} <= found
    assert not {"train-centred", "sweep-activations-textbook", "train-fernandez-textbook"} & found
    assert len(found) == sum(reading.fitted for spec in STUDIES.values() for reading in spec.readings.values())


def test_a_picture_of_values_carries_the_digest_of_their_rows(done, folder):
    with Image.open(folder / "values-feng.png") as image:
        assert image.text["Data-Digest"] == data_digest(done.ledger[done.ledger["report"] == "feng"])
