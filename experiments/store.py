"""The store: one SQLite file of finished trials, the only state of a results folder.

A trial is written once, in one transaction with the others of its chunk, under its resolved settings, its seed and the
digest of the code that computed it. Everything else in the folder is rebuilt from here.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from experiments.arrays import pack, unpack
from experiments.config import Trial, TrialConfig, config_from_dict
from experiments.files import sync_directory
from experiments.trials import TrialResult

APPLICATION_ID = 0x6D696677  # "mifw"
FORMAT = 1
SECONDS_TO_WAIT = 60.0
TRIALS_PER_QUERY = 500

SCHEMA = (
    "CREATE TABLE settings (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
    """CREATE TABLE trials (
        settings INTEGER NOT NULL REFERENCES settings, seed INTEGER NOT NULL, digest TEXT NOT NULL,
        torch TEXT NOT NULL, cpu TEXT NOT NULL, history BLOB NOT NULL, parameters BLOB NOT NULL, steps BLOB NOT NULL,
        PRIMARY KEY (settings, seed, digest))""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, name TEXT NOT NULL, command TEXT NOT NULL, arms TEXT NOT NULL,
        rounds INTEGER NOT NULL, computed INTEGER NOT NULL, seconds REAL NOT NULL)""",
)


class StoreError(Exception):
    """The store cannot be read or written; the message is one line for the user."""


@dataclass(frozen=True)
class Environment:
    """What a trial was computed by: digest of the code, torch's version and the CPU's capability."""

    digest: str
    torch: str
    cpu: str


@dataclass(frozen=True)
class Run:
    """One use of a command: when (UTC), output name, command, settings of each arm, rounds, trials computed, seconds."""

    started: str
    name: str
    command: str
    arms: dict[str, dict[str, Any]]
    rounds: int
    computed: int
    seconds: float


class Store:
    """The trials of one results folder. Safe for several processes at once; a kill at any moment loses no finished chunk.

    Opening a file that is damaged or is not a store sets it aside under another name, keeps the trials that can still
    be read, and says so in `notices`. Raises StoreError when the folder cannot be written, or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[str] = []
        with _readable_errors(path):
            try:
                self._connection = _open(path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._recover(str(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def finished(self, config: TrialConfig, digest: str) -> set[int]:
        """The seeds that are stored for these settings and this code."""
        query = "SELECT seed FROM trials JOIN settings ON settings.id = trials.settings WHERE key = ? AND digest = ?"
        with self._reading():
            return {seed for (seed,) in self._connection.execute(query, (config.key(), digest))}

    def add(self, results: Sequence[tuple[Trial, TrialResult]], environment: Environment) -> None:
        """Writes finished trials in one transaction. One that is there already is left as it is."""
        with self._writing():
            for trial, result in results:
                self._insert(trial.config.key(), trial.seed, environment, *_to_blobs(result))

    def _insert(self, key: str, seed: int, environment: Environment, history: bytes, parameters: bytes, steps: bytes) -> None:
        self._connection.execute("INSERT OR IGNORE INTO settings (key) VALUES (?)", (key,))
        self._connection.execute(
            "INSERT OR IGNORE INTO trials VALUES ((SELECT id FROM settings WHERE key = ?), ?, ?, ?, ?, ?, ?, ?)",
            (key, seed, environment.digest, environment.torch, environment.cpu, history, parameters, steps),
        )

    def histories(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the measured epochs and values by name."""
        return ((seed, unpack(history)) for seed, history in self._column("history", config, seeds, digest))

    def parameters(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the final parameters by name."""
        return ((seed, unpack(blob)) for seed, blob in self._column("parameters", config, seeds, digest))

    def steps(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, np.ndarray]]:
        """For each stored seed, in order: the loss of every batch, where the settings asked for it."""
        return ((seed, unpack(blob)["steps"]) for seed, blob in self._column("steps", config, seeds, digest))

    def environments(self, config: TrialConfig, digest: str) -> list[Environment]:
        """The different torch versions and CPUs that the stored trials of these settings come from."""
        query = (
            "SELECT DISTINCT torch, cpu FROM trials JOIN settings ON settings.id = trials.settings "
            "WHERE key = ? AND digest = ? ORDER BY torch, cpu"
        )
        with self._reading():
            return [Environment(digest, *row) for row in self._connection.execute(query, (config.key(), digest))]

    def trials(self, digest: str) -> list[Trial]:
        """Every stored trial of this code, in a fixed order."""
        query = (
            "SELECT key, seed FROM trials JOIN settings ON settings.id = trials.settings WHERE digest = ? ORDER BY key, seed"
        )
        with self._reading():
            rows = self._connection.execute(query, (digest,)).fetchall()
        configs = {key: config_from_dict(json.loads(key)) for key in {key for key, _ in rows}}
        return [Trial(configs[key], seed) for key, seed in rows]

    def add_run(self, run: Run) -> None:
        """Notes that a command was run."""
        with self._writing():
            self._connection.execute(
                "INSERT INTO runs (started, name, command, arms, rounds, computed, seconds) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run.started, run.name, run.command, json.dumps(run.arms), run.rounds, run.computed, run.seconds),
            )

    def runs(self) -> list[Run]:
        """The runs noted, oldest first."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT started, name, command, arms, rounds, computed, seconds FROM runs ORDER BY id"
            ).fetchall()
        return [Run(row[0], row[1], row[2], json.loads(row[3]), *row[4:]) for row in rows]

    def _column(self, column: str, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, bytes]]:
        wanted = sorted(seeds)
        for start in range(0, len(wanted), TRIALS_PER_QUERY):
            part = wanted[start : start + TRIALS_PER_QUERY]
            query = (
                f"SELECT seed, {column} FROM trials JOIN settings ON settings.id = trials.settings "
                f"WHERE key = ? AND digest = ? AND seed IN ({','.join('?' * len(part))}) ORDER BY seed"
            )
            with self._reading():
                rows = self._connection.execute(query, (config.key(), digest, *part)).fetchall()
            yield from rows

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        with _readable_errors(self.path):
            yield

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with _readable_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _recover(self, reason: str) -> None:
        aside = _free_name(self.path)
        self.path.rename(aside)
        journal = self.path.with_name(self.path.name + "-journal")
        if journal.exists():
            journal.rename(aside.with_name(aside.name + "-journal"))
        sync_directory(self.path.parent)
        self._connection = _open(self.path)
        kept = 0
        for key, seed, environment, blobs in _readable_trials(aside):
            with self._writing():
                self._insert(key, seed, environment, *blobs)
            kept += 1
        self.notices.append(f"{self.path} could not be read ({reason}); it is now {aside.name}, {kept} of its trials were kept")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application == 0 and tables == 0:
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif application != APPLICATION_ID or version != FORMAT:
            raise sqlite3.DatabaseError("not a store of this program")
        elif (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"damaged: {verdict.splitlines()[0]}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _to_blobs(result: TrialResult) -> tuple[bytes, bytes, bytes]:
    history = pack({"epoch": result.epochs, **result.measured})
    return history, pack(result.parameters), pack({"steps": result.steps})


def _readable_trials(path: Path) -> Iterator[tuple[str, int, Environment, tuple[bytes, bytes, bytes]]]:
    """The trials of a damaged store whose bytes are whole."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            last = connection.execute("SELECT max(rowid) FROM trials").fetchone()[0] or 0
        except sqlite3.DatabaseError:
            return
        query = (
            "SELECT key, seed, digest, torch, cpu, history, parameters, steps FROM trials "
            "JOIN settings ON settings.id = trials.settings WHERE trials.rowid = ?"
        )
        for rowid in range(1, last + 1):
            try:
                row = connection.execute(query, (rowid,)).fetchone()
                if row:
                    for blob in row[5:]:
                        unpack(blob)
                    yield row[0], row[1], Environment(*row[2:5]), row[5:]
            except (sqlite3.DatabaseError, ValueError):
                continue


def _free_name(path: Path) -> Path:
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        candidate = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
        if not candidate.exists():
            return candidate
    raise StoreError(f"{path}: no free name to set the damaged file aside")


@contextlib.contextmanager
def _readable_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path}: {error}") from error
