"""What saved networks make of points: votes and means by hand, columns by name or by place."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.config.settings import SettingError
from experiments.output.model_file import read_networks
from experiments.workflows.predict import predict_file, tabulate
from experiments.workflows.run_study import run_study
from tests.experiments.storing import tiny_study


def test_the_class_is_that_of_most_networks_and_outputs_are_means():
    labels = np.array([[0, 2, 1], [0, 2, 0], [0, 1, 2]])  # three networks, three points
    outputs = np.arange(18.0).reshape(3, 3, 2)
    table = tabulate(outputs, labels, ("a", "b", "c"), ("x", "y"))
    assert table["class"].tolist() == ["a", "c", "a"]  # of equals the first
    assert table["vote"].tolist() == pytest.approx([1, 2 / 3, 1 / 3])
    assert table["output x"].tolist() == [6, 8, 10] and table["output y"].tolist() == [7, 9, 11]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    study = tiny_study(3, figures=(), only={"epochs": 20, "lr": 0.5})
    (path,) = [file for file in run_study(study, folder, save_networks=True).files if file.suffix == ".safetensors"]
    return path


def points(folder, text):
    path = folder / "points.csv"
    path.write_text(text)
    return path


def test_columns_are_taken_by_name_in_whatever_order_and_others_are_left(model, tmp_path):
    first, second = read_networks(model).features
    by_name = predict_file(model, points(tmp_path, f"note,{second},{first}\nhigh,0.9,0.1\nlow,0.2,0.7\n"))
    assert by_name.columns == (first, second)
    by_place = predict_file(model, points(tmp_path, "x,y\n0.1,0.9\n0.7,0.2\n"))
    assert by_place.columns == ("x", "y") and by_place.table.equals(by_name.table)
    other = predict_file(model, points(tmp_path, "y,x\n0.9,0.1\n0.2,0.7\n"))
    assert not other.table.equals(by_name.table)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x,y,z\n1,2,3\n", r"has no column .*; it has x, y, z, and the networks take"),
        ("x,y\n1,2\n3,high\n4,5\n", r"line 3, column 'y': 'high' is not a number"),
        ("x,y\n1,\n", "line 2, column 'y': the cell is empty"),
        ("x,y\n1\n", "line 2: 1 cells, where the header has 2"),
        ("", "is empty"),
    ],
)
def test_what_is_wrong_with_points_is_said_by_line_and_column(model, tmp_path, text, said):
    with pytest.raises(SettingError, match=said):
        predict_file(model, points(tmp_path, text))


def test_a_single_point_is_enough(model, tmp_path):
    assert len(predict_file(model, points(tmp_path, "x,y\n0.5,0.5\n")).table) == 1
