"""Contents of users' files in the store."""

import sqlite3

import pytest

from experiments.config.trial import TrialConfig
from experiments.config.user_files import UserFile, digest_of
from experiments.store.database import FILES, SCHEMA
from experiments.store.file_contents import add_contents, contents, remove_unused
from experiments.store.recovery import recover
from experiments.store.store import Store

TEXTS = (("points.csv", "a,b\n1,é\n"),)
FILE = UserFile(digest_of(TEXTS), path="here/points.csv", texts=TEXTS)


class Naming(TrialConfig):
    def user_files(self):
        return [FILE, UserFile("0" * 32)]


@pytest.fixture
def path(in_memory):
    return in_memory / "trials.sqlite"


def tables(path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found


def test_contents_are_kept_once_and_read_again(path):
    with Store(path) as store:
        assert contents(store) == {} and tables(path) == set(SCHEMA)
        for _ in range(2):
            store.write(lambda connection: add_contents(connection, Naming()))
        (kept,) = contents(store).values()
        assert (kept, kept.path, kept.texts) == (FILE, FILE.path, TEXTS)
    assert tables(path) == {*SCHEMA, FILES}
    with Store(path) as store:
        assert store.notices == [] and contents(store) == {FILE.digest: FILE}


def test_damaged_contents_are_not_taken_for_the_file(path):
    with Store(path) as store:
        store.write(lambda connection: add_contents(connection, Naming()))
        for bytes_ in (b"no", b"x\x9c\xab\xae\x05\x00\x01u\x00\xf9"):
            store.write(lambda connection, b=bytes_: connection.execute("UPDATE files SET content = ?", (b,)))
            assert contents(store) == {}


def test_contents_survive_a_recovery(path):
    with Store(path) as store:
        store.write(lambda connection: add_contents(connection, Naming()))
        store.write(lambda connection: connection.execute("CREATE TABLE foreign_table (x)"))
    recover(path, "damaged")
    with Store(path) as store:
        assert contents(store)[FILE.digest].texts == TEXTS


def test_contents_that_no_settings_name_go(path):
    with Store(path) as store:
        store.write(lambda connection: add_contents(connection, Naming()))
        store.write(
            lambda connection: connection.execute("INSERT INTO settings (key) VALUES (?)", (f'{{"data":"{FILE.plain}"}}',))
        )
        store.write(remove_unused)
        assert contents(store)
        store.write(lambda connection: connection.execute("DELETE FROM settings"))
        store.write(remove_unused)
        assert not contents(store)
