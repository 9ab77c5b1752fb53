"""The disc: where its points lie, which of them are labelled 1, and whose draws they are."""

import math

import pytest
import torch
from torch.testing import assert_close

from minifw import disc
from minifw.disc import DISC_RADIUS
from tests.minifw.helpers import EXACT, generator


def test_disc_labels_the_points_within_the_circle_of_half_the_area():
    points, labels = disc(20_000, generator())
    assert (points.shape, points.dtype, labels.shape, labels.dtype) == ((20_000, 2), torch.float64, (20_000,), torch.int64)
    assert points.min() >= 0
    assert points.max() <= 1
    assert points.mean(0).tolist() == pytest.approx([0.5, 0.5], abs=0.01)
    assert points.std(0).tolist() == pytest.approx([12**-0.5] * 2, abs=0.01)
    inside = [math.dist(point, (0.5, 0.5)) < DISC_RADIUS for point in points.tolist()]
    assert labels.tolist() == [int(each) for each in inside]
    assert math.pi * DISC_RADIUS**2 == pytest.approx(0.5)
    assert labels.double().mean().item() == pytest.approx(0.5, abs=0.01)


def test_disc_is_its_generators_and_touches_no_global_state():
    before = torch.get_rng_state()
    first, again, other, free = disc(5, generator()), disc(5, generator()), disc(5, generator(1)), disc(5)
    assert torch.equal(torch.get_rng_state(), before)
    assert_close(first, again, **EXACT)
    assert not torch.equal(first[0], other[0])
    assert not torch.equal(free[0], disc(5)[0])
    assert disc(0)[0].shape == (0, 2)
    with pytest.raises(ValueError, match="not -1"):
        disc(-1)
