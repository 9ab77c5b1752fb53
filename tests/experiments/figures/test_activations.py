"""Activations and their derivatives, against their formulas."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.figures.activations import activation_figure


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
        ("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    ],
)
def test_an_activation_is_drawn_with_its_derivative(name, value, slope):
    figure = activation_figure(name)
    *_, solid, dashed = figure.axes[0].get_lines()
    x = np.asarray(solid.get_xdata()).ravel()
    assert (x[0], x[-1], len(x)) == (-4, 4, 801)
    np.testing.assert_allclose(np.ravel(solid.get_ydata()), value(x), atol=1e-12)
    np.testing.assert_allclose(np.ravel(dashed.get_ydata()), slope(x), atol=1e-12)
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert figure.get_suptitle() == f"The slope of {name} is at most {slope(x).max():.3g}"


def test_an_activation_figure_shows_what_backward_computes(monkeypatch):
    from minifw import Tanh

    monkeypatch.setattr(Tanh, "backward", lambda self, dy: 7 * dy)
    dashed = activation_figure("tanh").axes[0].get_lines()[-1]
    assert set(np.ravel(dashed.get_ydata())) == {7.0}


def test_the_lines_of_an_activation_are_named_where_they_end():
    axes = activation_figure("tanh").axes[0]
    assert {text.get_text() for text in axes.texts} == {"tanh(x)", "derivative"}
    assert axes.get_xlim() == (-4, 4) and (axes.get_xlabel(), axes.get_ylabel()) == ("input x", "y and dy/dx")
    tops = {text.get_text(): text.xy[1] for text in axes.texts}
    assert tops["tanh(x)"] == pytest.approx(1, abs=0.02) and tops["derivative"] == pytest.approx(0, abs=0.07)
