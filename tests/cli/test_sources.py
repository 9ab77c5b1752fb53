"""Options from the environment and from a file: which beats which, and what is said of those that are wrong."""

import json

import pytest
from typer.testing import CliRunner

from cli.commands import sweep, train
from cli.main import app
from experiments.config.study import Study
from tests.cli.terminal import minifw


@pytest.fixture
def built(monkeypatch, tmp_path):
    """Runs a command up to the study that it would train; a text becomes the file of --config."""
    found = []
    for module in (sweep, train):
        monkeypatch.setattr(module, "run", lambda study, given: found.append((study, given)))

    def build(*arguments: str, file: str = "", environment: dict[str, str] | None = None) -> tuple[Study, object]:
        if file:
            (tmp_path / "run.toml").write_text(file)
            arguments = (*arguments, "--config", str(tmp_path / "run.toml"))
        result = CliRunner().invoke(app, list(arguments), env=environment)
        assert result.exit_code == 0, result.output
        return found[-1]

    return build


def test_typed_beats_environment_beats_file_beats_default(built):
    file = "lr = 0.1\nmomentum = 0.2\nepochs = 7\nrounds = 3\n"
    environment = {"MINIFW_LR": "0.3", "MINIFW_MOMENTUM": "0.4", "MINIFW_SEED": "5"}
    study, _ = built("train", "--lr", "0.5", file=file, environment=environment)
    config = study.arms[0].config
    assert (config.lr, config.momentum, config.epochs, config.batch_size) == (0.5, 0.4, 7, 10)
    assert study.seeds == range(5, 8)


def test_every_kind_of_value_is_read_from_a_file(built):
    file = """
hidden = [8, 9]
act = "tanh"
shuffle = false
record-steps = true
dtype = "float64"
results_dir = "elsewhere"
over = ["lr=0.1,0.2", "momentum=0,0.9"]
together = true
"""
    study, given = built("sweep", file=file)
    config = study.arms[1].config
    assert (config.hidden, config.act, config.shuffle, config.record_steps, config.dtype) == (
        (8, 9),
        ("tanh",),
        False,
        True,
        "float64",
    )
    assert [arm.name for arm in study.arms] == ["lr=0.1, momentum=0", "lr=0.2, momentum=0.9"]
    assert given.folder.name == "elsewhere"


def test_a_switch_is_typed_off_over_a_file_that_has_it_on(built):
    assert built("train", "--no-shuffle", file="shuffle = true")[0].arms[0].config.shuffle is False
    assert built("train", environment={"MINIFW_SHUFFLE": "off"})[0].arms[0].config.shuffle is False
    assert built("train", environment={"MINIFW_LR": ""})[0].arms[0].config.lr is None


def test_the_environment_names_the_file(built, tmp_path):
    (tmp_path / "other.toml").write_text("lr = 0.25")
    study, _ = built("train", environment={"MINIFW_CONFIG": str(tmp_path / "other.toml")})
    assert study.arms[0].config.lr == 0.25


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("leaning_rate = 1", "'leaning_rate' in FILE is no option of this command"),
        ("batch-sice = 1", "'batch-sice' in FILE is no option of this command (did you mean batch_size?)"),
        ("lr = nan", "'lr in FILE': nan is not a finite number of at least 0"),
        ("epochs = 2.5", "'epochs in FILE': '2.5' is not a whole number of at least 1"),
        ("rounds = true", "'rounds in FILE': 'True' is not a whole number"),
        (
            "act = ['relu', 'rleu']",
            "'act in FILE': 'rleu' is not one of relu, tanh, sigmoid, or a layer in a file (file.py:CLASS)",
        ),
        ("shuffle = 3", "'shuffle in FILE': '3' is not one of on, off"),
        ("[train]\nlr = 1", "'train' in FILE is no option"),
        ("[lr]\na = 1", "'lr in FILE': is a table; write KEY = VALUE lines only"),
        ("config = 'x'", "'config' in FILE is no option"),
        ("lr = ", "'--config': 'FILE' is not TOML: Invalid value"),
        (None, "'--config': 'FILE' cannot be read: No such file or directory"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(tmp_path, monkeypatch, file, says):
    monkeypatch.chdir(tmp_path)
    if file is not None:
        (tmp_path / "run.toml").write_text(file)
    shown = minifw("train", "--config", "run.toml", "--results-dir", "new")
    assert shown.code == 2 and says.replace("FILE", "run.toml") in shown.err
    assert not (tmp_path / "new").exists()


def test_what_is_wrong_in_the_environment_is_named(monkeypatch):
    monkeypatch.setenv("MINIFW_LR", "fast")
    assert "'MINIFW_LR': 'fast' is not a finite number" in minifw("train").err


def test_the_results_folder_of_the_environment_is_that_of_all_commands(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIFW_RESULTS_DIR", str(tmp_path))
    assert minifw("runs").err.replace(" ", "").endswith(f"'{tmp_path}'holdsnotrials.sqlite".replace(" ", ""))
    shown = CliRunner().invoke(app, ["train", "--dry-run", "--json"])
    assert json.loads(shown.output)["dry_run"] is True and list(tmp_path.iterdir()) == []
