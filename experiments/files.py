"""The one place that writes result files: each is whole or not there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no advisory locks; there two writers at once are not kept apart.
    fcntl = None  # type: ignore[assignment]

STORE_NAME = "trials.sqlite"

_held: set[Path] = set()


def sync_directory(folder: Path) -> None:
    """Makes the folder's entries durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder against other processes that write results; within itself, it does nothing more.

    The system lets go when the process ends, however it ends, so no lock is ever stale. For one thread a process.
    """
    folder = folder.resolve()
    if folder in _held:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        _held.add(folder)
        yield
    finally:
        _held.discard(folder)
        os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Removes what a kill has left half-written; to be called while the folder is held."""
    for path in folder.glob(".*.partial.*"):
        path.unlink()


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Has `write` fill a new file beside `path`, then puts it in its place in one step.

    A reader, a kill or a full disk sees the old file whole or the new one whole. Raises OSError, leaving the old one.
    The new file's passing name is always the same, so that one left by a kill is written over the next time.
    """
    temporary = path.with_name(f".{path.stem}.partial{path.suffix}")
    with locked(path.parent):
        try:
            write(temporary)
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
            temporary.replace(path)
        except BaseException as error:
            temporary.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno is not None:
                error.filename = str(path)
            raise
        sync_directory(path.parent)


def write_text(path: Path, text: str) -> None:
    """Replaces a text file."""
    replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
