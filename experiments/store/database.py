"""The store as a file: its layout, opening it, and transactions.

Opening it reads the first page, whatever its size. Damage further on is noticed by what reads there, as each trial's bytes have
a checksum and SQLite checks its structures, or by `recovery.check_whole`, which reads all of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from experiments.errors import DamagedStoreError, MovedStoreError, StoreError

APPLICATION_ID = 0x6D696677  # "mifw"
FORMAT = 2
SECONDS_TO_WAIT = 60.0
SCHEMA = (
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
    """CREATE TABLE trials (
        settings INTEGER NOT NULL REFERENCES settings, seed INTEGER NOT NULL, digest TEXT NOT NULL,
        torch TEXT NOT NULL, cpu TEXT NOT NULL, history BLOB NOT NULL, parameters BLOB NOT NULL, steps BLOB NOT NULL,
        PRIMARY KEY (settings, seed, digest))""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, name TEXT NOT NULL, command TEXT NOT NULL, arms TEXT NOT NULL,
        rounds INTEGER NOT NULL, total INTEGER NOT NULL, computed INTEGER NOT NULL, seconds REAL NOT NULL)""",
)
# Only a store of trials that need a user's file has it; see `experiments.store.file_contents`.
FILES = "CREATE TABLE files (digest TEXT PRIMARY KEY, path TEXT NOT NULL, content BLOB NOT NULL)"


@contextlib.contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """Turns what goes wrong with the file into a StoreError, or one of its kinds."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        kind = StoreError
        if code == sqlite3.SQLITE_READONLY_DBMOVED:
            kind = MovedStoreError
        elif code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            kind = DamagedStoreError
        raise kind(f"{path}: {error}") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written within it, or nothing. Waits for other writers."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_store(path: Path) -> sqlite3.Connection:
    """Opens the file, making it when it is missing or empty. Raises StoreError, or DamagedStoreError."""
    with readable_errors(path):
        connection = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)
        try:
            # Also syncs the folder after a transaction, so that it is not undone by a loss of power.
            connection.execute("PRAGMA synchronous = EXTRA")
            if _is_empty(connection):
                _create(connection)
            _check(path, connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _is_empty(connection: sqlite3.Connection) -> bool:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application == 0 and tables == 0)


def _create(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        if _is_empty(connection):  # Another process may have been first.
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")


def _check(path: Path, connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise DamagedStoreError(f"{path}: not a store of minifw")
    if version != FORMAT:
        raise DamagedStoreError(f"{path}: a store of another version of minifw")
    tables = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")}
    if tables - {FILES} != set(SCHEMA):
        raise DamagedStoreError(f"{path}: its tables are not those of a store")
