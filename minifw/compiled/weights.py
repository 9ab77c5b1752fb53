"""Initial weights without torch, for many seeds at once: those of `minifw.initializers`, from the engine's own draws.

Uniform rules give torch's bits. Normal ones have the same distribution, but come from the inverse distribution function, which
gives the same numbers on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from minifw.compiled.draws import Generators
from minifw.compiled.errors import UnsupportedError

# For each rule whether it is uniform, and the bound or the standard deviation by fan-in and fan-out.
RULES: dict[str, tuple[bool, Callable[[int, int], float]]] = {
    "uniform": (True, lambda fan_in, fan_out: 1 / math.sqrt(fan_in)),
    "xavier_uniform": (True, lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out))),
    "he_uniform": (True, lambda fan_in, fan_out: math.sqrt(6 / fan_in)),
    "normal": (False, lambda fan_in, fan_out: 1.0),
    "xavier_normal": (False, lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out))),
    "he_normal": (False, lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    "xavier_literal_variance": (False, lambda fan_in, fan_out: math.sqrt(2 / math.sqrt(fan_in + fan_out))),
    "xavier_literal_std": (False, lambda fan_in, fan_out: 2 / math.sqrt(fan_in + fan_out)),
}


def draw_weights(
    rule: str, generators: Generators, shape: tuple[int, int], fans: tuple[int, int], scale: float = 1.0
) -> np.ndarray:
    """The next weight or bias of every generator: (generators, rows, columns) float64.

    fans: fan-in and fan-out of the layer, for its bias too. Raises UnsupportedError, naming it, for an unknown rule.
    """
    if rule not in RULES:
        raise UnsupportedError(f"the compiled engine knows no initialiser {rule!r}; it knows {', '.join(RULES)}")
    uniform, size_by_fans = RULES[rule]
    size = size_by_fans(*fans)
    count = shape[0] * shape[1]
    drawn = generators.uniform(count) * (2 * size) - size if uniform else generators.normal(count) * size
    return (drawn * scale).reshape(-1, *shape)
