"""`minifw activations` draws what was asked for; `minifw gradcheck` fails when a backward pass is wrong."""

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import minifw
from cli.main import app


def invoke(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.output


def test_every_activation_is_drawn(tmp_path):
    output = invoke("activations", "--results-dir", tmp_path / "new")
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["activations_relu.png", "activations_sigmoid.png", "activations_tanh.png"]
    assert all(str(tmp_path / "new" / name) in output for name in names)
    pictures = [np.asarray(Image.open(tmp_path / "new" / name).convert("L")) for name in names]
    assert all(picture.std() > 5 for picture in pictures)
    assert not np.array_equal(pictures[0], pictures[1])


def test_the_activations_asked_for_are_drawn_alike_every_time(tmp_path):
    for folder in ("one", "again"):
        invoke("activations", "--acts", "tanh, relu", "--results-dir", tmp_path / folder)
    for name in ("activations_relu.png", "activations_tanh.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert len(list((tmp_path / "one").iterdir())) == 2


@pytest.mark.parametrize(("acts", "says"), [("relu,tahn", "did you mean tanh?"), ("", "''"), ("relu,", "''")])
def test_an_unknown_activation_is_refused_before_anything_is_written(tmp_path, acts, says):
    output = invoke("activations", "--acts", acts, "--results-dir", tmp_path / "new", code=2)
    assert "--acts" in output and says in output
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path):
    (tmp_path / "file").touch()
    assert "--results-dir" in invoke("activations", "--results-dir", tmp_path / "file" / "results", code=2)


def test_right_gradients_agree():
    output = invoke("gradcheck")
    rows = [line for line in output.splitlines() if "agrees" in line]
    assert len(rows) == 7 + 2 * 3
    assert "WRONG" not in output


@pytest.mark.parametrize(
    ("layer", "row"),
    [(minifw.Tanh, "Tanh"), (minifw.ReLU, "ReLU"), (minifw.Sigmoid, "Sigmoid"), (minifw.Linear, "Linear")],
)
def test_one_wrong_gradient_is_named_and_gives_exit_code_1(monkeypatch, layer, row):
    right = layer.backward
    monkeypatch.setattr(layer, "backward", lambda self, dy: 1.001 * right(self, dy))
    output = invoke("gradcheck", code=1)
    wrong = [line.strip().split("  ")[0] for line in output.splitlines() if "WRONG" in line]
    assert row in wrong and "MSELoss, mean" not in wrong
