"""Pruning: trials of code that is gone go, all others stay, the space is given back; whatever is killed or runs beside it."""

import os
import random
import signal
import time

import pytest

from experiments.errors import StoreError
from experiments.store.prune import find_outdated, prune
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME
from tests.experiments.store.test_store import HERE, Environment, assert_holds, fill
from tests.experiments.storing import TINY, flip_a_bit, fork

GONE = [Environment(digest, "2.0", "DEFAULT") for digest in ("gone", "long gone")]
OTHER = TINY.replace(lr=0.5)


@pytest.fixture
def path(in_memory):
    """A store of 40 trials that are found, and 400 that are not, of settings that are and settings that are not."""
    with Store(in_memory / STORE_NAME) as store:
        for here in GONE:
            fill(store, range(100), here)
            fill(store, range(100), here, OTHER)
        fill(store, range(40))
    return in_memory / STORE_NAME


def keys(store: Store) -> int:
    return store.query("SELECT count(*) FROM settings")[0][0]


def test_what_code_can_find_stays_and_the_rest_goes(path):
    before = path.stat().st_size
    with Store(path) as store:
        found = find_outdated(store, ["digest"])
        outdated = store.query("SELECT history, parameters, steps FROM trials WHERE digest LIKE '%gone'")
        assert (found.trials, found.free_bytes) == (400, 0)
        assert found.bytes == sum(len(blob) for blobs in outdated for blob in blobs)
        assert (store.count(), keys(store)) == (440, 2)
        assert prune(store, ["digest"]) == 400
        assert (store.count(), keys(store)) == (40, 1)
        assert_holds(store, range(40))
        assert vars(find_outdated(store, ["digest"])) == {"trials": 0, "bytes": 0, "free_bytes": 0}
        assert prune(store, ["digest"]) == 0
        store.check()
        assert store.notices == []
    assert path.stat().st_size < before / 5


def test_without_digests_this_codes_are_kept(path, monkeypatch):
    monkeypatch.setattr("experiments.store.code_digest.digest_at_first", lambda engine: "gone")
    with Store(path) as store:
        assert find_outdated(store).trials == 240
        assert prune(store) == 240
        assert store.query("SELECT DISTINCT digest FROM trials") == [("gone",)]


def test_trials_left_by_pruning_survive_damage(path):
    """They keep their row numbers, far above what the shrunken file has room for."""
    with Store(path) as store:
        fill(store, range(5000, 12000), GONE[0])
        fill(store, range(40, 50))
        prune(store, ["digest"])
        assert max(number for (number,) in store.query("SELECT rowid FROM trials")) > path.stat().st_size // 64 > 50
    flip_a_bit(path, "history")
    with Store(path) as store:
        store.check()
        assert "49 of its trials" in store.notices[0]
        assert_holds(store, range(1, 50))


def test_kills_at_random_moments_lose_no_trial_that_is_kept(path, in_memory):
    draws = random.Random(3)
    content = path.read_bytes()

    def work(copy):
        with Store(copy) as store:
            prune(store, ["digest"])

    started = time.perf_counter()
    work(_copy(in_memory, content))
    longest = 1.3 * (time.perf_counter() - started)
    counts = []
    for _ in range(30):
        copy = _copy(in_memory, content)
        child = fork(lambda copy=copy: work(copy))
        time.sleep(draws.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with Store(copy) as store:
            counts.append(store.count())
            assert_holds(store, range(40))
            store.check()
            assert store.notices == []
            prune(store, ["digest"])
            assert (store.count(), find_outdated(store, ["digest"]).free_bytes) == (40, 0)
            assert_holds(store, range(40))
    assert set(counts) <= {440, 40}


def _copy(folder, content: bytes):
    for old in folder.glob("copy.sqlite*"):
        old.unlink()
    (folder / "copy.sqlite").write_bytes(content)
    return folder / "copy.sqlite"


def test_what_others_store_meanwhile_is_kept(path):
    """Two processes prune over and over while a third one stores trials, of settings that were just removed among others."""

    def pruning():
        with Store(path) as store:
            for _ in range(10):
                prune(store, ["digest"])

    def storing():
        with Store(path) as store:
            for seed in range(40, 80):
                fill(store, range(seed, seed + 1))
                fill(store, range(seed, seed + 1), HERE, OTHER)

    children = [fork(work) for work in (pruning, storing, pruning)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 3
    with Store(path) as store:
        assert store.count() == 120
        assert_holds(store, range(80))
        store.check()
        assert store.notices == []


def test_without_room_for_a_copy_the_trials_are_removed_and_the_user_is_told(path, monkeypatch):
    real = Store.change

    def full(store, work):
        if store.query("PRAGMA freelist_count") != [(0,)]:
            raise StoreError(f"{store.path}: database or disk is full")
        return real(store, work)

    with Store(path) as store:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "change", full)
            with pytest.raises(
                StoreError, match=r"disk is full; 400 trials are removed, but their space is not given back yet"
            ):
                prune(store, ["digest"])
        assert_holds(store, range(40))
        left = find_outdated(store, ["digest"])
        assert left.trials == 0 and left.free_bytes > 100_000
        assert prune(store, ["digest"]) == 0
        assert find_outdated(store, ["digest"]).free_bytes == 0
