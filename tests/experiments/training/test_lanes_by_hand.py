"""Chunks whose lanes and sizes are written out."""

import pytest

from experiments.config.trial import Trial
from experiments.training.lanes import plan_chunks
from tests.experiments.storing import TINY, trials
from tests.experiments.training.test_lanes import CONFIGS, STACK_OF


def test_what_may_share_a_stack_does():
    chunks = plan_chunks([trial for config in CONFIGS for trial in trials(config, range(4))])
    stacks = [{STACK_OF[lane.config] for lane in chunk.lanes} for chunk in chunks]
    assert all(len(stack) == 1 for stack in stacks)
    assert sorted(stack.pop() for stack in stacks) == sorted(set(STACK_OF.values()))


@pytest.mark.parametrize(("asked", "lanes"), [([5], [4, 5, 6, 7]), ([0, 3, 9], [0, 1, 2, 3, 8, 9, 10, 11])])
def test_spare_lanes_are_filled_with_the_trials_that_belong_there(asked, lanes):
    (chunk,) = plan_chunks([Trial(TINY.replace(engine="stack"), seed) for seed in asked])
    assert [lane.seed for lane in chunk.lanes] == lanes
    assert chunk.wanted == tuple(seed in asked for seed in lanes)
    assert [trial.seed for trial in chunk.trials] == asked


@pytest.mark.parametrize(
    ("engine", "rounds", "parts", "most", "sizes"),
    [
        ("stack", 128, 1, 128, [128]),
        ("stack", 129, 1, 128, [64, 68]),
        ("stack", 12, 2, 128, [8, 4]),
        ("stack", 12, 9, 128, [4, 4, 4]),
        ("stack", 40, 1, 8, [8] * 5),
        ("single", 4, 1, 128, [4]),
        ("torch", 10, 1, 128, [3, 4, 3]),
        ("torch", 3, 1, 2, [2, 1]),
        ("vmap", 5, 1, 128, [8]),
    ],
)
def test_sizes_of_chunks(engine, rounds, parts, most, sizes):
    chunks = plan_chunks(trials(TINY.replace(engine=engine), range(rounds)), parts, most)
    assert [len(chunk.lanes) for chunk in chunks] == sizes
