"""The engine's generators against torch's, bit for bit, and its normal numbers against the distribution."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from minifw.compiled import Generators, train
from minifw.compiled.draws import aligned
from tests.minifw.compiled.references import Case, generator

# Seeds of all sizes; more than fill any block, and no multiple of one.
SEEDS = [0, 1, 2, 5489, 2**31, 2**32 - 1, *range(1000, 1047)]


def test_uniform_numbers_are_torchs():
    ours = Generators(SEEDS).uniform(1000)
    theirs = np.stack([torch.rand(1000, dtype=torch.float64, generator=generator(seed)).numpy() for seed in SEEDS])
    assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("samples", [1, 2, 3, 10, 624, 1000, 70001])
def test_permutations_are_torchs(samples):
    """Two of each generator, so that it also goes on as torch's does."""
    generators, torchs = Generators(SEEDS[:20]), [generator(seed) for seed in SEEDS[:20]]
    for _ in range(2):
        theirs = np.stack([torch.randperm(samples, generator=each).numpy() for each in torchs])
        np.testing.assert_array_equal(generators.permutation(samples), theirs)


@given(st.lists(st.tuples(st.sampled_from(["uniform", "permutation"]), st.integers(1, 700)), min_size=1, max_size=6))
def test_a_mixture_of_draws_goes_on_where_torch_does(draws):
    ours, theirs = Generators([7, 8, 9]), [generator(seed) for seed in (7, 8, 9)]
    for name, count in draws:
        if name == "uniform":
            expected = [torch.rand(count, dtype=torch.float64, generator=each) for each in theirs]
        else:
            expected = [torch.randperm(count, generator=each) for each in theirs]
        np.testing.assert_array_equal(getattr(ours, name)(count), torch.stack(expected).numpy())


@pytest.mark.slow
def test_a_thousand_seeds_are_torchs():
    seeds = np.arange(1008) * 4_261_411
    ours = Generators(seeds)
    uniform, order = ours.uniform(50), ours.permutation(1000)
    for row, seed in enumerate(seeds):
        theirs = generator(int(seed) & 0xFFFFFFFF)
        np.testing.assert_array_equal(uniform[row], torch.rand(50, dtype=torch.float64, generator=theirs).numpy())
        np.testing.assert_array_equal(order[row], torch.randperm(1000, generator=theirs).numpy())


def test_normal_numbers_are_the_quantile_of_uniform_ones():
    """Of the middle of each interval of 2^-53, to 13 digits of a number of size 1."""
    uniform, normal = Generators(SEEDS).uniform(4000), Generators(SEEDS).normal(4000)
    upper = uniform >= 0.5
    lower_tail = ndtri(np.where(upper, (1 - uniform) - 2.0**-54, uniform + 2.0**-54))
    np.testing.assert_allclose(normal, np.where(upper, -lower_tail, lower_tail), rtol=0, atol=2e-13)


def test_normal_numbers_have_the_moments_and_tails_of_a_normal_distribution():
    normal = Generators(range(400)).normal(5000).ravel()
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert abs(normal.mean()) < 4 / np.sqrt(normal.size) and abs(normal.var() - 1) < 6 / np.sqrt(normal.size)
    assert 4.5 < np.abs(normal).max() < 6.5


def quantiles(values: list[int]) -> np.ndarray:
    """The normal numbers of chosen draws: a generator's state in which they come next, its words before they are mixed."""
    state = Generators([0]).state
    words = [word for k in values for word in (k >> 32, k & 0xFFFFFFFF)]
    state[0, : len(words)] = [unmixed(word) for word in words]
    state[0, -1] = 0
    return Generators.from_state(state).normal(len(values))[0]


def unmixed(word: int) -> int:
    """The word that mt19937's output function turns into this one, found bit by bit since it is linear."""

    def mixed(w: int) -> int:
        w ^= w >> 11
        w ^= (w << 7) & 0x9D2C5680
        w ^= (w << 15) & 0xEFC60000
        return (w ^ (w >> 18)) & 0xFFFFFFFF

    rows = [(mixed(1 << bit), 1 << bit) for bit in range(32)]
    found = 0
    for bit in reversed(range(32)):
        pivot = next(row for row in rows if row[0].bit_length() == bit + 1)
        rows = [(r ^ pivot[0], c ^ pivot[1]) if r >> bit & 1 and (r, c) != pivot else (r, c) for r, c in rows]
        rows = [row for row in rows if row[0]]
        if word >> bit & 1:
            word, found = word ^ pivot[0], found ^ pivot[1]
    return found


def test_the_normal_quantile_at_its_edges():
    """The smallest and largest draws, and the places at which one polynomial ends and the next begins."""
    joints = [int(p * 2**53) for p in (0.125, *np.exp(-(np.array([3.0, 4.4, 6.2]) ** 2) / 2))]
    values = [0, 1, 2**52 - 1, 2**52, 2**53 - 1, *(joint + shift for joint in joints for shift in (-2, -1, 0, 1))]
    ours = quantiles(values)
    np.testing.assert_allclose(ours[:5], [-8.29236, -8.16167, 0, 0, 8.29236], atol=5e-2)
    assert ours[0] == -ours[4] and ours[2] == -ours[3] < 0
    expected = ndtri((np.array(values[:4] + values[5:]) + 0.5) * 2.0**-53)
    np.testing.assert_allclose(np.delete(ours, 4), expected, rtol=1e-13, atol=2e-16)


def test_generators_that_have_drawn_different_amounts_go_on_together():
    states = [Generators([seed]) for seed in range(3)]
    expected = []
    for drawn, generators in enumerate(states):
        generators.uniform(101 * drawn)
        expected.append(Generators.from_state(generators.state.copy()).uniform(2000)[0])
    together = aligned(np.concatenate([generators.state for generators in states]))
    np.testing.assert_array_equal(Generators.from_state(together).uniform(2000), np.array(expected))


def test_training_leaves_the_generators_where_torchs_would_be():
    case = Case(epochs=3, rates=((), (0.5, 0.2, 0.0)), samples=20)
    ours = train(case.settings(), case.trials_from(0))
    for trial in range(3):
        orders, masks = generator(trial), generator(trial + 200)
        for _ in range(3):
            torch.randperm(20, generator=orders)
        torch.rand(3 * 20 * 4, dtype=torch.float64, generator=masks)
        for state, theirs in ((ours.order_generators, orders), (ours.dropout_generators[0], masks)):
            expected = torch.rand(700, dtype=torch.float64, generator=theirs).numpy()
            np.testing.assert_array_equal(Generators.from_state(state[trial : trial + 1]).uniform(700)[0], expected)
