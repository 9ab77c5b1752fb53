"""Setting a damaged file aside where that is hard: no links, taken names, a file that is busy, an error in between."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from experiments.errors import StoreError
from experiments.store import recovery
from experiments.store.store import Store


@pytest.fixture
def path(in_memory):
    path = in_memory / "trials.sqlite"
    path.write_bytes(b"rubbish")
    return path


@pytest.fixture
def no_links(monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)


def asides(path: Path) -> dict[str, bytes]:
    return {aside.name: aside.read_bytes() for aside in path.parent.glob("trials.sqlite.damaged-*")}


def test_without_hard_links_the_file_is_copied_under_the_first_free_name(path, no_links) -> None:
    (path.parent / "trials.sqlite.damaged-1").write_bytes(b"older")
    with Store(path) as store:
        assert store.count() == 0
        assert "is kept as trials.sqlite.damaged-2, and 0 of its trials" in store.notices[0]
    assert asides(path) == {"trials.sqlite.damaged-1": b"older", "trials.sqlite.damaged-2": b"rubbish"}


def test_a_link_that_a_killed_run_has_made_is_used(path) -> None:
    (path.parent / "trials.sqlite.damaged-1").write_bytes(b"older")
    os.link(path, path.parent / "trials.sqlite.damaged-2")
    Store(path).close()
    assert asides(path) == {"trials.sqlite.damaged-1": b"older", "trials.sqlite.damaged-2": b"rubbish"}


def test_when_every_name_is_taken_that_is_said(path, monkeypatch) -> None:
    def taken(*_: object) -> None:
        raise FileExistsError

    monkeypatch.setattr(os, "link", taken)
    monkeypatch.setattr(Path, "samefile", lambda *_: False)
    with pytest.raises(StoreError, match="no free name to set the damaged file aside"):
        Store(path)
    assert path.read_bytes() == b"rubbish" and list(path.parent.glob(".*")) == []


def test_an_error_in_between_leaves_the_damaged_file_and_nothing_half_made(path, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(recovery, "_set_aside", fail)
    with pytest.raises(ZeroDivisionError):
        recovery.recover(path, "reason")
    assert [file.name for file in path.parent.iterdir()] == ["trials.sqlite"] and path.read_bytes() == b"rubbish"


def test_a_file_that_another_has_mended_is_left_alone(in_memory) -> None:
    path = in_memory / "trials.sqlite"
    Store(path).close()
    content = path.read_bytes()
    assert recovery.recover(path, "reason") is None
    assert path.read_bytes() == content and asides(path) == {}


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_companions_go_along(path, end: str) -> None:
    path.with_name(path.name + end).write_bytes(b"companion")
    recovery.recover(path, "reason")
    assert not path.with_name(path.name + end).exists()
    if end == "-shm":  # The others SQLite itself removes where nothing in them can be played.
        assert path.with_name(f"trials.sqlite.damaged-1{end}").read_bytes() == b"companion"


def test_the_notice_names_the_reason_and_the_copy(path) -> None:
    assert recovery.recover(path, "odd bytes") == (
        "odd bytes; the file is kept as trials.sqlite.damaged-1, and 0 of its trials could be read and were taken over"
    )


def test_a_busy_file_is_not_a_damaged_one(in_memory) -> None:
    path = in_memory / "busy.sqlite"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN EXCLUSIVE")
    reader = sqlite3.connect(path, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        recovery._read(reader, "SELECT x FROM t")
    holder.execute("ROLLBACK")
    assert recovery._read(reader, "SELECT x FROM t") is None
    assert recovery._read(reader, "SELECT no FROM t") is None
    assert recovery._read(reader, "SELECT 5 WHERE 1 = ?", 1) == (5,)
    reader.close()
    holder.close()
