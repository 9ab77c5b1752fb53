"""The table of every module and loss held against finite differences and autograd."""

import math

import pytest

import minifw
from experiments.workflows import gradcheck
from experiments.workflows.gradcheck import LOSSES, MODULES, TOLERANCE, check_everything
from minifw.gradcheck import GradientCheck
from minifw.losses import REDUCTIONS, Loss


@pytest.fixture(scope="module")
def table():
    return check_everything().set_index("name")


def test_every_module_and_every_loss_with_every_reduction_has_a_row(table):
    losses = {f"{kind.__name__}, {reduction}" for kind in LOSSES for reduction in REDUCTIONS}
    assert set(table.index) == set(MODULES) | losses and len(losses) == 6
    public = [getattr(minifw, name) for name in minifw.__all__]
    kinds = [kind for kind in public if isinstance(kind, type)]
    layers = {kind.__name__ for kind in kinds if issubclass(kind, minifw.Module)} - {"Module", "ModuleList", "ModuleDict"}
    assert layers <= set(MODULES)
    assert {kind.__name__ for kind in kinds if issubclass(kind, Loss)} - {"Loss"} == {kind.__name__ for kind in LOSSES}


def test_everything_agrees_and_every_error_is_a_number(table):
    assert table["agrees"].all()
    assert (table[["difference_error", "autograd_error"]].to_numpy() <= TOLERANCE).all()
    assert (table["difference_error"] > 0).any()


@pytest.mark.parametrize(
    ("layer", "rows"),
    [
        (minifw.Tanh, {"Tanh", "Sequential"}),
        (minifw.Dropout, {"Dropout", "Sequential"}),
        (minifw.Linear, {"Linear", "Linear without bias", "Sequential"}),
    ],
)
def test_a_wrong_backward_shows_where_it_is_used_with_its_size(monkeypatch, layer, rows):
    right = layer.backward
    monkeypatch.setattr(layer, "backward", lambda self, dy: right(self, dy) + 0.01)
    found = check_everything().set_index("name")
    assert set(found.index[~found["agrees"]]) == rows
    wrong = found.loc[layer.__name__]
    assert 0.002 < wrong["difference_error"] < 0.011 and wrong["autograd_error"] == pytest.approx(
        wrong["difference_error"], rel=0.01
    )


@pytest.mark.parametrize("axes", [2, 3])
def test_a_layer_that_is_wrong_only_alone_or_only_in_a_stack_is_found(monkeypatch, axes):
    right = minifw.Tanh.backward
    monkeypatch.setattr(minifw.Tanh, "backward", lambda self, dy: right(self, dy) * (2 if dy.dim() == axes else 1))
    found = check_everything().set_index("name")
    assert set(found.index[~found["agrees"]]) == {"Tanh", "Sequential"}


def test_a_loss_that_is_wrong_in_a_stack_only_is_found(monkeypatch):
    right = minifw.MSELoss.gradient

    def averaged_over_trials(self, prediction, target):
        return right(self, prediction, target) / (prediction.shape[0] if prediction.dim() == 3 else 1)

    monkeypatch.setattr(minifw.MSELoss, "gradient", averaged_over_trials)
    found = check_everything().set_index("name")
    assert set(found.index[~found["agrees"]]) == {f"MSELoss, {reduction}" for reduction in REDUCTIONS}


def test_a_gradient_that_is_nan_is_not_passed_over(monkeypatch):
    """Whether it is the first or the last of several."""
    for errors in ([0.0, math.nan], [math.nan, 0.0]):
        checks = [GradientCheck("x", (0,), 0.0, 0.0, error, error) for error in errors]
        monkeypatch.setattr(gradcheck, "check_gradients", lambda *case, checks=checks, **options: checks)
        found = check_everything()
        assert found[["difference_error", "autograd_error"]].isna().all(axis=None) and not found["agrees"].any()
