"""`minifw compare-torch`, `sweep-batch` and `benchmark`, each run with tiny settings."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from cli.main import app
from experiments.config import comparison
from experiments.config.study import Arm, Study
from experiments.config.trial import Trial, TrialConfig
from experiments.figures.png import read_texts
from experiments.reports.catalogue import STUDIES
from experiments.running.compute import environment
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.training.results import TrialResult
from experiments.workflows import compare_torch
from minifw.compiled.engine import load_engine

TINY = ["--hidden", "4,3", "--train-size", "24", "--test-size", "20", "--batch-size", "6", "--epochs", "4"]
ARMS = ["minifw", "single", "torch", "vmap", "compiled"]
# Steps of the machine code are timed, and the limit told, where there is some: a compiler may have been missing.
NATIVE = load_engine().kind == "native"


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "100"})
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def compared(folder) -> str:
    return run("compare-torch", *TINY, "--rounds", "3", "--seed", "2", "--jobs", "1", "--results-dir", folder)


def test_the_tables_name_every_engine(compared):
    for title in ("minifw, stacked", "minifw, alone", "torch.nn, alone", "torch.func, vmap", "minifw, compiled"):
        assert compared.count(title) == 2
    assert "torch.nn's test error minus ours" in compared and "of 16, float32" in " ".join(compared.split())


def test_no_cell_is_broken_at_80_columns(tmp_path):
    arguments = ["compare-torch", *TINY, "--rounds", "2", "--jobs", "1", "--results-dir", str(tmp_path)]
    lines = CliRunner().invoke(app, arguments, env={"COLUMNS": "80"}).output.splitlines()
    rows = [line for line in lines if line.strip().startswith(("minifw, ", "torch.nn, ", "torch.func, "))]
    times = [row for row in rows if row.count(" to ") == 1]
    assert len(times) == 5 and len(rows) >= 10
    assert all(re.search(r" {2}[0-9.e+]+ to [0-9.e+]+ {2}", row) for row in times)


def test_the_table_of_trials_is_tidy(compared, folder):
    table = pd.read_csv(folder / "compare-torch.csv")
    assert list(table.columns)[:3] == ["arm", "seed", "epoch"]
    assert table.groupby("arm")["seed"].unique().map(list).to_dict() == {name: [2, 3, 4] for name in ARMS}
    assert set(table["epoch"]) == set(range(5))


def test_times_are_kept_one_row_a_repetition_and_engine(compared, folder):
    times = pd.read_csv(folder / "compare-torch.timing.csv")
    assert times["repetition"].nunique() == 20 and len(times) == 100
    assert times.drop_duplicates("arm").set_index("arm")["trials"].to_dict() == {
        "stack": 3,
        "single": 1,
        "torch": 1,
        "vmap": 3,
        "compiled": 3,
    }


@pytest.mark.parametrize("figure", ["loss", "error", "boundary", "errors", "time"])
def test_every_figure_is_drawn(compared, folder, figure):
    path = folder / f"compare-torch_{figure}.png"
    assert str(path) in compared.replace("\n", "")
    with Image.open(path) as image:
        assert image.width > 600 and np.asarray(image.convert("L")).std() > 5


def test_the_description_says_which_arm_is_which(compared, folder):
    arms = json.loads((folder / "compare-torch.json").read_text())["arms"]
    assert {name: arm["engine"] for name, arm in arms.items()} == {name: "stack" if name == "minifw" else name for name in ARMS}


def test_trials_are_stored_and_times_are_measured_again(compared, folder):
    before = (folder / "compare-torch.csv").read_bytes(), (folder / "compare-torch.timing.csv").read_bytes()
    run("compare-torch", *TINY, "--rounds", "3", "--seed", "2", "--jobs", "1", "--results-dir", folder)
    with Store(folder / "trials.sqlite") as store:
        assert [run.computed for run in store.runs()][-1] == 0
    assert (folder / "compare-torch.csv").read_bytes() == before[0]
    assert (folder / "compare-torch.timing.csv").read_bytes() != before[1]


def test_settings_that_vmap_refuses_leave_it_out(tmp_path):
    output = run("compare-torch", *TINY, "--dropout", "0.2", "--rounds", "1", "--jobs", "1", "--results-dir", tmp_path)
    assert "vmap does not take these settings" in output
    assert "One round gives no interval." in output and "nan" not in output
    assert set(pd.read_csv(tmp_path / "compare-torch.csv")["arm"]) == {"minifw", "single", "torch", "compiled"}


def test_bhatts_settings_are_a_preset(tmp_path):
    run(
        "compare-torch",
        "--preset",
        "bhatt",
        *TINY,
        "--test-size",
        "0",
        "--rounds",
        "1",
        "--jobs",
        "1",
        "--results-dir",
        tmp_path,
    )
    arm = json.loads((tmp_path / "compare-torch-bhatt.json").read_text())["arms"]["torch"]
    assert (arm["momentum"], arm["act"], arm["scale"]) == (0.9, ["tanh", "tanh"], "standardize")
    assert (tmp_path / "compare-torch-bhatt_errors.png").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare-torch", "--preset", "feg"], "did you mean feng"),
        (["compare-torch", "--reading", "nothing"], "--reading"),
        (["compare-torch", "--rounds", "0"], "--rounds"),
        (["compare-torch", "--lr", "nan"], "--lr"),
        (["sweep-batch", "--batches", "1,,2"], "--batches"),
        (["sweep-batch", "--batches", "0"], "--batches"),
        (["sweep-batch", "--batches", "5,5"], "twice"),
        (["sweep-batch", "--batches", "5000"], "1000 training points"),
        (["sweep-batch", "--repetitions", "0"], "--repetitions"),
        (["sweep-batch", "--name", "a/b"], "--name"),
        (["benchmark", "--trials", "0"], "--trials"),
        (["benchmark", "--momentum", "2"], "--momentum"),
    ],
)
def test_bad_input_names_the_option_and_writes_nothing(arguments, says, tmp_path):
    assert says in run(*arguments, "--results-dir", tmp_path / "new", code=2)
    assert not (tmp_path / "new").exists()


def test_sweep_batch_times_every_size_and_draws_them(tmp_path):
    output = run("sweep-batch", "--batches", "1,10,50", "--train-size", "60", "--repetitions", "2", "--results-dir", tmp_path)
    assert output.count("Batches of 50 against 1") == 2 and "60 times" in " ".join(output.split())
    times = pd.read_csv(tmp_path / "sweep-batch.timing.csv")
    assert times.groupby("engine")["arm"].unique().map(set).to_dict() == {name: {1, 10, 50} for name in ("single", "torch")}
    assert (tmp_path / "sweep-batch_time.png").exists()


def test_benchmark_times_stacks_of_the_sizes_asked_for(tmp_path):
    output = run(
        "benchmark",
        "--whole",
        "--trials",
        "2,5",
        "--hidden",
        "4,3",
        "--train-size",
        "24",
        "--repetitions",
        "1",
        "--results-dir",
        tmp_path,
    )
    assert all(
        name in output for name in ("torch-fused", "single", "stack-2", "stack-5", "vmap-2", "vmap-5", "compiled-2", "wasm-5")
    )
    assert "whole trials" in output
    assert ("of the limit, which is its multiplications and additions" in " ".join(output.split())) == NATIVE
    whole = pd.read_csv(tmp_path / "benchmark-trials.timing.csv")
    assert set(whole["arm"]) == {"torch", "stack-2", "stack-5", "compiled-2", "compiled-5"}
    assert (tmp_path / "benchmark.timing.csv").exists() and (tmp_path / "benchmark_time.png").exists()


@pytest.mark.parametrize(("data", "figure"), [("iris", "classes"), ("moons", "regions")])
def test_other_data_are_compared_as_the_disc_is(data, figure, tmp_path):
    """Every engine has the same data, the figure of the disc's circle gives way, no published value stands beside them."""
    given = ["--hidden", "4", "--epochs", "2", "--rounds", "2", "--jobs", "1"]
    output = run("compare-torch", "--data", data, *given, "--results-dir", tmp_path)
    for title in ("minifw, stacked", "minifw, alone", "torch.nn, alone", "torch.func, vmap", "minifw, compiled"):
        assert output.count(title) == 2
    described = json.loads((tmp_path / "compare-torch.json").read_text())
    assert {arm["data"].partition("@")[0] for arm in described["arms"].values()} == {data} and figure in described["figures"]
    assert (tmp_path / f"compare-torch_{figure}.png").exists() and not (tmp_path / "compare-torch_boundary.png").exists()
    table = pd.read_csv(tmp_path / "compare-torch.csv").query("epoch == 0").set_index(["arm", "seed"])["test_error"]
    assert all(table[arm].tolist() == pytest.approx(table["minifw"].tolist(), abs=0.03) for arm in ARMS)
    assert "Stars" not in read_texts(tmp_path / "compare-torch_error.png")["Description"]


