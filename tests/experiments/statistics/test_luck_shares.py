"""Shares of a variance on made-up trials whose shares are known."""

import numpy as np
import pytest

from experiments.statistics import luck_shares as module
from experiments.statistics.luck_shares import components, luck_shares, share

DEVIATIONS = {"data": 2.0, "init": 1.0, "order": 0.5}
JOINT = 0.8
WHOLE = sum(deviation**2 for deviation in DEVIATIONS.values()) + JOINT**2
TRUE = {source: deviation**2 / WHOLE for source, deviation in DEVIATIONS.items()}


def made_up(seed, blocks):
    """Squares of y = sum_s sd_s z_s + JOINT z_data z_init with standard normal z."""
    generator = np.random.default_rng(seed)
    drawn = {source: generator.standard_normal((blocks, 4)) for source in DEVIATIONS}
    row, column = np.indices((4, 4))

    def error(source):
        z = {name: values[:, row if name == source else column] for name, values in drawn.items()}
        return sum(DEVIATIONS[name] * z[name] for name in z) + JOINT * z["data"] * z["init"]

    return {source: error(source) for source in DEVIATIONS}


def coverage(repeats, blocks=25):
    """How often the interval has the true share: of each source alone, of init with others and of the interactions."""
    hits = np.zeros(5)
    for seed in range(repeats):
        found = luck_shares(made_up(seed, blocks))
        true = [*((found.alone[source], value) for source, value in TRUE.items())]
        true += [(found.together["init"], TRUE["init"] + JOINT**2 / WHOLE), (found.interactions, JOINT**2 / WHOLE)]
        hits += [part.low <= value <= part.high for part, value in true]
    return hits / repeats


def test_components_of_a_square_by_hand():
    square = np.array([[1.0, 2.0], [5.0, 4.0]])  # rows 1.5 and 4.5, columns 3 and 3, left over +-0.5 and -+0.5
    # MS_r = 2 (1.5^2 + 1.5^2) = 9, MS_c = 0, MS_b = 4 * 0.25 = 1
    assert components(square) == pytest.approx([(9 - 1) / 2, (0 - 1) / 2, 1])
    assert components(square.T) == pytest.approx([(0 - 1) / 2, (9 - 1) / 2, 1])


def test_shares_of_many_blocks_are_the_true_ones_and_add_up():
    found = luck_shares(made_up(1, 4000))
    for source, value in TRUE.items():
        assert found.alone[source].value == pytest.approx(value, abs=0.015)
    assert found.together["init"].value == pytest.approx(TRUE["init"] + JOINT**2 / WHOLE, abs=0.015)
    assert found.together["order"].value == pytest.approx(TRUE["order"], abs=0.01)
    assert sum(part.value for part in found.alone.values()) + found.interactions.value == pytest.approx(1)
    assert found.deviation == pytest.approx(WHOLE**0.5, rel=0.02) and found.test_set is None


def test_intervals_have_the_true_share_at_the_stated_rate():
    # Over 400 repeats: 93 to 94 % with 25 blocks; two standard deviations of 120 repeats are 4.6 points.
    assert coverage(120).min() > 0.87


def test_wrong_estimators_miss_that_rate(monkeypatch):
    """Rows that keep what belongs to rows and columns jointly, and intervals that take blocks for cells."""
    right = components

    def biased(squares):
        parts = right(squares)
        return np.stack([parts[..., 0] + parts[..., 2] / 4, parts[..., 1] + parts[..., 2] / 4, parts[..., 2]], -1)

    monkeypatch.setattr(module, "components", biased)
    assert coverage(30, blocks=400).min() < 0.6
    monkeypatch.setattr(module, "components", right)
    monkeypatch.setattr(module, "resampled_means", lambda values, **_: np.repeat(values.mean(0)[None], 2000, 0))
    assert coverage(10).max() < 0.1


def test_the_test_set_comes_on_top_of_the_rest():
    squares, on_top = made_up(2, 200), np.full(200, WHOLE)
    found, without = luck_shares(squares, on_top), luck_shares(squares)
    parts = [*found.alone.values(), found.interactions, found.test_set]
    assert sum(part.value for part in parts) == pytest.approx(1)
    assert found.test_set.value == pytest.approx(0.5, abs=0.05)
    factor = 1 - found.test_set.value
    assert found.alone["data"].value == pytest.approx(without.alone["data"].value * factor)


def test_what_comes_out_negative_is_nothing_and_nothing_at_all_has_no_shares():
    part = share(np.array([-1.0, -2.0, -1.0]), np.array([3.0, 4.0, 5.0]))
    assert (part.value, part.low, part.high) == (0, 0, 0)
    assert np.isnan(share(np.zeros(3), np.zeros(3)).value)
