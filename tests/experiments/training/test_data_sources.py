"""Points of data sets: tables split anew by each seed, functions of the user's, and what is said where one gives no points."""

import numpy as np
import pytest
import torch

from experiments.config.settings import SettingError
from experiments.config.trial import Trial, TrialConfig
from experiments.errors import UserCodeError
from experiments.training import data
from experiments.training.data import build_data, classes_of, features_of, outputs_of, stack_data, targets_name
from experiments.training.data_sources import source_of, stratified_order

HEADER = "import torch\nfrom torch import rand, arange, zeros, ones, nan, inf\n"


def draw_points(config: TrialConfig, seed: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    drawn = data.draw_points(config, seed)
    return {name: (torch.from_numpy(points), torch.from_numpy(labels)) for name, (points, labels) in drawn.items()}


@pytest.fixture
def own(tmp_path):
    """Settings whose data set is a function with this body."""

    def make(body: str, **settings) -> TrialConfig:
        path = tmp_path / "own.py"
        path.write_text(f"{HEADER}def f(samples, generator):\n    n, g = samples, generator\n    {body}\n")
        return TrialConfig(data=f"{path}:f", **settings)

    return make


def rows_of(config: TrialConfig, seed: int) -> dict[str, set]:
    return {name: {tuple(row) for row in points.tolist()} for name, (points, _) in draw_points(config, seed).items()}


@pytest.fixture
def table(tmp_path):
    """90 different rows of class a, 30 of b, 10 of c."""
    path = tmp_path / "points.csv"
    kinds = ["a"] * 90 + ["b"] * 30 + ["c"] * 10
    path.write_text("x,y,label\n" + "".join(f"{k},{k * k},{kind}\n" for k, kind in enumerate(kinds)))
    return str(path)


def test_each_seed_splits_a_table_anew_and_into_parts_that_do_not_meet(table):
    config = TrialConfig(data=table, validation_size=26)
    parts = rows_of(config, 0)
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 73, "validation": 26, "test": 31}
    assert len(parts["train"] | parts["validation"] | parts["test"]) == 130
    assert rows_of(config, 0) == parts and rows_of(config, 1)["test"] != parts["test"]
    shared = config.replace(seeds_per_data_set=2)
    assert rows_of(shared, 1) == parts and rows_of(shared, 2) == rows_of(config, 1)


def test_every_part_has_the_classes_as_often_as_the_whole(table):
    config = TrialConfig(data=table, train_size=52, validation_size=26, test_size=13)
    for seed in range(5):
        for labels, size in zip((labels for _, labels in draw_points(config, seed).values()), (52, 26, 13), strict=True):
            expected = torch.tensor([90, 30, 10]) * size / 130
            assert ((labels.bincount(minlength=3) - expected).abs() < 1.01).all()


def test_the_test_set_does_not_move_with_the_training_set(table):
    small, large = (TrialConfig(data=table, train_size=size, test_size=30) for size in (20, 100))
    assert rows_of(small, 4)["test"] == rows_of(large, 4)["test"] and rows_of(small, 4)["train"] < rows_of(large, 4)["train"]


def test_rows_keep_their_labels(table):
    for points, labels in draw_points(TrialConfig(data=table), 2).values():
        assert labels.tolist() == [0 if x < 90 else 1 if x < 120 else 2 for x in points[:, 0].tolist()]


def test_an_order_is_another_for_each_generator():
    labels = torch.tensor([0, 1] * 50)
    orders = [stratified_order(labels, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)]
    assert torch.equal(orders[0], orders[1]) and not torch.equal(orders[0], orders[2])
    assert sorted(orders[0].tolist()) == list(range(100))


@pytest.mark.parametrize(
    ("name", "features", "rows"), [("iris", 4, 150), ("wine", 13, 178), ("breast-cancer", 30, 569), ("digits", 64, 1797)]
)
def test_tables_of_scikit_learn(name, features, rows):
    config = TrialConfig(data=name)
    parts = draw_points(config, 0)
    assert features_of(config) == features and sum(len(points) for points, _ in parts.values()) == rows
    assert outputs_of(config) == len(classes_of(config)) and np.isfinite(build_data(config, 0)["train"].inputs).all()
    assert name != "digits" or parts["train"][0].max() == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return rand(n, 2, generator=g)", "gave a Tensor for 1000 samples"),
        ("return None", "gave a NoneType for"),
        ("return [1, 2]", "gave a list of int, int for"),
        ("return ()", "gave a tuple of nothing for"),
        ("return rand(n, 2, generator=g), [0] * n", "gave a tuple of Tensor, list for"),
        ("return rand(n, generator=g), arange(n) % 2", r"gave inputs of shape \(1000,\) for"),
        ("return rand(5, 2, generator=g), arange(5) % 2", r"gave inputs of shape \(5, 2\) for 1000 samples"),
        ("return zeros(n, 0), arange(n) % 2", r"gave inputs of shape \(1000, 0\) for"),
        ("return rand(n, 2, generator=g), arange(n).view(-1, 1) % 2", r"gave labels of shape \(1000, 1\) for"),
        ("return arange(2 * n).view(n, 2), arange(n) % 2", "gave inputs of torch.int64 for"),
        ("return rand(n, 2, generator=g), rand(n, generator=g)", "gave labels of torch.float32 for"),
        ("x = rand(n, 2, generator=g); x[7, 1] = nan; return x, arange(n) % 2", "gave nan in sample 7, feature 1 for"),
        ("x = rand(n, 2, generator=g); x[0, 0] = -inf; return x, arange(n) % 2", "gave -inf in sample 0, feature 0 for"),
        ("return rand(n, 2, generator=g), arange(n) % 2 - 1", "gave label -1 for"),
        ("return rand(n, 2), arange(n) % 2", "gives other points from the same generator; let it draw from its generator only"),
        ("return rand(n, 2, generator=g), arange(n) * 0", "gave a single class, 0, for 1000 samples"),
        ("return rand(n, 3 if n == 20 else 2, generator=g), arange(n) % 2", "gave 2 features before, and 3 now"),
        ("return rand(n, 2, generator=g), arange(n) % (3 if n == 20 else 2)", "gave label 2; wanted: labels below 2"),
    ],
)
def test_what_a_function_gives_is_checked(own, body, says):
    with pytest.raises(SettingError, match=rf"own\.py:f {says}") as caught:
        draw_points(own(body, train_size=20), 0)
    assert caught.value.setting == "data"


