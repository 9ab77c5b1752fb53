"""The store as a file: errors in words, transactions that are whole, and what counts as a store."""

from __future__ import annotations

import sqlite3

import pytest

from experiments.errors import DamagedStoreError, MovedStoreError, StoreError
from experiments.store.database import APPLICATION_ID, FORMAT, SCHEMA, open_store, readable_errors, transaction
from experiments.store.store import Store


@pytest.fixture
def path(in_memory):
    return in_memory / "trials.sqlite"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_READONLY_DBMOVED, MovedStoreError),
        (sqlite3.SQLITE_CORRUPT, DamagedStoreError),
        (sqlite3.SQLITE_CORRUPT_INDEX, DamagedStoreError),
        (sqlite3.SQLITE_NOTADB, DamagedStoreError),
        (sqlite3.SQLITE_BUSY, StoreError),
        (sqlite3.SQLITE_READONLY, StoreError),
        (None, StoreError),
    ],
)
def test_each_error_has_its_kind(path, code: int | None, kind: type) -> None:
    error = sqlite3.OperationalError("no good")
    if code is not None:
        error.sqlite_errorcode = code
    with pytest.raises(StoreError, match=r"trials\.sqlite: no good$") as caught, readable_errors(path):
        raise error
    assert type(caught.value) is kind


def test_an_error_of_the_system_is_named_too(path) -> None:
    for error, says in ((OSError(28, "No space left"), "No space left"), (OSError("odd"), "odd")):
        with pytest.raises(StoreError, match=rf"trials\.sqlite: {says}$"), readable_errors(path):
            raise error


def test_a_transaction_is_kept_whole_or_taken_back(path) -> None:
    connection = open_store(path)
    with transaction(connection):
        connection.execute("INSERT INTO settings (key) VALUES ('a')")
    assert not connection.in_transaction
    with pytest.raises(KeyboardInterrupt), transaction(connection):
        connection.execute("INSERT INTO settings (key) VALUES ('b')")
        raise KeyboardInterrupt
    assert not connection.in_transaction
    with pytest.raises(ZeroDivisionError), transaction(connection):
        connection.execute("ROLLBACK")
        raise ZeroDivisionError
    assert connection.execute("SELECT key FROM settings").fetchall() == [("a",)]
    connection.close()


def test_a_transaction_holds_the_file_from_its_first_line(path) -> None:
    connection, other = open_store(path), sqlite3.connect(path, timeout=0, isolation_level=None)
    with transaction(connection), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    connection.close()


def test_a_new_file_says_what_it_is_and_syncs_its_folder(path) -> None:
    path.touch()
    connection = open_store(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"mifw", "big"),) == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (3,)
    assert {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")} == set(SCHEMA)
    connection.close()
    open_store(path).close()


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["PRAGMA application_id = 1"], "not a store of minifw"),
        ([f"PRAGMA user_version = {FORMAT + 1}"], "a store of another version of minifw"),
        (["DROP TABLE runs"], "its tables are not those of a store"),
        (["CREATE TABLE more (x)"], "its tables are not those of a store"),
    ],
)
def test_what_is_no_store_of_ours_is_refused_and_let_go(path, statements: list[str], says: str) -> None:
    open_store(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    with pytest.raises(DamagedStoreError, match=f"{says}$"):
        open_store(path)


def test_a_file_with_tables_is_not_taken_for_an_empty_one(path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("CREATE TABLE customers (name)")
    connection.close()
    with pytest.raises(DamagedStoreError, match="not a store of minifw"):
        open_store(path)


def test_leaving_the_store_lets_go_of_its_file(path) -> None:
    with Store(path) as store:
        assert store.count() == 0
    with pytest.raises(StoreError, match="closed database"):
        store.count()
