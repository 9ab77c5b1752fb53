"""What a study leaves: tidy tables, figures that name their data, descriptions from which it can be drawn again."""

import csv
import hashlib
import json

import pytest

from experiments.errors import MissingTrialsError
from experiments.figures.png import read_texts
from experiments.output.manifest import keep_other_results, manifest_names, read_manifest
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME, redraw_study, run_study
from experiments.workflows.verify import same_bits, verify_files
from tests.experiments.storing import TINY, shown, tiny_study

HEADER = "arm,seed,epoch,train_loss,train_error,validation_loss,validation_error,test_loss,test_error"


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_the_table_is_tidy_and_sorted(tmp_path):
    run_study(tiny_study(11, figures=(), b={}, a={"validation_size": 5, "test_size": 0}), tmp_path)
    text = (tmp_path / "tiny.csv").read_text()
    assert text.splitlines()[0] == HEADER
    table = rows(tmp_path / "tiny.csv")
    keys = [(row["arm"], int(row["seed"]), int(row["epoch"])) for row in table]
    assert keys == sorted(keys) and len(keys) == 2 * 11 * (TINY.epochs + 1)
    for row in table:
        assert (row["validation_loss"] == "") == (row["arm"] == "b")
        assert (row["test_error"] == "") == (row["arm"] == "a")
        assert 0 <= float(row["train_error"]) <= 1


def test_the_table_has_every_digit_of_what_is_stored(tmp_path):
    run_study(tiny_study(2, figures=()), tmp_path)
    with Store(tmp_path / STORE_NAME) as store:
        stored = [
            value for _, history in TrialReader(store).histories(TINY, range(2)) for value in history["test_loss"].tolist()
        ]
    assert [float(row["test_loss"]) for row in rows(tmp_path / "tiny.csv")] == stored


def test_measured_epochs_only(tmp_path):
    run_study(tiny_study(1, figures=(), only={"epochs": 7, "evaluate_every": 3}), tmp_path)
    assert [row["epoch"] for row in rows(tmp_path / "tiny.csv")] == ["0", "3", "6", "7"]


def test_figures_name_the_data_they_show(tmp_path):
    run_study(tiny_study(2), tmp_path)
    digest = hashlib.sha256((tmp_path / "tiny.csv").read_bytes()).hexdigest()[:16]
    assert json.loads((tmp_path / "tiny.json").read_text())["data_digest"] == digest
    assert read_texts(tmp_path / "tiny_loss.png")["Data-Digest"] == digest
    assert verify_files(tmp_path) == (2, [])


def test_a_description_says_what_it_was_and_can_be_read_again(tmp_path):
    study = tiny_study(3, 5, a={}, b={"lr": 0.5})
    run_study(study, tmp_path)
    described = read_manifest(tmp_path, "tiny")
    assert described is not None
    assert described.study.settings_digest() == study.settings_digest()
    assert (described.study.seeds, described.study.command) == (study.seeds, study.command)
    assert [arm.name for arm in described.study.arms] == ["a", "b"]
    assert {"code_digest", "git_commit", "versions", "cpu", "machine"} <= described.computed_by.keys()
    assert manifest_names(tmp_path) == ["tiny"]
    before = shown(tmp_path)
    for path in tmp_path.glob("tiny*.[cp]*"):
        path.unlink()
    assert redraw_study(described, tmp_path).report.computed == 0
    assert shown(tmp_path) == before


def test_redrawing_computes_nothing_but_says_what_is_missing(tmp_path):
    run_study(tiny_study(3), tmp_path)
    described = read_manifest(tmp_path, "tiny")
    (tmp_path / STORE_NAME).unlink()
    with pytest.raises(MissingTrialsError, match="there is no "):
        redraw_study(described, tmp_path)
    run_study(tiny_study(2, name="other"), tmp_path)
    with pytest.raises(MissingTrialsError, match=r"^1 of 3 trials are not in .*; compute them with: minifw train --name tiny$"):
        redraw_study(described, tmp_path)


