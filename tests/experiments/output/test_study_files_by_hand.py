"""Where results say they come from, and how long they took."""

from __future__ import annotations

import subprocess

from experiments.output.study_files import git_commit, timing_table
from experiments.running.runner import RunSummary


def test_outside_a_checkout_there_is_no_commit(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert git_commit() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit() is None, "no git at all"


def test_the_commit_is_what_git_says(monkeypatch) -> None:
    said = subprocess.CompletedProcess([], 0, stdout="0123abc\n", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: said)
    assert git_commit() == "0123abc"


def test_times_are_of_the_trials_computed() -> None:
    table = timing_table(RunSummary(total=9, computed=4, seconds=6.0))
    assert table.to_dict("records") == [{"trials": 4, "seconds": 6.0, "seconds_per_trial": 1.5}]