@pytest.mark.parametrize(
    ("line", "arms"),
    [
        (("sweep-batch", "--batches", "1,10"), {"1", "10"}),
        (
            ("benchmark", "--trials", "2", "--hidden", "4"),
            {"torch", "torch-fused", "single", "stack-2", "wasm-2", "limit"} | ({"compiled-2"} if NATIVE else set()),
        ),
        (("benchmark", "--trials", "2", "--hidden", "4", "--whole"), {"torch", "stack-2", "compiled-2", "limit"}),
    ],
)
def test_a_dry_run_of_what_is_timed_lists_it_and_writes_nothing(line, arms, tmp_path):
    small = ("--train-size", "24", "--repetitions", "3", "--dry-run", "--results-dir", tmp_path / "new")
    planned = json.loads(run(*line, *small, "--json"))
    assert {row["arm"] for row in planned["timed"]} >= arms and planned["repetitions"] == 3
    assert ("whole trials" in {row["part"] for row in planned["timed"]}) == ("--whole" in line)
    assert "nothing is timed or written now" in " ".join(run(*line, *small).split())
    assert not (tmp_path / "new").exists()


CONFIG = TrialConfig(record_steps=True)


def stored_comparison(tmp_path, steps: dict[str, list[list[float]]], errors: dict[str, list[float]]):
    """A study of two seeds an engine, whose steps and final errors are made up."""
    arms = tuple(Arm(name, CONFIG.replace(engine=name)) for name in steps)
    study = Study("study", arms, range(2))
    store = Store(tmp_path / "trials.sqlite")
    for arm in arms:
        for seed in study.seeds:
            error = np.array([0.5, errors[arm.name][seed]])
            measured = {f"{split}_{kind}": error for split in ("train", "test") for kind in ("loss", "error")}
            result = TrialResult(np.array([0, 50]), measured, {}, np.array(steps[arm.name][seed]))
            store.add([(Trial(arm.config, seed), result)], environment(arm.config.engine))
    return study, store