def test_what_is_no_function_is_refused(tmp_path):
    (tmp_path / "own.py").write_text("f = 3\n")
    with pytest.raises(SettingError, match=r"own.py:f is 3, no function \(samples, generator\) -> inputs, labels"):
        draw_points(TrialConfig(data=f"{tmp_path}/own.py:f"), 0)


def test_a_function_that_fails_shows_its_line(own):
    with pytest.raises(UserCodeError, match=r"own.py, line 5, failed\n(.|\n)*return 1 / 0\nZeroDivisionError"):
        draw_points(own("return 1 / 0"), 0)


def test_a_function_decides_features_classes_and_points(own):
    config = own("return rand(n, 3, generator=g), (arange(n) % 4).bool() * 2", train_size=20)
    assert (features_of(config), classes_of(config), outputs_of(config)) == (3, ("0", "1", "2"), 3)
    assert {points.dtype for points, _ in draw_points(config, 0).values()} == {torch.float64}
    first, again, other = (draw_points(config, seed)["train"][0] for seed in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)
    with pytest.raises(SettingError, match=r"pm1 is for two classes, and .*own.py:f has 3; use onehot"):
        targets_name(config.replace(targets="pm1"))


def test_a_feature_that_is_constant_in_a_training_set_is_named(own):
    config = own("x = rand(n, 2, generator=g); x[:, 1] = n == 20; return x, arange(n) % 2", train_size=20, scale="standardize")
    with pytest.raises(SettingError, match=r"own.py:f, seed 5: feature 1 is constant .* or use center or a larger train_size"):
        build_data(config, 5)


def test_trials_of_a_stack_have_their_own_noise():
    calm, noisy = (TrialConfig(data="circles", noise=noise, train_size=10, test_size=0) for noise in (0.0, 0.5))
    inputs = stack_data([Trial(calm, 3), Trial(noisy, 3)])["train"].inputs
    assert np.array_equal(inputs[0], build_data(calm, 3)["train"].inputs)
    assert np.array_equal(inputs[1], build_data(noisy, 3)["train"].inputs) and not np.array_equal(inputs[0], inputs[1])


def test_features_that_are_declared_are_those_given(tmp_path):
    (tmp_path / "own.py").write_text(
        HEADER + "FEATURES = ('a', 'b', 'c')\ndef f(n, g):\n    return rand(n, 2, generator=g), arange(n) % 2\n"
    )
    with pytest.raises(SettingError, match=r"own.py:f gave 2 features, and its file declares 3 FEATURES"):
        draw_points(TrialConfig(data=f"{tmp_path}/own.py:f"), 0)


def test_the_file_of_the_disc_draws_the_discs_points():
    config = TrialConfig(train_size=50, test_size=20)
    from_file = source_of(config).splits({"train": 50, "test": 20}, 7, None)
    for name, (points, labels) in draw_points(config, 7).items():
        assert torch.equal(points, from_file[name][0]) and torch.equal(labels, from_file[name][1])


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("circles", lambda x, y, label: (x * x + y * y).sqrt() - torch.where(label == 0, 1, 0.5)),
        ("moons", lambda x, y, label: (x - label) ** 2 + (y - 0.5 * label) ** 2 - 1),
        ("moons", lambda x, y, label: torch.where(label == 0, y < 0, y > 0.5)),
        ("spirals", lambda x, y, label: torch.cos(torch.atan2(y, x) - 3 * torch.pi * torch.hypot(x, y) - torch.pi * label) - 1),
        ("xor", lambda x, y, label: ((x < 0) != (y < 0)) != label.bool()),
        ("gauss", lambda x, y, label: torch.stack([x - torch.tensor([-1, 1, 0])[label], (y < 0) != (label < 2)])),
    ],
)
def test_without_noise_points_are_where_they_belong(name, check):
    points, labels = draw_points(TrialConfig(data=name, noise=0.0, test_size=0), 0)["train"]
    wrong = check(*points.unbind(-1), labels).double().abs()
    assert wrong.max() < 1e-12 and labels.unique().tolist() == list(range(len(classes_of(TrialConfig(data=name)))))
