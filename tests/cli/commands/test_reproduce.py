"""`minifw reproduce` with studies that train in no time: what is planned, what is said, and the exit code of --check."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import cli.commands.reproduce
import experiments.workflows.reproduce
from cli.main import app
from experiments.reports.catalogue import REPORTS
from experiments.reports.plan import plan
from tests.experiments.madeup import shrunk
from tests.experiments.workflows.test_reproduce import SMALL, without_figures


def invoke(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["reproduce", *map(str, arguments)], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module", autouse=True)
def small_plans():
    """Shrinks what is planned."""

    def plan_small(reports, rounds, readings, first_seed):
        return without_figures(shrunk(plan(reports, rounds, readings, first_seed), **SMALL))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli.commands.reproduce, "plan", plan_small)
        patch.setattr(experiments.workflows.reproduce, "write_activation_figures", lambda folder: [])
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory, small_plans):
    folder = tmp_path_factory.mktemp("results")
    first = invoke("fernandez", "feng", "--rounds", "2", "--no-times", "--jobs", "1", "--results-dir", folder)
    assert "14 trials computed" in first and f"begin with {folder / 'README.md'}" in first
    return folder


def check(folder, *reports: str, code: int = 0) -> str:
    """Without --rounds: with the ledger's."""
    given = ("--no-times", "--jobs", "1", "--check", "--ledger", folder, "--results-dir", folder)
    return invoke(*reports, *given, code=code)


def edit(folder, claim: str, verdict: str, seeds: int = 2) -> None:
    ledger = pd.read_csv(folder / "claims.csv")
    ledger.loc[ledger["claim"] == claim, ["verdict", "seeds"]] = [verdict, seeds]
    ledger.to_csv(folder / "claims.csv", index=False)


def test_an_unchanged_ledger_is_exit_code_0(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("trials.sqlite")}
    output = check(folder, "feng", "fernandez")
    assert "No verdict has changed." in output and "0 trials computed" in output and "14 reused" in output
    assert "need more seeds" not in output
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("trials.sqlite")}


def test_only_the_reports_asked_for_are_compared(folder):
    assert "No verdict has changed." in check(folder, "feng")


def test_a_changed_verdict_is_exit_code_4_and_named(folder):
    edit(folder, "F2", "reproduced")
    output = check(folder, "feng", code=4)
    assert "F2 reproduced undecided" in output and "F1" not in output.partition("changed")[2]
    assert "No verdict has changed." in check(folder, "fernandez")
    edit(folder, "F2", "undecided")
    assert "No verdict has changed." in check(folder, "feng")


def test_a_claim_that_more_seeds_would_decide_needs_them_and_has_not_changed(folder):
    edit(folder, "F2", "not reproduced", seeds=1000)
    output = invoke(
        "feng", "--rounds", "2", "--no-times", "--jobs", "1", "--check", "--ledger", folder, "--results-dir", folder
    )
    assert "F2 not reproduced 1000 2" in output.partition("Claims that need more seeds")[2]
    assert "No verdict has changed." in output and "Verdicts that have changed" not in output
    edit(folder, "F2", "undecided")


def test_what_was_not_run_is_named_and_has_not_changed(folder):
    edit(folder, "F5", "not reproduced", seeds=0)
    output = check(folder, "feng")
    assert "Not run this time: F5." in output and "No verdict has changed." in output
    edit(folder, "F5", "undecided", seeds=0)


def test_a_claim_that_the_ledger_lacks_has_changed(folder):
    whole = (folder / "claims.csv").read_bytes()
    ledger = pd.read_csv(folder / "claims.csv")
    ledger[ledger["claim"] != "C3"].to_csv(folder / "claims.csv", index=False)
    assert "C3 absent undecided" in check(folder, "fernandez", code=4)
    (folder / "claims.csv").write_bytes(whole)


def test_without_a_ledger_there_is_nothing_to_check(tmp_path):
    output = invoke("feng", "--check", "--ledger", tmp_path, "--results-dir", tmp_path, code=2)
    assert "--ledger" in output and "there is no ledger" in output
    assert list(tmp_path.iterdir()) == []


