"""A study in one call: what is computed, written and said, and how it ends where something is missing."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from experiments.errors import InterruptedRunError, MissingTrialsError
from experiments.output.manifest import read_manifest
from experiments.running.compute import environment
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows import run_study as module
from experiments.workflows.run_study import other_environments, redraw_study, run_study
from tests.experiments.storing import TINY, tiny_study

# The arm b has the settings of a: its trials are a's.
STUDY = dataclasses.replace(tiny_study(2, first=3, figures=(), a={}, b={}, c={"lr": 0.5}), command="")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which the study has run."""
    folder = tmp_path_factory.mktemp("results") / "new"
    first = run_study(STUDY, folder)
    assert (first.report.total, first.report.computed, first.report.reused) == (4, 4, 0) and first.study == STUDY
    assert first.notices == [] and {path.name for path in first.files} >= {"tiny.csv", "tiny.json"}
    assert all(path.exists() for path in first.files)
    return folder


def test_the_tables_have_every_arm_and_trials_are_computed_once(folder):
    again = run_study(STUDY, folder)
    assert (again.report.total, again.report.computed, again.report.reused) == (4, 0, 4)
    counts = again.history.groupby("arm")["seed"].unique().map(list).to_dict()
    assert counts == {"a": [3, 4], "b": [3, 4], "c": [3, 4]} and sorted(again.history["epoch"].unique()) == [0, 1, 2, 3]
    ends = again.summary[again.summary["metric"] == "train_loss"].set_index("arm")
    assert ends["n"].tolist() == [2, 2, 2] and ends.loc["a", "mean"] == ends.loc["b", "mean"] != ends.loc["c", "mean"]
    last = again.history[(again.history["epoch"] == 3) & (again.history["arm"] == "c")]
    assert ends.loc["c", "mean"] == pytest.approx(last["train_loss"].mean())


def test_a_run_is_noted_with_the_command_that_was_typed_and_what_its_arms_set(folder, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["a notebook", "--x"])
    run_study(STUDY, folder)
    with Store(folder / "trials.sqlite") as store:
        *_, run = store.runs()
    assert (run.name, run.command, run.rounds, run.total) == ("tiny", "'a notebook' --x", 2, 4)
    assert run.arms["c"].keys() - run.arms["a"].keys() == {"lr"} and run.arms["a"] == run.arms["b"]


def test_a_study_is_drawn_again_from_what_is_stored(folder, tmp_path):
    manifest = read_manifest(folder, "tiny")
    assert manifest is not None
    drawn, computed = redraw_study(manifest, folder), run_study(STUDY, folder)
    assert drawn.history.equals(computed.history) and drawn.files == computed.files
    assert (drawn.report.total, drawn.report.computed) == (4, 0)
    more = dataclasses.replace(manifest, study=dataclasses.replace(STUDY, seeds=range(3, 6)))
    lacking = r"2 of 6 trials are not in .*, or come from other code; compute them with: minifw reproduce, or run_study from "
    with pytest.raises(MissingTrialsError, match=lacking):
        redraw_study(more, folder)
    named = dataclasses.replace(more, study=dataclasses.replace(more.study, command="minifw train --rounds 3"))
    with pytest.raises(MissingTrialsError, match=r"compute them with: minifw train --rounds 3$"):
        redraw_study(named, folder)
    with pytest.raises(MissingTrialsError, match=r"there is no .*trials\.sqlite"):
        redraw_study(manifest, tmp_path)


def test_where_an_arm_has_no_trial_no_files_are_written(folder, monkeypatch):
    empty = dataclasses.replace(STUDY, name="other", seeds=range(8, 10))
    monkeypatch.setattr(module, "run_trials", lambda *_, **__: module.RunSummary(4))
    result = run_study(empty, folder)
    assert result.notices == ["no files were written, for not one trial of an arm could be computed"]
    assert result.files == [] and result.history.empty and not list(folder.glob("other*"))


def test_trials_of_the_other_arms_do_not_stand_for_an_arm_that_has_none(folder, monkeypatch):
    """Of arm a the store has both trials."""
    half = dataclasses.replace(tiny_study(2, first=3, figures=(), a={}, d={"lr": 0.25}), name="half")
    monkeypatch.setattr(module, "run_trials", lambda *_, **__: module.RunSummary(4))
    result = run_study(half, folder)
    assert result.notices == ["no files were written, for not one trial of an arm could be computed"]
    assert result.files == [] and set(result.history["arm"]) == {"a"} and not list(folder.glob("half*"))


def test_an_interrupted_run_says_how_far_it_came(folder, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "run_trials", interrupt)
    with pytest.raises(InterruptedRunError) as caught:
        run_study(dataclasses.replace(STUDY, seeds=range(3, 8)), folder)
    assert (caught.value.finished, caught.value.total) == (4, 10)


def test_trials_of_another_torch_are_named(folder, monkeypatch):
    here = environment(TINY.engine)
    there = [dataclasses.replace(here, torch=version, cpu="slow") for version in ("1.2", "1.1")]
    with Store(folder / "trials.sqlite") as store:
        assert other_environments(STUDY, store) == []
        monkeypatch.setattr(TrialReader, "environments", lambda *_: [here, *there])
        (line,) = other_environments(STUDY, store)
    assert line == (
        f"some stored trials were computed with torch 1.1 (slow), torch 1.2 (slow); here it is torch {here.torch} ({here.cpu})"
    )
