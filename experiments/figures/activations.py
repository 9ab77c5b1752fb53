"""Each activation and its derivative, as our own forward and backward compute them."""

from __future__ import annotations

import torch
from matplotlib.figure import Figure

from experiments.figures.style import COLOURS, caption, label_lines, new_figure, title
from experiments.training.networks import ACTIVATIONS

REACH = 4.0


def activation_figure(name: str) -> Figure:
    """y = f(x) and dy/dx for x from -4 to 4. Raises KeyError for an unknown activation."""
    module = ACTIVATIONS[name]()
    x = torch.linspace(-REACH, REACH, 801, dtype=torch.float64).unsqueeze(-1)
    y = module(x)
    slope = module.backward(torch.ones_like(x))
    figure, grid = new_figure(5.6, 3.8)
    axes = grid[0, 0]
    axes.axhline(0, color="black", linewidth=0.6)
    axes.axvline(0, color="black", linewidth=0.6)
    axes.plot(x, y, color=COLOURS[0])
    axes.plot(x, slope, "--", color=COLOURS[1])
    axes.set(xlim=(-REACH, REACH), xlabel="input x", ylabel="y and dy/dx")
    label_lines(axes, REACH, [(float(y[-1]), f"{name}(x)", COLOURS[0]), (float(slope[-1]), "derivative", COLOURS[1])])
    title(figure, f"The slope of {name} is at most {float(slope.max()):.3g}")
    caption(figure, "Solid: the forward pass; dashed: the backward pass for dL/dy = 1; 801 points in float64.")
    return figure