# Rounds of the committed ledger, which --check takes unless told otherwise.
BHATT = {"train-bhatt": 1000, "compare-torch-bhatt": 100, "sweep-dropout": 1000}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (list(REPORTS), None, False, 0)),
        (["bhatt", "feng"], (["bhatt", "feng"], None, False, 0)),
        (["--rounds", "999", "--seed", "7"], (list(REPORTS), 999, False, 7)),
        (["--rounds", "1000"], (list(REPORTS), 1000, True, 0)),
        (["--readings"], (list(REPORTS), None, True, 0)),
        (["--check", "--rounds", "10"], (list(REPORTS), 10, False, 0)),
        (["--check", "--seed", "7", "bhatt"], (["bhatt"], BHATT, False, 7)),
    ],
)
def test_what_is_planned(monkeypatch, arguments, expected):
    asked = []

    def stop(*arguments):
        asked.append(arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.commands.reproduce, "plan", stop)
    CliRunner().invoke(app, ["reproduce", *arguments])
    ((reports, *others),) = asked
    assert (list(reports), *others) == expected


@pytest.mark.parametrize(
    ("arguments", "option", "says"),
    [
        (["fneg"], "REPORT", "did you mean feng?"),
        (["feng", "--rounds", "0"], "--rounds", "at least 1"),
        (["feng", "--seed", "-1"], "--seed", "at least 0"),
        (["feng", "--jobs", "many"], "--jobs", "'many'"),
    ],
)
def test_bad_input_names_the_option_and_writes_nothing(tmp_path, arguments, option, says):
    output = invoke(*arguments, "--results-dir", tmp_path / "new", code=2)
    assert option in output and says in output
    assert not (tmp_path / "new").exists()


def test_the_counts_of_verdicts_are_shown(folder):
    output = invoke("feng", "--rounds", "1", "--no-times", "--jobs", "1", "--results-dir", folder)
    assert "verdict stated fitted" in output and "undecided" in output


def test_json_has_the_ledger_and_what_changed_and_nothing_else_is_printed(folder):
    given = ("--no-times", "--jobs", "1", "--check", "--ledger", str(folder), "--results-dir", str(folder), "--json")
    result = CliRunner().invoke(app, ["reproduce", "feng", "--rounds", "2", *given])
    found = json.loads(result.stdout)
    assert found["trials"] == {"computed": 0, "reused": 10, "failed": 0}
    assert {row["report"] for row in found["ledger"]} == {"feng"}
    assert found["changes"]["changed"] == [] and found["files"] == []


def test_quiet_prints_nothing(folder):
    assert check(folder, "feng", "--quiet") == ""


def test_a_dry_run_counts_what_is_missing_and_writes_nothing(folder, tmp_path):
    line = ("feng", "fernandez", "--rounds", "2", "--dry-run", "--results-dir")
    assert "Nothing." in invoke(*line, folder)
    output = invoke(*line, tmp_path / "new")
    assert "train 1 2 0 2" in output and "At most 18 trials" in output and not (tmp_path / "new").exists()
    plan = json.loads(CliRunner().invoke(app, ["reproduce", *line, str(tmp_path / "new"), "--json"]).stdout)
    assert sum(arm["to_compute"] for study in plan["studies"] for arm in study["arms"]) == 18


@pytest.mark.parametrize("given", [["--rounds", "30"], ["--check"], ["--rounds", "1000", "--check"]])
def test_looks_take_their_own_rounds(tmp_path, given):
    output = invoke("feng", "--looks", "4000", *given, "--results-dir", tmp_path / "new", code=2)
    assert "--looks" in output and "begins with 1000 rounds" in output and not (tmp_path / "new").exists()


def test_looks_decide_how_many_seeds_are_reproduced(monkeypatch, tmp_path):
    wider = plan(["feng"], 2)
    monkeypatch.setattr(
        "experiments.workflows.looks.plan_by_looks", lambda *given, **options: asked.append((given, options)) or wider
    )
    asked = []

    def stop(plans, *others, **options):
        asked.append(plans)
        raise KeyboardInterrupt

    monkeypatch.setattr(experiments.workflows.reproduce, "reproduce", stop)
    CliRunner().invoke(
        app, ["reproduce", "feng", "--looks", "4000", "--seed", "3", "--jobs", "1", "--results-dir", str(tmp_path)]
    )
    ((given, options), plans) = asked
    assert given == (["feng"], tmp_path, 1) and (options["first_seed"], options["last"]) == (3, 4000) and plans is wider
