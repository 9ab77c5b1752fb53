"""Every command on data sets other than the disc: those that come with minifw, tables and functions of the user's."""

import csv
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments import read_manifest, redraw_study
from experiments.config import data_sets
from experiments.config.engines import ENGINES
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.errors import RefusedWorkerError
from experiments.files import STORE_NAME
from experiments.output.manifest import read_manifest as read_description
from experiments.running import runner
from experiments.store.file_contents import contents
from experiments.store.store import Store
from experiments.training import data_sources
from experiments.workflows.run_study import run_study
from experiments.workflows.verify import verify_trials
from tests.cli.terminal import minifw

QUICK = ("--hidden", "4", "--epochs", "2", "--rounds", "3")
FUNCTION = """import torch
from shapes import CORNERS

FEATURES = ("length", "width")
CLASSES = ("small", "medium", "large")


def sizes(samples, generator):
    labels = torch.randint(3, (samples,), generator=generator)
    return torch.rand(samples, 2, generator=generator) + torch.tensor(CORNERS)[labels].unsqueeze(-1), labels


def late(samples, generator):
    if samples == 45:
        raise RuntimeError("only then")
    return sizes(samples, generator)
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "points.csv"
    rows = [f"{k % 7},{(k * k) % 11},{('red', 'green', 'blue')[k % 3]}" for k in range(60)]
    path.write_text("\n".join(["x,y,colour", *rows, ""]))
    return path


@pytest.fixture
def function(tmp_path):
    (tmp_path / "shapes.py").write_text("CORNERS = (0.0, 0.7, 1.5)\n")
    (tmp_path / "own.py").write_text(f"{FUNCTION}# {tmp_path}\n")
    return f"{tmp_path}/own.py:sizes"


@pytest.fixture
def forget():
    """Has the next use of a data set read and load it again, as another process would."""
    data_sources._source.cache_clear()
    return data_sources._source.cache_clear


def test_a_table_is_trained_on_and_found_again_when_it_was_moved(tmp_path, table, dots):
    folder = tmp_path / "results"
    asked = ("--target", "colour", "--results-dir", folder, *QUICK)
    shown = minifw("train", "--data", table, *asked)
    assert (shown.code, shown.err) == (0, "") and "3 trials computed" in shown.out
    (tmp_path / "elsewhere").mkdir()
    moved = table.rename(tmp_path / "elsewhere" / "other.csv")
    assert "Nothing to compute: all 3 trials were stored already." in minifw("train", "--data", moved, *asked).out
    moved.write_text(moved.read_text() + "1,2,red\n")
    assert "3 trials computed" in minifw("train", "--data", moved, *asked).out
    with Store(folder / STORE_NAME) as store:
        assert {file.path for file in contents(store).values()} == {str(table), str(moved)}


def test_a_study_ends_with_figures_that_suit_its_data(tmp_path):
    shown = minifw("train", "--data", "iris", "--results-dir", tmp_path, *QUICK)
    figures = ("loss", "error", "gap", "classes", "confusion")
    assert shown.code == 0 and read_description(tmp_path, "train").study.figures == figures
    assert all((tmp_path / f"train_{figure}.png").exists() for figure in figures)
    before = (tmp_path / "train_confusion.png").read_bytes()
    assert minifw("plot", "train", "--results-dir", tmp_path).code == 0
    assert (tmp_path / "train_confusion.png").read_bytes() == before
    audited = minifw("verify", "--sample", 1, "--results-dir", tmp_path).out
    assert "3 of 3 trials computed again" in audited and "6 of 6 tables and figures show" in audited


def test_stored_trials_are_verified_and_drawn_when_the_files_are_gone(tmp_path, table, function, forget):
    arms = [TrialConfig(data=function, epochs=1, hidden=(3,), train_size=30, test_size=30)]
    arms.append(TrialConfig(data=str(table), target="colour", epochs=1, hidden=(3,)))
    study = Study("mixed", tuple(Arm(f"arm {k}", arm) for k, arm in enumerate(arms)), range(2), figures=("loss",))
    first = run_study(study, tmp_path / "r")
    for path in (table, tmp_path / "own.py", tmp_path / "shapes.py"):
        path.unlink()
    forget()
    with Store(tmp_path / "r" / STORE_NAME) as store:
        found = verify_trials(store, share=1)
    assert (found.sampled, found.different, found.failures) == (4, [], [])
    forget()
    manifest = read_manifest(tmp_path / "r", "mixed")
    assert [file.texts for arm in manifest.study.arms for file in arm.config.user_files()] == [(), ()]
    assert redraw_study(manifest, tmp_path / "r").history.equals(first.history)


def test_content_that_is_nowhere_is_asked_for(tmp_path, table, forget):
    config = TrialConfig(data=str(table), target="colour", epochs=1)
    study = Study("gone", (Arm("gone", config),), range(1), figures=())
    run_study(study, tmp_path / "r")
    with Store(tmp_path / "r" / STORE_NAME) as store:
        store.write(lambda connection: connection.execute("DELETE FROM files"))
        forget()
        with pytest.raises(RefusedWorkerError, match=f"the content of {config.data.plain} is not known here; name the file"):
            verify_trials(store, share=1)


def test_the_content_goes_to_processes_and_executors(tmp_path, table, function, forget, monkeypatch):
    monkeypatch.setattr(runner, "SECONDS_WORTH_WORKERS", 0.0)
    arms = [TrialConfig(data=name, epochs=1, hidden=(3,), train_size=30, test_size=30) for name in (function, "moons")]
    study = Study("far", tuple(Arm(f"arm {k}", arm) for k, arm in enumerate(arms)), range(2), figures=())
    here = run_study(study, tmp_path / "here").history
    far = pickle.loads(pickle.dumps(study))
    (tmp_path / "own.py").unlink()
    (tmp_path / "shapes.py").unlink()
    assert run_study(far, tmp_path / "processes", jobs=2).history.equals(here)
    forget()
    with ThreadPoolExecutor(1) as executor:
        assert run_study(far, tmp_path / "executor", executor=executor).history.equals(here)


@pytest.mark.parametrize("workers", [False, True])
def test_code_of_the_users_that_fails_in_a_worker_ends_the_run_with_its_own_lines(tmp_path, function, monkeypatch, workers):
    if workers:
        monkeypatch.setattr(runner, "SECONDS_WORTH_WORKERS", 0.0)
    monkeypatch.setattr(runner, "check_data_sets", lambda trials: None)
    given = ("--train-size", "30", "--test-size", "45", "--jobs", 2 if workers else 1)
    shown = minifw("train", "--data", function.replace("sizes", "late"), *given, "--results-dir", tmp_path / "r", *QUICK)
    assert shown.code == 1
    assert shown.err.startswith(f"Error: {tmp_path}/own.py, line 15, failed")
    assert shown.err.endswith('raise RuntimeError("only then") RuntimeError: only then')
    assert "experiments/" not in shown.err


def test_what_is_wrong_with_a_file_ends_with_exit_code_2(tmp_path, table, function):
    cases = {
        ("--data", table): "Invalid value for '--target': ",
        ("--data", table, "--target", "color"): "(did you mean colour?)",
        ("--data", tmp_path / "pints.csv"): "(did you mean points.csv?)",
        ("--data", function.replace("sizes", "size")): "(did you mean sizes?)",
        ("--data", "iris", "--train-size", "151"): "'--train-size'",
    }
    (tmp_path / "own.py").write_text(FUNCTION + "\n\ndef flat(samples, generator):\n    return torch.rand(samples), 0\n")
    cases["--data", function.replace("sizes", "flat")] = "gave a tuple of Tensor, int for 1000 samples; wanted: inputs"
    for given, says in cases.items():
        shown = minifw("train", *given, "--results-dir", tmp_path / "r", *QUICK)
        assert shown.code == 2 and says in shown.err, shown.err


def test_sweeps_work_on_them(tmp_path, table, dots):
    asked = ("--hidden", 3, "--epochs", 1, "--rounds", 2, "--results-dir", tmp_path)
    shown = minifw("sweep", "--over", f"data=moons,{table},disc", "--target", "colour", "--noise", 0.3, *asked)
    assert shown.code == 0, shown.err
    configs = {arm.name: arm.config for arm in read_description(tmp_path, "sweep").study.arms}
    assert [(config.noise, config.target) for config in configs.values()] == [(0.3, None), (None, "colour"), (None, None)]
    assert list(configs) == ["data=moons", f"data={table}", "data=disc"]
    shown = minifw("sweep", "--over", "noise=0.1,0.2", "--data", "disc", *asked)
    assert shown.code == 2 and shown.err.endswith("Invalid value for '--noise': disc takes none")


NAMED_SWEEPS = ("sweep-losses", "sweep-init", "sweep-optimizers", "sweep-activations", "sweep-dropout")


@pytest.mark.parametrize("sweep", NAMED_SWEEPS)
def test_named_sweeps_leave_to_the_data_what_the_report_set_for_its_points(tmp_path, dots, sweep):
    shown = minifw(sweep, "--data", "iris", "--epochs", 1, "--rounds", 2, "--results-dir", tmp_path)
    assert shown.code == 0, shown.err
    assert "'s, but what suits iris." in shown.err
    for arm in read_description(tmp_path, sweep).study.arms:
        assert (arm.config.train_size, arm.config.test_size, arm.config.targets) == (105, 45, "onehot")


def test_implementations_agree_on_a_table(tmp_path):
    base = TrialConfig(data="iris", epochs=2, hidden=(5,), dtype="float64", loss="cross-entropy")
    study = Study(
        "all", tuple(Arm(name, base.replace(engine=name)) for name in ENGINES), range(2), figures=("errors", "classes")
    )
    table = run_study(study, tmp_path).history
    assert table["train_loss"].notna().all()
    wide = table.pivot_table(index=["seed", "epoch"], columns="arm", values="train_loss")
    assert (wide.sub(wide["torch"], axis=0).abs() < 1e-10).all().all()
    assert (table.groupby(["arm", "seed"])["train_loss"].last() < table.groupby(["arm", "seed"])["train_loss"].first()).all()


def test_more_rounds_compute_the_rest(tmp_path, table, dots):
    given = ("--data", table, "--target", "colour", "--hidden", "4", "--epochs", "2")
    for rounds, says in ((5, "5 trials computed"), (9, "4 trials computed")):
        assert says in minifw("train", *given, "--rounds", rounds, "--results-dir", tmp_path / "a").out
    minifw("train", *given, "--rounds", 9, "--results-dir", tmp_path / "b")
    assert (tmp_path / "a" / "train.csv").read_bytes() == (tmp_path / "b" / "train.csv").read_bytes()


def test_a_file_in_the_folder_is_a_data_set_that_can_be_trained_on(tmp_path, monkeypatch, dots):
    folder = tmp_path / "sets"
    folder.mkdir()
    (folder / "disc.py").write_text((data_sets.FOLDER / "disc.py").read_text())
    (folder / "bands.py").write_text(
        '"""Three bands."""\nimport torch\nCLASSES = ("low", "middle", "high")\nFEATURES = ("height",)\n\n\n'
        "def draw(samples, generator):\n    points = torch.rand(samples, 1, generator=generator)\n"
        "    return points, (3 * points[:, 0]).long()\n"
    )
    monkeypatch.setattr(data_sets, "FOLDER", folder)
    assert "bands 3 classes, 1 features, drawn Three bands" in minifw("studies", "--data").out
    assert minifw("train", "--data", "bands", "--results-dir", tmp_path / "r", *QUICK).code == 0
    with (tmp_path / "r" / "train.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 9


def test_data_sets_are_listed_in_one_place(tmp_path):
    shown = minifw("studies", "--data")
    for name in data_sets.data_set_names():
        assert f"{name} " in shown.out
    assert "--data points.csv --target COLUMN" in shown.out and "--data file.py:FUNCTION" in shown.out
    listed = {entry["name"]: entry for entry in json.loads(minifw("studies", "--data", "--json").out)}
    assert listed["iris"]["counts"] == [50, 50, 50] and listed["moons"]["noise"] == 0.1


def test_no_stars_beside_other_data(tmp_path):
    from experiments.config.spec import StudySpec
    from experiments.reports.catalogue import STUDIES
    from experiments.reports.published import published_of

    spec: StudySpec = STUDIES["train"]
    for study in (spec.build(), spec.build(given={"data": "moons"}), spec.build(given={"data": "moons", "noise": 0.2})):
        shown = any(published_of(study.name, study.arms[0], metric) for metric in ("test_error", "train_error", "train_loss"))
        assert shown == (study.arms[0].config.data.label == "disc")
