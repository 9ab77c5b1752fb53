"""Chunks: every trial once, each in the lane that its seed asks for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.config.trial import Trial
from experiments.training.lanes import LANES_PER_BLOCK, MAX_LANES, plan_chunks
from tests.experiments.storing import TINY as DEFAULT
from tests.experiments.storing import trials
from tests.experiments.training.trained import SMALL

TINY = DEFAULT.replace(engine="stack")
PUSHED = TINY.replace(momentum=0.9)
MEAN_SQUARE = TINY.replace(optimizer="rmsprop", lr=0.1)
# Which settings may share a stack, said without asking the code.
STACK_OF = {
    TINY: "plain",
    TINY.replace(lr=0.5): "plain",
    PUSHED: "plain",
    PUSHED.replace(nesterov=True): "nesterov",
    MEAN_SQUARE: "rmsprop",
    MEAN_SQUARE.replace(alpha=0.5): "rmsprop",
    MEAN_SQUARE.replace(centered=True): "centered",
    TINY.replace(hidden=(5,)): "wide",
    TINY.replace(dtype="float64"): "float64",
    TINY.replace(engine="torch"): "torch",
    TINY.replace(engine="compiled"): "compiled",
    TINY.replace(engine="compiled", lr=0.5, data_seed=3): "compiled",
}
CONFIGS = list(STACK_OF)


# On a busy machine drawing may be slow.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seeds=st.dictionaries(st.integers(0, len(CONFIGS) - 1), st.sets(st.integers(0, 300), max_size=40), max_size=4),
    parts=st.integers(1, 9),
    max_lanes=st.sampled_from([4, 8, 20, 128]),
)
def test_every_trial_is_in_one_chunk_and_in_its_lane(seeds, parts, max_lanes):
    asked = [trial for k, each in seeds.items() for trial in trials(CONFIGS[k], sorted(each))]
    chunks = plan_chunks(asked, parts, max_lanes)
    planned = [trial for chunk in chunks for trial in chunk.trials]
    key = lambda trial: (trial.config.key(), trial.seed)  # noqa: E731
    assert sorted(map(key, planned)) == sorted(map(key, asked))
    for chunk in chunks:
        assert 0 < len(chunk.lanes) <= max_lanes and any(chunk.wanted)
        assert len({STACK_OF[lane.config] for lane in chunk.lanes}) == 1
        assert len(set(map(key, chunk.lanes))) == len(chunk.lanes)
        if chunk.engine == "stack":
            assert len(chunk.lanes) % LANES_PER_BLOCK == 0
            assert all(lane.seed % LANES_PER_BLOCK == k % LANES_PER_BLOCK for k, lane in enumerate(chunk.lanes))


@pytest.mark.parametrize(
    ("rounds", "parts", "count"), [(1, 1, 1), (1, 8, 1), (100, 1, 1), (100, 2, 2), (1000, 1, 8), (16, 3, 3)]
)
def test_work_is_cut_where_it_is_large_enough(rounds, parts, count):
    chunks = plan_chunks(trials(TINY, range(rounds)), parts)
    assert len(chunks) == count
    sizes = [len(chunk.lanes) for chunk in chunks]
    assert max(sizes) <= MAX_LANES and max(sizes) - min(sizes) <= LANES_PER_BLOCK


def test_the_compiled_engine_gets_whole_vectors_and_no_lane_in_vain():
    compiled = TINY.replace(engine="compiled")
    for rounds, parts, sizes in ((10, 2, [10]), (40, 2, [32, 8]), (130, 1, [64, 66]), (1000, 2, [128] * 6 + [120, 112])):
        chunks = plan_chunks(trials(compiled, range(3, 3 + rounds)), parts)
        assert sorted(len(chunk.lanes) for chunk in chunks) == sorted(sizes)
        assert all(all(chunk.wanted) for chunk in chunks)
        assert sum(len(chunk.lanes) % 16 > 0 for chunk in chunks) <= 1


def test_the_order_in_which_trials_are_asked_for_does_not_matter():
    asked = trials(TINY, range(50)) + trials(TINY.replace(lr=0.5), range(50))
    assert plan_chunks(asked, 3) == plan_chunks(asked[::-1], 3)


def test_trials_that_train_alone_fill_no_lanes_and_few_a_chunk():
    chunks = plan_chunks([Trial(SMALL.replace(engine="torch"), seed) for seed in range(1, 11)])
    assert sorted(trial.seed for chunk in chunks for trial in chunk.trials) == list(range(1, 11))
    assert all(all(chunk.wanted) and len(chunk.lanes) <= 4 for chunk in chunks)
