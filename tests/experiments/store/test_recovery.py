"""Faults of the store's file and folder: what is damaged is set aside, what can be read is kept, the rest is one line."""

import os
import resource
import sqlite3
import threading

import pytest

from experiments.errors import MissingTrialsError, StoreError
from experiments.output.manifest import Manifest
from experiments.running.runner import missing, run_trials
from experiments.store.database import SCHEMA
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME, redraw_study, run_study
from tests.experiments.storing import TINY, flip_a_bit, fork, forked, run_counted, shown, tiny_study

STUDY = tiny_study(rounds=8)


@pytest.fixture
def folder(in_memory):
    """A folder with a finished study."""
    run_study(STUDY, in_memory)
    return in_memory


def asides(folder):
    return sorted(path.name for path in folder.glob(f"{STORE_NAME}.damaged-*"))


def verified(folder) -> list[str]:
    """What a check of the whole file has to say."""
    with Store(folder / STORE_NAME) as store:
        store.check()
        return store.notices


def assert_one_trial_was_lost(folder, damaged: bytes, notices: list[str]) -> None:
    assert asides(folder) == [f"{STORE_NAME}.damaged-1"]
    assert damaged in (folder / asides(folder)[0]).read_bytes()
    assert notices == [
        f"{folder / STORE_NAME}: the bytes of seed 0 are damaged; the file is kept as {STORE_NAME}.damaged-1, "
        "and 7 of its trials could be read and were taken over"
    ]


# What the columns are read for: the tables, and two figures of the first seed's trial.
READ_FOR = {"history": (), "parameters": ("boundary",), "steps": ("steps",)}


@pytest.mark.parametrize("column", READ_FOR)
def test_a_flipped_bit_costs_one_trial_when_it_is_read(in_memory, monkeypatch, column):
    for module in ("points", "iterations"):
        monkeypatch.setattr(f"experiments.figures.{module}.typical_seed", lambda table, arm: 0)
    study = tiny_study(rounds=8, figures=READ_FOR[column], only={"record_steps": True})
    run_study(study, in_memory)
    before = shown(in_memory)
    damaged = flip_a_bit(in_memory / STORE_NAME, column)
    outcome = run_study(study, in_memory)
    assert (outcome.report.computed, outcome.report.reused) == (1, 7)
    assert shown(in_memory) == before
    assert_one_trial_was_lost(in_memory, damaged, outcome.notices)
    assert run_counted(study, in_memory) == 0 and verified(in_memory) == []


@pytest.mark.parametrize("column", READ_FOR)
def test_a_check_of_the_whole_file_finds_a_flipped_bit_anywhere(folder, column):
    before = shown(folder)
    damaged = flip_a_bit(folder / STORE_NAME, column)
    assert_one_trial_was_lost(folder, damaged, verified(folder))
    assert run_counted(STUDY, folder) == 1
    assert shown(folder) == before
    assert verified(folder) == []


def test_to_look_up_what_is_missing_reads_no_trial(folder):
    flip_a_bit(folder / STORE_NAME, "history")
    asked = []
    with Store(folder / STORE_NAME) as store:
        store._connection.set_trace_callback(asked.append)
        assert missing(STUDY.trials, TrialReader(store)) == []
        store._connection.set_trace_callback(None)
        plans = [row[-1] for query in asked for row in store.query(f"EXPLAIN QUERY PLAN {query}")]
        assert len(asked) == 1 and all("USING COVERING INDEX" in plan for plan in plans if "trials" in plan)
        assert store.notices == []


def test_files_drawn_again_say_which_trials_damage_has_cost(folder):
    damaged = flip_a_bit(folder / STORE_NAME, "history")
    with pytest.raises(MissingTrialsError, match="1 of 8 trials are not in"):
        redraw_study(Manifest(STUDY, "", {}), folder)
    assert damaged in (folder / asides(folder)[0]).read_bytes()


@pytest.mark.parametrize(("keep", "kept"), [(0.3, 8), (0.6, 16), (0.9, 40)])
def test_a_truncated_file_keeps_its_readable_trials(folder, keep, kept):
    before, store = shown(folder), folder / STORE_NAME
    run_study(tiny_study(rounds=60), folder)
    os.truncate(store, int(keep * store.stat().st_size) // 4096 * 4096)
    outcome = run_study(STUDY, folder)
    assert shown(folder) == before
    assert asides(folder) == [f"{STORE_NAME}.damaged-1"]
    assert "malformed" in outcome.notices[0] or "never used" in outcome.notices[0] or "invalid" in outcome.notices[0]
    with Store(store) as opened:
        assert opened.count() >= kept


def test_a_page_of_rubbish_costs_the_trials_on_it(folder):
    before, store = shown(folder), folder / STORE_NAME
    run_study(tiny_study(rounds=100), folder)
    content = bytearray(store.read_bytes())
    for page in (len(content) // 4096 // 2, len(content) // 4096 - 3):
        content[page * 4096 : (page + 1) * 4096] = b"rubbish!" * 512
    store.write_bytes(content)
    run_study(STUDY, folder)
    assert shown(folder) == before
    verified(folder)
    assert len(asides(folder)) == 1
    run_study(STUDY, folder)
    assert shown(folder) == before
    with Store(store) as opened:
        assert 60 < opened.count() < 100


@pytest.mark.parametrize("content", [b"no database at all", b"x" * 5000, b"SQLite format 3\0" + b"\1" * 200], ids=len)
def test_a_file_that_is_no_database_is_set_aside(folder, content):
    before = shown(folder)
    (folder / STORE_NAME).write_bytes(content)
    outcome = run_study(STUDY, folder)
    assert outcome.report.computed == 8
    assert shown(folder) == before
    assert (folder / f"{STORE_NAME}.damaged-1").read_bytes() == content
    assert "0 of its trials could be read" in outcome.notices[0]


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE customers (name TEXT)", "INSERT INTO customers VALUES ('Ada')"),
        ("CREATE TABLE trials (settings, seed)", "INSERT INTO trials VALUES (1, 2)", "CREATE TABLE runs (id, arms)"),
        (*SCHEMA, "PRAGMA application_id = 1835628151", "PRAGMA user_version = 1"),
    ],
    ids=["of another program", "with tables of ours", "of another version"],
)
def test_a_foreign_database_is_set_aside_untouched(in_memory, statements):
    connection = sqlite3.connect(in_memory / STORE_NAME)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    content = (in_memory / STORE_NAME).read_bytes()
    outcome = run_study(STUDY, in_memory)
    assert outcome.report.computed == 8
    assert "0 of its trials" in outcome.notices[0]
    assert (in_memory / f"{STORE_NAME}.damaged-1").read_bytes() == content


