"""The looks of a reproduction, with plans and verdicts that are made up."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import experiments.workflows.looks as module
from experiments.reports.plan import plan
from experiments.workflows.looks import plan_by_looks


@pytest.fixture
def looked(monkeypatch):
    """Judges claims by how many seeds their studies have; returns what was asked for at each look."""
    needed = {"train": 3000, "sweep-losses": 12_000, "sweep-activations": 9000, "sweep-dropout": 5000, "sweep-init": 90_000}
    asked = []

    def judge(plans, folder, jobs, *, times, check, on_progress):
        assert (folder, jobs, times, check, on_progress) == ("here", 2, False, True, print)
        rounds = {each.study.name: each.study.rounds for each in plans}
        asked.append(rounds)
        rows = [
            (name, "undecided" if rounds[name] < seeds else "reproduced", rounds[name] - 3, 3, seeds)
            for name, seeds in needed.items()
        ]
        columns = ["study", "verdict", "seeds", "diverged", "needs_seeds"]
        return SimpleNamespace(ledger=pd.DataFrame(rows, columns=columns))

    monkeypatch.setattr(module, "reproduce", judge)
    return asked


def test_studies_of_undecided_claims_get_the_seeds_of_the_next_look(looked):
    reports = ["feng", "bordignon", "bamberger", "bhatt"]
    plans = plan_by_looks(reports, "here", 2, on_progress=print)
    watched = ("train", "sweep-losses", "sweep-activations", "sweep-dropout", "sweep-init", "sweep-optimizers", "train-centred")
    assert [[look[name] for name in watched] for look in looked] == [
        [1000, 1000, 1005, 1000, 1000, 1000, 200],
        [4000, 4000, 4005, 1000, 1000, 1000, 200],
        [4000, 16_000, 4005, 1000, 1000, 1000, 200],
    ], "dropout has a limit, activations a last look, and what the last look cannot decide stays as it is"
    assert {each.study.name: each.study.rounds for each in plans} == looked[-1]
    assert [each.study.name for each in plans] == [each.study.name for each in plan(reports, 1000, readings=True)]
    assert all(each.study.seeds[0] == 0 for each in plans)


def test_the_last_look_is_the_one_that_is_wanted(looked):
    plans = plan_by_looks(["feng", "bordignon", "bamberger", "bhatt"], "here", 2, last=4000, on_progress=print)
    assert [(look["train"], look["sweep-losses"]) for look in looked] == [(1000, 1000), (4000, 1000)]
    assert {each.study.name: each.study.rounds for each in plans} == looked[-1]


def test_looks_begin_at_the_first_seed_that_is_asked_for(looked, monkeypatch):
    plans = plan_by_looks(["feng", "bordignon", "bamberger", "bhatt"], "here", 2, first_seed=7, on_progress=print)
    assert {each.study.seeds[0] for each in plans} == {7}
