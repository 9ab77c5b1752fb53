"""Removes trials that no code can find any more: those whose digest is not of the code as it is now."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from experiments.config.engines import ENGINES
from experiments.errors import StoreError
from experiments.store.code_digest import code_digest
from experiments.store.file_contents import remove_unused
from experiments.store.store import Store


@dataclass(frozen=True)
class Outdated:
    """Trials of code that is gone: how many, and the bytes of their arrays. free_bytes: what nothing takes up in the file."""

    trials: int
    bytes: int
    free_bytes: int


def find_outdated(store: Store, digests: Collection[str] | None = None) -> Outdated:
    """What `prune` would remove and free."""
    where, kept = _outdated(digests)
    query = f"SELECT count(*), total(length(history) + length(parameters) + length(steps)) FROM trials {where}"
    ((trials, size),) = store.recovering(lambda: store.query(query, kept))
    ((pages,),) = store.query("PRAGMA freelist_count")
    ((page_bytes,),) = store.query("PRAGMA page_size")
    return Outdated(trials, int(size), pages * page_bytes)


def prune(store: Store, digests: Collection[str] | None = None) -> int:
    """Removes trials of code that is gone and gives their space back to the system; returns how many.

    Both steps are transactions: a kill leaves the file as it was before one of them, and the next call does the rest. What
    another process stores meanwhile is kept. The second step copies the file, and needs the room for it; raises StoreError when
    there is none, or when another process does not let go of the file for a minute.

    Args:
        digests: of the code whose trials are kept; those of this code unless given.
    """

    def remove(connection: sqlite3.Connection) -> int:
        where, kept = _outdated(digests)
        removed = connection.execute(f"DELETE FROM trials {where}", kept).rowcount
        connection.execute("DELETE FROM settings WHERE id NOT IN (SELECT settings FROM trials)")
        remove_unused(connection)
        return removed

    removed = store.write(remove)
    try:
        store.change(lambda connection: connection.execute("VACUUM"))
    except StoreError as error:
        raise StoreError(f"{error}; {removed} trials are removed, but their space is not given back yet") from error
    return removed


def _outdated(digests: Collection[str] | None) -> tuple[str, Sequence[str]]:
    kept = [code_digest(name) for name in ENGINES] if digests is None else list(digests)
    return f"WHERE digest NOT IN ({','.join('?' * len(kept))})", kept
