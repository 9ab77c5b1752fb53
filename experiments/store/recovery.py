"""Sets a damaged or foreign store aside and puts a new one with its readable trials in its place.

A kill at any moment leaves the damaged file or the new one under the store's name, never less than was readable. The new
file is complete before it takes the name, and the damaged one has its other name before it loses this one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from experiments.errors import DamagedStoreError, StoreError
from experiments.files import locked, sync_directory
from experiments.store.blobs import unpack
from experiments.store.database import SECONDS_TO_WAIT, open_store, readable_errors, transaction
from experiments.store.file_contents import add_row, read_rows

MIN_BYTES_PER_ROW = 64
COMPANIONS = ("-journal", "-wal", "-shm")
UNREADABLE = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
TRIALS = (
    "SELECT trials.rowid AS number, key, seed, digest, torch, cpu, history, parameters, steps FROM trials "
    "JOIN settings ON settings.id = trials.settings"
)
RUNS = "SELECT id AS number, id, started, name, command, arms, rounds, total, computed, seconds FROM runs"


def owner_of(key: str, seed: int, digest: str) -> str:
    """What the checksum of a trial's arrays says of whose they are."""
    return f"{key} {seed} {digest}"


def recover(path: Path, reason: str) -> str | None:
    """Replaces the damaged file; returns a line for the user, or None when another process has done it meanwhile."""
    new = path.with_name(f".{path.stem}.partial{path.suffix}")
    with readable_errors(path), locked(path.parent):
        if _is_whole(path):
            return None
        try:
            kept = _copy_readable(path, new)
            aside = _set_aside(path)
            for end in COMPANIONS:
                companion = path.with_name(path.name + end)
                if companion.exists():
                    companion.replace(aside.with_name(aside.name + end))
            new.replace(path)
        except BaseException:
            _remove(new)
            raise
        sync_directory(path.parent)
    return f"{reason}; the file is kept as {aside.name}, and {kept} of its trials could be read and were taken over"


def check_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Reads the whole file. Raises DamagedStoreError, or sqlite3.DatabaseError, at the first thing that is damaged."""
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedStoreError(f"{path}: {verdict.splitlines()[-1]}")
    for _, *trial in connection.execute(TRIALS):
        if not _has_whole_bytes(trial):
            raise DamagedStoreError(f"{path}: the bytes of seed {trial[1]} are damaged")


def _is_whole(path: Path) -> bool:
    try:
        with contextlib.closing(open_store(path)) as connection, readable_errors(path):
            check_whole(connection, path)
    except DamagedStoreError:
        return False
    return True


def _copy_readable(path: Path, new: Path) -> int:
    _remove(new)
    kept = 0
    opened = contextlib.closing(sqlite3.connect(path, SECONDS_TO_WAIT))
    with opened as source, contextlib.closing(open_store(new)) as target, transaction(target):
        # Otherwise a file that is shorter than it says is not read at all.
        _read(source, "PRAGMA writable_schema = ON")
        for key, *rest in _trials(source, path):
            target.execute("INSERT OR IGNORE INTO settings (key) VALUES (?)", (key,))
            (settings,) = target.execute("SELECT id FROM settings WHERE key = ?", (key,)).fetchone()
            target.execute("INSERT OR IGNORE INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (settings, *rest))
            kept += 1
        with contextlib.suppress(sqlite3.DatabaseError):
            for row in read_rows(source):
                add_row(target, row)
        for run in _rows(source, path, RUNS):
            target.execute("INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", run)
    return kept


def _trials(connection: sqlite3.Connection, path: Path) -> Iterator[tuple[Any, ...]]:
    """The trials whose bytes are whole."""
    return (row for row in _rows(connection, path, TRIALS) if _has_whole_bytes(row))


def _has_whole_bytes(trial: Sequence[Any]) -> bool:
    key, seed, digest, _, _, *blobs = trial
    try:
        for blob in blobs:
            unpack(blob, owner_of(key, seed, digest))
    except (ValueError, TypeError, AttributeError):
        return False
    return True


def _rows(connection: sqlite3.Connection, path: Path, query: str) -> Iterator[tuple[Any, ...]]:
    """Each row that can be read, by its number, so that an unreadable one does not hide those behind it."""
    for number in sorted(_numbers(connection, path, query)):
        row = _read(connection, f"SELECT * FROM ({query}) WHERE number = ?", number)
        if row is not None:
            yield row[1:]


def _numbers(connection: sqlite3.Connection, path: Path, query: str) -> set[int]:
    """The numbers that rows may have.

    Those that the table's index and the table itself tell, each as far as it can be read, as removed trials leave gaps of any
    size; and all from 1 on, of which a damaged file may name any as the last: no more than have room in it are tried.
    """
    most = path.stat().st_size // MIN_BYTES_PER_ROW
    (last,) = _read(connection, f"SELECT max(number) FROM ({query})") or (most,)
    numbers = set(range(1, min(last or 0, most) + 1))
    for table in ("trials", "trials NOT INDEXED") if query == TRIALS else ("runs",):
        with contextlib.suppress(sqlite3.DatabaseError):
            for (number,) in connection.execute(f"SELECT rowid FROM {table}"):
                numbers.add(number)
    return numbers


def _read(connection: sqlite3.Connection, query: str, *values: int) -> tuple[Any, ...] | None:
    """The row, or None when there is none that can be read. Raises sqlite3.Error when the file is not to blame."""
    try:
        return connection.execute(query, values).fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF not in UNREADABLE:
            raise
        return None


def _set_aside(path: Path) -> Path:
    """Gives the file another name that is not taken; it keeps this one too."""
    for number in range(1, 10_000):
        aside = path.with_name(f"{path.name}.damaged-{number}")
        try:
            os.link(path, aside)
        except FileExistsError:
            if aside.samefile(path):
                return aside
        except OSError:  # No hard links on this file system.
            if not aside.exists():
                shutil.copyfile(path, aside)
                return aside
        else:
            return aside
    raise StoreError(f"{path}: no free name to set the damaged file aside")


def _remove(path: Path) -> None:
    for end in ("", *COMPANIONS):
        path.with_name(path.name + end).unlink(missing_ok=True)
