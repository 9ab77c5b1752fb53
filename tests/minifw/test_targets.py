"""From labels to targets and from outputs back to labels."""

import pytest
import torch
from torch.testing import assert_close

from minifw.targets import TARGETS
from tests.minifw.helpers import EXACT, generator


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("shape", [(6,), (3, 6)])
def test_targets_are_decided_back_to_their_labels(name, shape):
    targets, labels = TARGETS[name], torch.randint(2, shape, generator=generator())
    encoded = targets.encode(labels)
    assert (encoded.shape, encoded.dtype) == ((*shape, targets.outputs), torch.float64)
    assert_close(targets.decide(encoded), labels, **EXACT)


@pytest.mark.parametrize(
    ("name", "outside", "inside", "undecided", "decision"),
    [
        ("pm1", [-1.0, -1.0], [1.0, 1.0], [0.3, -0.3], 0),
        ("binary", [0.0], [1.0], [0.5], 0),
        ("onehot", [1.0, 0.0], [0.0, 1.0], [0.7, 0.7], 0),
    ],
)
def test_each_kind_of_targets(name, outside, inside, undecided, decision):
    assert TARGETS[name].encode(torch.tensor([0, 1])).tolist() == [outside, inside]
    assert TARGETS[name].decide(torch.tensor([undecided])).tolist() == [decision]
