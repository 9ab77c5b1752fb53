"""The store: what goes in comes out, once; damage is noticed, set aside, and what can be read is kept."""

import os
import random
import signal
import time

import numpy as np
import pytest

from experiments.store.reader import TrialReader
from experiments.store.store import Environment, Run, Store
from experiments.training.results import TrialResult
from experiments.workflows.run_study import STORE_NAME
from tests.experiments.storing import TINY, fork, trials

HERE = Environment("digest", "2.0", "DEFAULT")


def result(seed: int) -> TrialResult:
    draws = np.random.default_rng(seed)
    return TrialResult(
        np.arange(3),
        {"train_loss": draws.random(3), "train_error": np.array([np.nan, 0.0, -0.0])},
        {"weight0": draws.random((2, 4)).astype(np.float32)},
        draws.random(5),
    )


def fill(store: Store, seeds: range, here: Environment = HERE, config=TINY, **options) -> None:
    store.add([(trial, result(trial.seed)) for trial in trials(config, seeds)], here, **options)


def stored(store: Store, digest: str = "digest") -> TrialReader:
    return TrialReader(store, lambda engine: digest)


def assert_holds(store: Store, seeds, here: Environment = HERE) -> None:
    found = dict(stored(store, here.digest).results(TINY, range(1000)))
    assert list(found) == list(seeds)
    for seed, kept in found.items():
        expected = result(seed)
        assert kept.epochs.tobytes() == expected.epochs.tobytes()
        assert kept.steps.tobytes() == expected.steps.tobytes()
        for mine, theirs in ((kept.measured, expected.measured), (kept.parameters, expected.parameters)):
            assert mine.keys() == theirs.keys()
            for name in mine:
                assert (mine[name].dtype, mine[name].shape) == (theirs[name].dtype, theirs[name].shape)
                assert mine[name].tobytes() == theirs[name].tobytes()


@pytest.fixture
def path(in_memory):
    return in_memory / STORE_NAME


def test_what_goes_in_comes_out_bit_for_bit(path):
    with Store(path) as store:
        fill(store, range(3, 1200, 2))
    with Store(path) as store:
        assert_holds(store, range(3, 1000, 2))
        assert store.count() == len(range(3, 1200, 2))
        here = stored(store)
        assert here.finished(TINY, [1, 2, 3, 5, 1199, 1201]) == {3, 5, 1199}
        assert [seed for seed, _ in here.histories(TINY, [5, 3, 4])] == [3, 5]
        assert [seed for seed, _ in here.parameters(TINY, [5])] == [5]
        assert next(here.steps(TINY, [5]))[1].tobytes() == result(5).steps.tobytes()
        assert store.notices == []


def test_a_trial_is_its_settings_its_seed_and_the_code(path):
    with Store(path) as store:
        fill(store, range(2))
        assert stored(store).finished(TINY.resolve(), range(9)) == {0, 1}
        assert stored(store, "other").finished(TINY, range(9)) == set()
        for change in (
            {"lr": 0.2},
            {"dtype": "float64"},
            {"device": "cuda", "engine": "stack"},
            {"engine": "torch"},
            {"epochs": 4},
        ):
            assert stored(store).finished(TINY.replace(**change), range(9)) == set()
        fill(store, range(1), Environment("other", "3.0", "AVX2"))
        assert store.trials([Environment("other", "3.0", "AVX2")]) == trials(TINY.resolve(), range(1))
        assert store.trials([Environment("other", "3.0", "DEFAULT"), HERE]) == trials(TINY.resolve(), range(2))
        assert stored(store, "other").environments(TINY) == [Environment("other", "3.0", "AVX2")]


def test_each_engine_is_read_under_its_own_digest(path):
    by_torch = TINY.replace(engine="torch")
    digests = {"compiled": "ours", "torch": "theirs"}
    with Store(path) as store:
        fill(store, range(2), Environment("ours", "2.0", "DEFAULT"))
        fill(store, range(3), Environment("theirs", "2.0", "DEFAULT"), by_torch)
        fill(store, range(5), Environment("ours", "2.0", "DEFAULT"), by_torch)
        reader = TrialReader(store, digests.__getitem__)
        assert (reader.finished(TINY, range(9)), reader.finished(by_torch, range(9))) == ({0, 1}, {0, 1, 2})


def test_a_trial_is_written_once(path):
    with Store(path) as store:
        fill(store, range(2))
        store.add([(trial, result(99)) for trial in trials(TINY, range(3))], HERE)
        found = dict(stored(store).results(TINY, range(3)))
    assert found[1].steps.tobytes() == result(1).steps.tobytes()
    assert found[2].steps.tobytes() == result(99).steps.tobytes()


def test_a_run_is_noted_with_how_far_it_came(path):
    run = Run("2026-01-01 00:00:00", "tiny", "minifw train", {"only": {"lr": 0.5, "hidden": [4]}}, 4, 4)
    with Store(path) as store:
        number = store.start_run(run)
        fill(store, range(2), run=number, seconds=1.5)
        fill(store, range(2, 3), run=number, seconds=2.5)
        assert store.runs() == [Run(*list(vars(run).values())[:-2], computed=3, seconds=2.5)]


def test_a_transaction_is_whole_or_not_there(path):
    with Store(path) as store:
        broken = [*trials(TINY, range(3)), *trials(TINY, range(2**63, 2**63 + 1))]
        with pytest.raises(OverflowError):
            store.add([(trial, result(0)) for trial in broken], HERE)
        assert store.count() == 0
        fill(store, range(2))
        assert store.count() == 2


def test_kills_at_random_moments_of_many_transactions_lose_none_that_was_finished(path, in_memory):
    draws = random.Random(7)
    finished = in_memory / "finished"

    def work():
        with Store(path) as store:
            for seed in range(store.count(), 1000):
                fill(store, range(seed, seed + 1))
                finished.write_text(str(seed + 1))

    count = 0
    for kills in range(1000):  # On a busy machine a child may need many lives to store some.
        if kills >= 25 and count > 3:
            break
        child = fork(work)
        time.sleep(draws.uniform(0.002, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with Store(path) as store:
            count = store.count()
            assert store.notices == []
            assert_holds(store, range(count))
        assert count >= (int(finished.read_text() or 0) if finished.exists() else 0)
    assert count > 3
