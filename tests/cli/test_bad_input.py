"""Bad input: one short message that names the option and what is allowed, exit code 2, nothing written, torch not loaded."""

import json
import subprocess
import sys

import pytest
import torch

from tests.cli.terminal import ROOT, minifw, plain

# What is typed, and what is on the console.
BAD = {
    "train --hidden 25,,25": "'--hidden': '25,,25' has an empty place; write values separated by single commas",
    "train --hidden 25,0": "'--hidden': 0 is not a whole number of at least 1",
    "train --hidden wide": "'--hidden': 'wide' is not a whole number of at least 1",
    "train --lr nan": "'--lr': nan is not a finite number of at least 0",
    "train --lr inf": "'--lr': inf is not a finite number of at least 0",
    "train --lr -1": "'--lr': -1.0 is not a finite number of at least 0",
    "train --lr fast": "'--lr': 'fast' is not a finite number of at least 0",
    "train --epochs 0": "'--epochs': 0 is not a whole number of at least 1",
    "train --rounds 0": "'--rounds': 0 is not a whole number of at least 1",
    "train --rounds 2.5": "'--rounds': '2.5' is not a whole number of at least 1",
    "train --batch-size 0": "'--batch-size': 0 is not a whole number of at least 1",
    "train --train-size 0": "'--train-size': 0 is not a whole number of at least 1",
    "train --test-size -1": "'--test-size': -1 is not a whole number of at least 0",
    "train --seed -1": "'--seed': -1 is not a whole number of at least 0",
    "train --seed 4294967290": "'--seed': seeds 4294967290 to 4294967299 are not all below 4294967296",
    "train --jobs 0": "'--jobs': 0 is not a whole number of at least 1",
    "train --batch-size 100 --train-size 50": "'--batch-size': 100 is more than the 50 training points",
    "train --momentum 1": "'--momentum': 1.0 is not a number in [0, 1)",
    "train --momentum -0.1": "'--momentum': -0.1 is not a number in [0, 1)",
    "train --dropout 1": "'--dropout': 1.0 is not a number in [0, 1)",
    "train --dropout -0.5": "'--dropout': -0.5 is not a number in [0, 1)",
    "train --dropout 0.1,0.2": "'--dropout': 2 values for 3 hidden layers; give one, or 3",
    "train --act relu,relu": "'--act': 2 values for 3 hidden layers; give one, or 3",
    "train --act rleu": "'--act': 'rleu' is not one of relu, tanh, sigmoid, or a layer in a file (file.py:CLASS)",
    "train --out relu": "'--out': 'relu' is not one of tanh, sigmoid, none",
    "train --init he": "'--init': 'he' is not one of uniform, normal,",
    "train --loss mae": "'--loss': 'mae' is not one of mse, cross-entropy, or a loss in a file (file.py:CLASS)",
    "train --optimizer adm": "'--optimizer': 'adm' is not one of sgd, rmsprop, adagrad, adadelta, adam (did you mean adam?)",
    "train --optimizer adam --momentum 0.9": "'--momentum': belongs to sgd, rmsprop",
    "train --nesterov": "'--nesterov': needs a momentum above 0 and no dampening",
    "train --loss cross-entropy --targets pm1": "'--targets': cross-entropy needs onehot targets, not pm1",
    "train --scale standardize --train-size 1 --batch-size 1": "'--scale': standardize needs at least 2 training points",
    "train --dtype float16": "'--dtype': 'float16' is not one of float32, float64 (did you mean float",
    "train --device gpu": "'--device': 'gpu' is not one of cpu, cuda, cuda:N",
    "train --device cuda:": "'--device': 'cuda:' is not one of cpu, cuda, cuda:N",
    "train --preset fang": "'--preset': 'fang' is not one of feng, fernandez, bhatt (did you mean feng?)",
    "train --reading centered": "'--reading': 'centered' is not one of",
    "train --name a/b": "'--name': 'a/b' cannot begin a file name; use letters, digits and dashes, at most 100",
    "train --name .hidden": "'--name': '.hidden' cannot begin a file name",
    "train --executor tcp://here:1": "'--executor': 'tcp://here:1' is not of the form dask://HOST:PORT",
    "train --executor dask://here": "'--executor': 'dask://here' is not of the form dask://HOST:PORT",
    "train --executor dask://here:99999": "'--executor': 'dask://here:99999' is not of the form dask://HOST:PORT",
    "train --hiden 25": "No such option: --hiden",
    "train 25": "Got unexpected extra argument",
    "trian": "No such command 'trian'",
    "plot train": "'NAME': there are no results called 'train' that can be drawn;",
    "verify --sample 0": "'--sample': 0.0 is not a finite number above 0",
    "verify --sample 2": "'--sample': '2' is not a number above 0, up to 1",
    "verify --jobs 0": "'--jobs': 0 is not a whole number of at least 1",
    "verify": "'--results-dir': 'FOLDER' holds no trials.sqlite",
    "runs": "'--results-dir': 'FOLDER' holds no trials.sqlite",
}

SCRIPT = """
import json, sys
from typer.testing import CliRunner
from cli.main import app
shown = {}
for line in json.load(sys.stdin):
    folder = ["--results-dir", "FOLDER"] if line.split()[0] in ("train", "plot", "verify", "runs") else []
    result = CliRunner().invoke(app, line.split() + folder)
    shown[line] = [result.exit_code, repr(result.exception), result.stdout, result.stderr]
heavy = [name for name in ("torch", "pandas", "matplotlib", "numpy", "scipy", "distributed") if name in sys.modules]
print(json.dumps([shown, heavy]))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What is on the screen for each line typed, and which large modules were loaded for it; run in an empty folder."""
    folder = tmp_path_factory.mktemp("bad")
    lines = json.dumps(list(BAD))
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=lines, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout)


@pytest.mark.parametrize("line", BAD)
def test_bad_input_is_named_in_one_message(shown, line):
    code, exception, out, err = shown[0][line]
    assert (code, exception) == (2, "SystemExit(2)")
    assert out == ""
    assert BAD[line] in plain(err)


def test_no_large_module_is_loaded_to_say_so(shown):
    assert shown[1] == []


@pytest.mark.parametrize("place", ["a file is in the way", "under a file"])
def test_a_results_folder_that_cannot_be_made(tmp_path, place):
    (tmp_path / "file").touch()
    folder = tmp_path / "file" if place == "a file is in the way" else tmp_path / "file" / "results"
    shown = minifw("train", "--results-dir", folder)
    assert shown.code == 2
    reason = "File exists" if place == "a file is in the way" else "Not a directory"
    assert shown.err.replace(" ", "").endswith(f"cannotbemade:{reason}".replace(" ", ""))
    assert "'--results-dir': the folder" in shown.err


@pytest.mark.parametrize("device", ["cuda", "cuda:3"])
def test_a_device_that_is_not_there(tmp_path, device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    shown = minifw("train", "--engine", "stack", "--device", device, "--results-dir", tmp_path / "results")
    assert shown.code == 2
    assert f"'--device': this machine has no {device}; allowed here: cpu" in shown.err
    assert not (tmp_path / "results").exists()
