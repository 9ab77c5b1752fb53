"""Work is cut where that is faster; every trial is in exactly one chunk all the same."""

import pytest

from experiments.config.trial import TrialConfig
from experiments.running.estimate import estimate_seconds
from experiments.running.schedule import plan_work, seconds_by_workers
from experiments.training.lanes import plan_chunks
from tests.experiments.storing import trials

STACKED, COMPILED = TrialConfig(engine="stack"), TrialConfig(epochs=400)


def many_structures():
    return [trial for width in (4, 5, 6, 7) for trial in trials(STACKED.replace(hidden=(width,)), range(8))]


def test_a_stack_is_cut_for_workers_that_would_have_nothing_to_do():
    assert [len(chunk.trials) for chunk in plan_work(trials(STACKED, range(8)), 2)] == [4, 4]
    assert len(plan_work(trials(STACKED, range(8)), 1)) == 1


def test_no_stack_is_cut_where_all_workers_have_one_anyway():
    chunks = plan_work(many_structures(), 2)
    assert [len(chunk.trials) for chunk in chunks] == [8, 8, 8, 8]
    assert seconds_by_workers(chunks, 2) < 0.75 * seconds_by_workers(plan_chunks(many_structures(), 2), 2)


@pytest.mark.parametrize("jobs", [1, 2, 3, 16])
def test_nothing_is_left_out_or_computed_twice_and_the_longest_comes_first(jobs):
    asked = [*many_structures(), *trials(COMPILED, range(100))]
    chunks = plan_work(asked, jobs)
    planned = [(trial.config.key(), trial.seed) for chunk in chunks for trial in chunk.trials]
    assert sorted(planned) == sorted((trial.config.key(), trial.seed) for trial in asked)
    seconds = [estimate_seconds([chunk]) for chunk in chunks]
    assert seconds == sorted(seconds, reverse=True)


def test_a_worker_begins_with_the_next_chunk_when_it_has_ended_one():
    long, *short = (trials(COMPILED.replace(epochs=epochs), range(16)) for epochs in (300, 200, 100, 100))
    chunks = [chunk for group in (long, *short) for chunk in plan_chunks(group)]
    third = estimate_seconds(chunks[:1]) / 3
    # 300 | 200 + 100, then the last 100 after either.
    assert seconds_by_workers(chunks, 2) == pytest.approx(4 * third)
    assert seconds_by_workers(chunks, 1) == pytest.approx(7 * third)
    assert seconds_by_workers([], 2) == 0
