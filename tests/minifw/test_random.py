"""Fresh generators and streams of draws."""

import copy
import gc
import pickle
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from minifw import Dropout, stack
from minifw.random import UniformStream, fresh_generator
from tests.minifw.helpers import EXACT, generator


def ones(*shape):
    return torch.ones(*shape, dtype=torch.float64)


def test_fresh_generators_draw_different_numbers_and_leave_the_global_state_alone():
    before = torch.get_rng_state()
    first, second = (torch.rand(3, generator=fresh_generator()) for _ in range(2))
    assert not torch.equal(first, second)
    assert torch.equal(torch.get_rng_state(), before)


@given(counts=st.lists(st.integers(1, 60), min_size=1, max_size=8), block=st.integers(1, 100))
def test_the_size_of_a_block_does_not_change_the_numbers(counts, block):
    class SmallBlocks(UniformStream):
        BLOCK = block

    drawn = [
        torch.cat([stream.draw(n) for n in counts], 1) for stream in (SmallBlocks([generator()]), UniformStream([generator()]))
    ]
    assert_close(drawn[0], drawn[1], **EXACT)


def test_streams_at_different_places_cannot_be_stacked():
    models = [Dropout(0.5, generator(trial)) for trial in range(2)]
    models[1](ones(5, 3))
    with pytest.raises(ValueError, match="drawn different amounts"):
        stack(models)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda streams: pickle.loads(pickle.dumps(streams))])
def test_copied_streams_go_on_where_they_were_and_share_the_generators_they_shared(again):
    shared = generator()
    streams = [UniformStream([shared]), UniformStream([shared]), UniformStream([generator(1)])]
    for stream in streams:
        stream.draw(5)
    copied = again(streams)
    assert copied[0].generators[0] is copied[1].generators[0] is not shared
    for count in (7, UniformStream.BLOCK, 3):
        for stream, twin in zip(streams, copied, strict=True):
            assert_close(twin.draw(count), stream.draw(count), **EXACT)


def test_pickles_lose_no_reference_to_none():
    """As torch.Generator's own do; thousands of them end the interpreter."""
    stream = UniformStream([generator()])
    gc.collect()
    before = sys.getrefcount(None)
    for _ in range(500):
        pickle.loads(pickle.dumps(stream.generators))
    assert sys.getrefcount(None) > before - 250


def test_a_state_puts_streams_back_where_they_were():
    stream = UniformStream([generator(), generator(1)])
    stream.draw(5)
    state, expected = stream.state_dict(), stream.draw(UniformStream.BLOCK)
    stream.load_state_dict(state)
    assert_close(stream.draw(UniformStream.BLOCK), expected, **EXACT)
    with pytest.raises(ValueError, match="2 generators, not 1"):
        UniformStream([generator()]).load_state_dict(state)