def test_asides_never_replace_each_other(folder):
    for number in (1, 2, 3):
        (folder / STORE_NAME).write_bytes(b"rubbish %d" % number)
        run_study(STUDY, folder)
    assert [(folder / name).read_bytes() for name in asides(folder)] == [b"rubbish 1", b"rubbish 2", b"rubbish 3"]


def test_a_hot_journal_beside_a_damaged_store_is_not_played_into_the_new_one(folder):
    """A kill in the middle of a large transaction leaves a journal; then the store is damaged as well."""

    def die_with_a_hot_journal():
        connection = sqlite3.connect(folder / STORE_NAME, isolation_level=None)
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(200):
            connection.execute("INSERT INTO settings (key) VALUES (hex(randomblob(500)))")
        os._exit(7)

    before = shown(folder)
    assert forked(die_with_a_hot_journal) == 7
    journal = folder / f"{STORE_NAME}-journal"
    assert journal.stat().st_size > 512
    (folder / STORE_NAME).write_bytes(b"rubbish" * 1000)
    outcome = run_study(STUDY, folder)
    assert outcome.notices
    assert shown(folder) == before
    assert not journal.exists()
    assert run_counted(STUDY, folder) == 0
    with sqlite3.connect(folder / STORE_NAME) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_two_processes_find_the_damage_at_once(folder):
    before = shown(folder)
    flip_a_bit(folder / STORE_NAME, "history")
    children = [fork(lambda: run_study(STUDY, folder)) for _ in range(4)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert shown(folder) == before
    assert len(asides(folder)) == 1
    assert run_counted(STUDY, folder) == 0


def test_processes_on_one_folder_at_once_lose_nothing(in_memory):
    studies = [tiny_study(rounds=6, name=f"tiny{k % 2}", only={"lr": 0.1 + k % 2}, wide={"hidden": (5,)}) for k in range(4)]
    children = [fork(lambda study=study: run_study(study, in_memory)) for study in studies]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    together = {name: shown(in_memory, name) for name in ("tiny0", "tiny1")}
    for study in studies[:2]:
        assert run_counted(study, in_memory) == 0
        alone = in_memory / f"alone-{study.name}"
        run_study(study, alone)
        assert shown(alone, study.name) == together[study.name]
    assert not list(in_memory.glob(".*"))


def test_a_writer_waits_for_another_to_finish(in_memory):
    with Store(in_memory / STORE_NAME):
        pass
    other = sqlite3.connect(in_memory / STORE_NAME, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.5, lambda: other.execute("COMMIT"))
    timer.start()
    assert run_counted(STUDY, in_memory) == 8
    timer.join()
    other.close()


def limited_disk(kilobytes: int) -> None:
    """No file of this process can grow beyond so much, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))


def test_a_full_disk_leaves_what_was_there_and_goes_on_later(folder):
    before = shown(folder)
    more = tiny_study(rounds=300)
    read, write = os.pipe()

    def work(limit):
        limited_disk(limit)
        try:
            run_study(more, folder)
        except (StoreError, OSError) as error:
            os.write(write, f"{type(error).__name__} {error}\n".encode())

    for limit in (0, 64, 128):
        assert forked(lambda limit=limit: work(limit)) == 0
        assert shown(folder) == before
        assert not list(folder.glob(".*")), limit
    os.close(write)
    with os.fdopen(read) as lines:
        assert lines.read().splitlines() == [f"StoreError {folder / STORE_NAME}: disk I/O error"] * 3
    assert run_counted(STUDY, folder) == 0
    run_study(more, folder)
    assert shown(folder) != before


def test_sqlites_own_word_for_a_full_disk_is_passed_on(in_memory):
    with Store(in_memory / STORE_NAME) as store:
        store._connection.execute("PRAGMA max_page_count = 12")
        with pytest.raises(StoreError, match=r"trials\.sqlite: database or disk is full"):
            run_trials(tiny_study(rounds=100).trials, store)
        assert store.count() == 0


def test_a_read_only_folder_is_named(folder):
    before = shown(folder)
    folder.chmod(0o555)
    (folder / STORE_NAME).chmod(0o444)

    def work():
        if os.geteuid() == 0:  # root may write anywhere, so it becomes nobody
            os.setuid(65534)
        with Store(folder / STORE_NAME) as store:
            assert TrialReader(store).finished(TINY, range(8)) == set(range(8))
        with pytest.raises(StoreError, match="readonly database"):
            run_study(tiny_study(rounds=9), folder)

    assert forked(work) == 0
    folder.chmod(0o755)
    assert shown(folder) == before
