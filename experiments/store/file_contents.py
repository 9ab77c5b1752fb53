"""Keeps the contents of users' files that stored settings name, each once, under its digest.

So a stored trial can be computed again when the file has changed or is gone. A store of trials that need none has no such
table.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from typing import TYPE_CHECKING

from experiments.config.trial import TrialConfig
from experiments.config.user_files import UserFile, digest_of
from experiments.store.database import FILES

if TYPE_CHECKING:
    from experiments.store.store import Store

FOUND = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'files'"


def add_contents(connection: sqlite3.Connection, config: TrialConfig) -> None:
    """Keeps the contents of the files that settings name, those that are not kept yet."""
    for file in config.user_files():
        if file.texts:
            add_row(connection, (file.digest, file.path, zlib.compress(json.dumps(file.texts).encode())))


def add_row(connection: sqlite3.Connection, row: tuple[str, str, bytes]) -> None:
    """Keeps a digest, a path and packed texts, in a table that is made when it is missing."""
    if not _has_table(connection):
        connection.execute(FILES)
    connection.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?)", row)


def read_rows(connection: sqlite3.Connection) -> list[tuple[str, str, bytes]]:
    """Digest, path and packed texts of each file kept."""
    query = "SELECT digest, path, content FROM files ORDER BY digest"
    return connection.execute(query).fetchall() if _has_table(connection) else []


def contents(store: Store) -> dict[str, UserFile]:
    """The files kept, by digest; without those whose bytes are not whole."""
    rows = store.recovering(lambda: store.query("SELECT digest, path, content FROM files") if store.query(FOUND) else [])
    files = [_unpack(*row) for row in rows]
    return {file.digest: file for file in files if file is not None}


def _unpack(digest: str, path: str, content: bytes) -> UserFile | None:
    try:
        texts = tuple((name, text) for name, text in json.loads(zlib.decompress(content)))
        return UserFile(digest, path=path, texts=texts) if digest_of(texts) == digest else None
    except (ValueError, TypeError, zlib.error):
        return None


def remove_unused(connection: sqlite3.Connection) -> None:
    """Lets go of files that no stored settings name."""
    if _has_table(connection):
        connection.execute("DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM settings WHERE instr(key, digest))")


def _has_table(connection: sqlite3.Connection) -> bool:
    return connection.execute(FOUND).fetchone() is not None