def test_agreement_ends_at_the_first_difference_and_counts_nan_as_one(tmp_path):
    study, store = stored_comparison(
        tmp_path,
        {
            "stack": [[1, 2 + 5e-7, 3, 4.1, 5], [1, 2, 3, 4, 5]],
            "torch": [[1, 2, 3, 4, 5]] * 2,
            "single": [[1, np.nan, 3, 4, 5]] * 2,
        },
        {name: [0.1, 0.1] for name in ("stack", "torch", "single")},
    )
    with store:
        found = compare_torch.steps_in_agreement(study, TrialReader(store))
    assert found.to_numpy().tolist() == [["stack", 0, 3, 5], ["stack", 1, 5, 5], ["single", 0, 1, 5], ["single", 1, 1, 5]]


def test_the_comparison_table_holds_what_was_stored_and_measured(tmp_path):
    from experiments.analysis.tables import history_table

    study, store = stored_comparison(
        tmp_path, {"stack": [[1.0]] * 2, "torch": [[1.0]] * 2}, {"stack": [0.02, 0.04], "torch": [0.03, 0.08]}
    )
    with store:
        history = history_table(study, TrialReader(store))
    rows = [
        ("x", name, name, trials, k, seconds)
        for k in range(8)
        for name, trials, seconds in (("stack", 10, 0.5), ("torch", 1, 2.0))
    ]
    times = pd.DataFrame(rows, columns=["study", "engine", "arm", "trials", "repetition", "seconds"])
    memory = pd.DataFrame({"engine": ["torch", "stack"], "megabytes": [9.0, 7.0], "added_megabytes": [2.0, 1.0]})
    table = compare_torch.comparison_table(study, history, times, memory).set_index("engine")
    assert table["test_error"].round(9).to_dict() == {"stack": 3, "torch": 5.5}
    assert table["seconds_per_epoch"].to_dict() == {"stack": 0.5, "torch": 2}
    assert table["seconds_per_round"].to_dict() == {"stack": 25, "torch": 100}
    assert table["ratio"].to_dict() == {"stack": 4, "torch": 1} and table["megabytes"].to_dict() == {"stack": 7, "torch": 9}
    found = compare_torch.error_difference(study, history, "test")
    assert (round(found.mean, 9), found.n) == (2.5, 2)
    saved = compare_torch.milliseconds_saved(times, "stack")
    assert (saved.mean, saved.low, saved.high) == (1500, 1500, 1500)


def test_only_studies_of_ours_and_torch_are_drawn_as_such():
    study = STUDIES["compare-torch"].build(rounds=1)
    assert comparison.compares_engines(study)
    assert [arm.name for arm in comparison.ours_and_torch(study).arms] == ["minifw", "torch"]
    assert not comparison.compares_engines(STUDIES["compare-torch"].build(rounds=1, arms=["minifw", "single"]))