def test_other_settings_come_and_go_and_nothing_is_lost(tmp_path):
    studies = [tiny_study(2, only={"lr": lr}) for lr in (0.1, 0.2, 0.3)]
    first = {}
    for study in (*studies, *studies):
        outcome = run_study(study, tmp_path)
        first.setdefault(study.settings_digest(), shown(tmp_path))
        assert shown(tmp_path) == first[study.settings_digest()]
    assert outcome.report.computed == 0
    for study in studies[:2]:
        name = f"tiny@{study.settings_digest()}"
        assert outcome.notices == [f"tiny held results of other settings; they are kept as tiny@{studies[1].settings_digest()}"]
        kept = {file.replace(name, "tiny"): content for file, content in shown(tmp_path, name).items()}
        assert kept == first[study.settings_digest()]
        described = read_manifest(tmp_path, name)
        assert described is not None and described.study.name == name
        redraw_study(described, tmp_path)
        assert {file.replace(name, "tiny") for file in shown(tmp_path, name)} == set(kept)


@pytest.mark.parametrize(
    ("rounds", "first", "says"),
    [
        (4, 0, None),
        (9, 0, None),
        (3, 0, "showed 4 rounds, now 3; the store keeps every trial, and --rounds 4 shows them again"),
        (4, 2, "showed seeds 0 to 3, now 2 to 5; the store keeps every trial, and --seed 0 --rounds 4 shows them again"),
    ],
)
def test_rounds_that_files_no_longer_show_are_told(tmp_path, rounds, first, says):
    run_study(tiny_study(4, figures=()), tmp_path)
    notices = run_study(tiny_study(rounds, first, figures=()), tmp_path).notices
    assert notices == ([f"the files of tiny {says}"] if says else [])
    assert run_study(tiny_study(rounds, first, figures=()), tmp_path).notices == []


def test_rounds_of_other_settings_are_not_told_of(tmp_path):
    run_study(tiny_study(4, figures=(), only={"lr": 0.1}), tmp_path)
    (notice,) = run_study(tiny_study(3, figures=(), only={"lr": 0.2}), tmp_path).notices
    assert "results of other settings" in notice


@pytest.mark.parametrize("described", [True, False])
def test_means_finals_and_times_go_along_with_other_settings(tmp_path, described):
    run_study(tiny_study(1, only={"lr": 0.1}), tmp_path)
    ends = (".means.csv.gz", ".finals.csv.gz", ".timing.csv", "_time.png")
    for end in ends:
        (tmp_path / f"tiny{end}").write_text(f"old{end}")
    if not described:
        (tmp_path / "tiny.json").unlink()
    notice = keep_other_results(tiny_study(1, only={"lr": 0.2}), tmp_path)[0]
    other = notice.rpartition(" ")[2]
    assert {end: (tmp_path / f"{other}{end}").read_text() for end in ends} == {end: f"old{end}" for end in ends}
    assert list(tmp_path.glob("tiny[._]*")) == []


def test_other_rounds_are_not_other_settings(tmp_path):
    run_study(tiny_study(2), tmp_path)
    assert keep_other_results(tiny_study(9, 4), tmp_path) == []


def test_times_are_of_this_run_and_left_alone_when_nothing_was_computed(tmp_path):
    run_study(tiny_study(3), tmp_path)
    (row,) = rows(tmp_path / "tiny.timing.csv")
    assert row["trials"] == "3" and float(row["seconds_per_trial"]) == pytest.approx(float(row["seconds"]) / 3)
    before = (tmp_path / "tiny.timing.csv").read_bytes()
    run_study(tiny_study(3), tmp_path)
    assert (tmp_path / "tiny.timing.csv").read_bytes() == before


@pytest.mark.parametrize("part", ["measured", "parameters", "steps"])
def test_one_bit_makes_two_results_differ(tmp_path, part):
    run_study(tiny_study(1, figures=(), only={"record_steps": True}), tmp_path)

    def read():
        with Store(tmp_path / STORE_NAME) as store:
            ((_, result),) = TrialReader(store).results(TINY.replace(record_steps=True), [0])
        return result

    one, other = read(), read()
    assert same_bits(one, other)
    values = getattr(other, part)
    array = values if part == "steps" else next(iter(values.values()))
    array.reshape(-1).view("uint8")[0] ^= 1
    assert not same_bits(one, other)
