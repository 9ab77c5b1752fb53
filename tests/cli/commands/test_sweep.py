"""`minifw sweep`, the named sweeps and `study`: which arms they make of what is typed. One of them is really run."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from cli.commands import sweep
from cli.main import app
from experiments.config.study import Study
from experiments.config.trial import TrialConfig
from experiments.reports.catalogue import STUDIES

TINY = ["--hidden", "3", "--train-size", "20", "--test-size", "10", "--batch-size", "10", "--epochs", "2", "--rounds", "2"]


def invoke(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


@pytest.fixture
def built(monkeypatch):
    """Runs a command up to the study that it would train."""
    found = []
    monkeypatch.setattr(sweep, "run", lambda study, given: found.append(study))

    def build(*arguments: str) -> Study:
        invoke(*arguments)
        return found[-1]

    return build


def arms(study: Study) -> dict[str, TrialConfig]:
    return {arm.name: arm.config for arm in study.arms}


def test_a_sweep_is_a_product(built):
    study = built("sweep", "--over", "lr=0.001,0.01,0.1", "--over", "act=relu,tanh", "--epochs", "7")
    assert arms(study) == {
        f"lr={lr}, act={act}": TrialConfig(lr=float(lr), act=(act,), epochs=7)
        for lr in ("0.001", "0.01", "0.1")
        for act in ("relu", "tanh")
    }
    assert (study.name, study.seeds, study.title) == ("sweep", range(10), "A sweep over lr and act")


def test_together_goes_first_with_first(built):
    study = built("sweep", "--over", "lr=0.1,0.2", "--over", "momentum=0.9,0.8", "--together", "--name", "pairs", "--seed", "3")
    assert arms(study) == {
        "lr=0.1, momentum=0.9": TrialConfig(lr=0.1, momentum=0.9),
        "lr=0.2, momentum=0.8": TrialConfig(lr=0.2, momentum=0.8),
    }
    assert (study.name, study.seeds) == ("pairs", range(3, 13))


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("hidden=25,25;50,50", {"hidden=25,25": {"hidden": (25, 25)}, "hidden=50,50": {"hidden": (50, 50)}}),
        ("hidden=25,50", {"hidden=25": {"hidden": (25,)}, "hidden=50": {"hidden": (50,)}}),
        ("hidden = 8 ; 8,8", {"hidden=8": {"hidden": (8,)}, "hidden=8,8": {"hidden": (8, 8)}}),
        ("act=relu,relu,tanh;tanh", {"act=relu,relu,tanh": {"act": ("relu", "relu", "tanh")}, "act=tanh": {"act": ("tanh",)}}),
        ("--batch-size=5,20", {"batch_size=5": {"batch_size": 5}, "batch_size=20": {"batch_size": 20}}),
        ("shuffle=on,off", {"shuffle=on": {"shuffle": True}, "shuffle=off": {"shuffle": False}}),
        ("lr=0.1000001,0.1000002", {"lr=0.1000001": {"lr": 0.1000001}, "lr=0.1000002": {"lr": 0.1000002}}),
    ],
)
def test_values_are_read_as_their_setting_is(built, over, expected):
    assert arms(built("sweep", "--over", over)) == {name: TrialConfig(**settings) for name, settings in expected.items()}


@pytest.mark.parametrize(
    ("arguments", "only"),
    [
        (["sweep", "--over", "lr=0.1"], "lr=0.1"),
        (["sweep-init", "--inits", "uniform"], "uniform"),
        (["sweep", "--over", "lr=0.1,0.2"], None),
        (["sweep-init"], None),
    ],
)
def test_one_arm_is_run_with_a_remark(built, arguments, only):
    found = invoke(*arguments)
    assert found == (f"Note: there is one arm, {only}, so that nothing is compared." if only else "")


def test_numbers_of_an_optimiser_go_where_they_belong(built):
    found = arms(built("sweep", "--over", "optimizer=sgd,adam", "--momentum", "0.9"))
    assert found == {"optimizer=sgd": TrialConfig(momentum=0.9), "optimizer=adam": TrialConfig(optimizer="adam")}


@pytest.mark.parametrize(
    ("arguments", "option", "says"),
    [
        (["--over", "lr"], "--over", "'lr' gives no values to compare; write lr=VALUE,VALUE, each a finite number"),
        (["--over", "act="], "--over", "or a layer in a file (file.py:CLASS), or several with commas between"),
        (["--over", "nonsense=1"], "--over", "'nonsense' is no setting of train (did you mean noise?); it has hidden, act, "),
        (["--over", "ler=1,2"], "--over", "did you mean lr?"),
        (["--over", "lr=0.1,0.10"], "--over", "has a value twice"),
        (["--over", "lr=0.1,,0.2"], "--over", "''"),
        (["--over", "lr=0.1,x"], "--over", "'x'"),
        (["--over", "hidden=5,5"], "--over", "has a value twice; lists are separated by semicolons, as in hidden=5;25,25"),
        (["--over", "lr=1,2", "--over", "lr=3"], "--over", "lr is varied twice"),
        (["--over", "lr=1,2", "--lr", "3"], "--lr", "varied by --over already"),
        (["--over", "lr=1,2", "--over", "epochs=1,2,3", "--together"], "--together", "as many values of each, not 2, 3"),
        (["--over", f"epochs={','.join(map(str, range(1, 402)))}"], "--over", "401 arms are more than 400"),
        (["--over", "batch_size=10,2000"], "--batch-size", "more than the 1000"),
        (["--over", "optimizer=sgd,adam", "--rho", "0.5"], "--rho", "belongs to adadelta; no arm"),
        (["--over", "implementation=torch"], "--over", "no setting of train"),
        (["--over", "=1"], "--over", "'' is no setting of train"),
        ([], "--over", "is missing; say what to vary"),
    ],
)
def test_a_bad_sweep_names_the_option_and_writes_nothing(arguments, option, says, tmp_path):
    output = invoke("sweep", *arguments, "--results-dir", tmp_path / "new", code=2)
    assert option in output and says in output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["sweep-optimizers", "--optimizers", "sgd,adam"], ["sgd", "adam"]),
        (["sweep-optimizers", "--optimizers", "adam, sgd"], ["adam", "sgd"]),
        (["sweep-init", "--inits", "he_normal"], ["he_normal"]),
        (["sweep-init", "--inits", "he_normal,uniform"], ["he_normal", "uniform"]),
        (["sweep-init", "--inits", "uniform,xavier"], ["uniform", "xavier"]),
        (["sweep-losses", "--losses", "cross-entropy"], ["cross-entropy"]),
        (["sweep-activations", "--acts", "relu", "--inits", "uniform,normal"], ["relu-uniform", "relu-normal"]),
        (["sweep-activations", "--acts", "tanh,relu", "--inits", "normal"], ["tanh-normal", "relu-normal"]),
        (["sweep-dropout", "--rates", "0.5,0.1", "--places", "last"], ["none", "0.5-last", "0.1-last"]),
        (["sweep-dropout", "--rates", "0.5", "--places", "all"], ["none", "0.5-all"]),
    ],
)
def test_arms_of_a_named_sweep_can_be_chosen(built, arguments, expected):
    assert [arm.name for arm in built(*arguments).arms] == expected


@pytest.mark.parametrize("name", [name for name, spec in STUDIES.items() if spec.command == name and name.startswith("sweep-")])
def test_a_named_sweep_is_the_study_of_its_report(built, name):
    assert (built(name).arms, built(name).seeds) == (STUDIES[name].build().arms, STUDIES[name].build().seeds)
    for reading in STUDIES[name].readings:
        study = built(name, "--reading", reading, "--rounds", "4", "--seed", "30")
        assert study.arms == STUDIES[name].build(reading=reading).arms
        assert (study.name, study.seeds) == (f"{name}-{reading}", range(30, 34))


def test_a_rate_never_touches_adadelta(built):
    found = arms(built("sweep-optimizers", "--lr", "0.05", "--epochs", "3"))
    assert {name: config.lr for name, config in found.items()} == {
        "sgd": 0.05,
        "adam": 0.05,
        "adagrad": 0.05,
        "rmsprop": 0.05,
        "adadelta": 1.0,
    }
    assert {config.epochs for config in found.values()} == {3}


@pytest.mark.parametrize(
    ("arguments", "option", "says"),
    [
        (["sweep-optimizers", "--optimizers", "sgd,adm"], "--optimizers", "did you mean adam?"),
        (["sweep-init", "--inits", "he_norml"], "--inits", "'he_norml' is not one of"),
        (["sweep-activations", "--acts", "relu,"], "--acts", "''"),
        (["sweep-dropout", "--reading", "20"], "--reading", "did you mean 200?"),
        (["sweep-losses", "--loss", "mse"], "--loss", "No such option"),
        (["sweep-optimizers", "--optimizer", "sgd"], "--optimizer", "No such option"),
        (["sweep-losses", "--beta1", "0.5"], "--beta1", "belongs to adam; no arm"),
        (["sweep-activations", "--batch-size", "3000"], "--batch-size", "more than the 1000"),
        (["study", "sweep-activation"], "STUDY", "did you mean sweep-activations"),
        (["study", "train", "--reading", "centered"], "--reading", "did you mean centred?"),
    ],
)
def test_bad_choices_name_the_option(arguments, option, says, tmp_path):
    output = invoke(*arguments, "--results-dir", tmp_path / "new", code=2)
    assert option in output and says in output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", STUDIES)
def test_any_study_runs_by_its_name(built, name):
    study = built("study", name, "--rounds", "3")
    assert (study.name, study.arms, study.seeds) == (name, STUDIES[name].build().arms, range(3))


def test_a_sweep_leaves_one_table_and_one_figure_over_all_arms(tmp_path):
    output = invoke(
        "sweep", "--over", "lr=0.1,0.5", "--over", "momentum=0,0.9", *TINY, "--jobs", "1", "--results-dir", tmp_path
    )
    names = [f"lr={lr}, momentum={momentum}" for lr in ("0.1", "0.5") for momentum in ("0", "0.9")]
    table = pd.read_csv(tmp_path / "sweep.csv")
    assert list(table["arm"].unique()) == names and len(table) == 4 * 2 * 3
    assert list(json.loads((tmp_path / "sweep.json").read_text())["arms"]) == names
    assert (tmp_path / "sweep_loss.png").exists() and (tmp_path / "sweep_error.png").exists()
    assert all(name in output for name in names) and "8 trials computed" in output
    last = table[(table["epoch"] == 2) & (table["arm"] == names[-1])]["test_error"]
    assert f"{names[-1]} {100 * last.mean():.2f}" in output
