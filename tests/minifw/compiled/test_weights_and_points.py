"""Initial weights and points without torch against those of minifw."""

import numpy as np
import pytest
import torch
from scipy import stats

import minifw
from minifw.compiled import Generators, UnsupportedError
from minifw.compiled.points import draw_disc, encode, scale_points
from minifw.compiled.weights import RULES, draw_weights
from minifw.initializers import INITIALIZERS
from tests.minifw.compiled.references import generator

SEEDS = [3, 14, 159]


def test_every_rule_of_minifw_is_there():
    assert RULES.keys() == INITIALIZERS.keys()


@pytest.mark.parametrize("rule", [name for name, (uniform, _) in RULES.items() if uniform])
def test_uniform_weights_and_biases_have_torchs_bits(rule):
    generators, torchs = Generators(SEEDS), [generator(seed) for seed in SEEDS]
    for shape in ((7, 5), (1, 5)):
        ours = draw_weights(rule, generators, shape, (7, 5), 0.7)
        theirs = torch.stack([INITIALIZERS[rule](shape, 7, 5, each).mul_(0.7) for each in torchs])
        assert ours.tobytes() == theirs.numpy().tobytes()


@pytest.mark.parametrize("rule", [name for name, (uniform, _) in RULES.items() if not uniform])
def test_normal_weights_have_the_distribution_of_minifws(rule):
    ours = draw_weights(rule, Generators(range(40)), (30, 20), (30, 20)).ravel()
    theirs = INITIALIZERS[rule]((200, 200), 30, 20, generator(1)).numpy().ravel()
    assert abs(ours.std() / theirs.std() - 1) < 0.02
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3


def test_an_unknown_rule_is_refused_by_name():
    with pytest.raises(UnsupportedError, match="orthogonal"):
        draw_weights("orthogonal", Generators([1]), (2, 2), (2, 2))


def test_points_and_labels_have_torchs_bits():
    points, labels = draw_disc(Generators(SEEDS), 500)
    for row, seed in enumerate(SEEDS):
        their_points, their_labels = minifw.disc(500, generator(seed))[:2]
        assert points[row].tobytes() == their_points.numpy().tobytes()
        np.testing.assert_array_equal(labels[row], their_labels.numpy())


@pytest.mark.parametrize("decision", ["pm1", "binary", "onehot"])
def test_targets_are_minifws(decision):
    labels = np.array([[0, 1, 1], [1, 0, 0]])
    expected = {
        "pm1": [[[-1, -1], [1, 1], [1, 1]], [[1, 1], [-1, -1], [-1, -1]]],
        "binary": [[[0], [1], [1]], [[1], [0], [0]]],
        "onehot": [[[1, 0], [0, 1], [0, 1]], [[0, 1], [1, 0], [1, 0]]],
    }
    np.testing.assert_array_equal(encode(decision, labels), expected[decision])
    with pytest.raises(UnsupportedError, match="twohot"):
        encode("twohot", labels)


@pytest.mark.parametrize("kind", ["none", "center", "standardize", "symmetric"])
def test_points_are_scaled_by_their_trials_training_points(kind):
    """Two trials with points in other places: each is scaled by its own."""
    training = np.random.default_rng(0).normal(size=(2, 50, 3)) * 5 + [[[1]], [[100]]]
    other = np.random.default_rng(1).normal(size=(2, 4, 3))
    scaled = scale_points(kind, training, other)
    mean, deviation = training.mean(-2, keepdims=True), training.std(-2, ddof=1, keepdims=True)
    expected = {
        "none": other,
        "center": other - mean,
        "standardize": (other - mean) / deviation,
        "symmetric": 2 * other - 1,
    }
    np.testing.assert_allclose(scaled, expected[kind], rtol=1e-12, atol=1e-12)
    with pytest.raises(UnsupportedError, match="whiten"):
        scale_points("whiten", training, other)
