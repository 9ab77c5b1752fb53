"""The store: one SQLite file of finished trials, the only state of a results folder.

A trial is written once, in one transaction with the others of its chunk, under its resolved settings, its seed and the
digest of the code that computed it. Everything else in the folder is rebuilt from here. The log of runs beside the trials
is for the reader; nothing is computed from it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from experiments.config.trial import Trial, TrialConfig, config_from_dict
from experiments.errors import DamagedStoreError, MovedStoreError
from experiments.store.blobs import pack, unpack
from experiments.store.database import open_store, readable_errors, transaction
from experiments.store.recovery import owner_of, recover

if TYPE_CHECKING:
    from experiments.training.results import TrialResult

TRIALS_PER_QUERY = 500


@dataclass(frozen=True)
class Environment:
    """What a trial was computed by: digest of the code, torch's version and the CPU's capability."""

    digest: str
    torch: str
    cpu: str


@dataclass(frozen=True)
class Run:
    """One use of a command: when (UTC), output name, command, what sets each arm apart from the defaults, rounds, trials.

    `computed` trials and `seconds` are as far as it came when it last stored a chunk.
    """

    started: str
    name: str
    command: str
    arms: dict[str, dict[str, Any]]
    rounds: int
    total: int
    computed: int = 0
    seconds: float = 0.0


class Store:
    """The trials of one results folder. Safe for several processes at once; a kill at any moment loses no finished chunk.

    A file that is damaged or is not a store is set aside under another name when that is found out, the trials that can
    still be read are kept, and `notices` says so. Raises StoreError when the folder cannot be written, or the disk is full.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[str] = []
        try:
            self._connection = open_store(path)
        except DamagedStoreError as error:
            self._connection = self._mend(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def _mend(self, error: DamagedStoreError) -> sqlite3.Connection:
        notice = recover(self.path, str(error))
        self.notices += [notice] if notice else []
        return open_store(self.path)

    def finished(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> set[int]:
        """Which of these seeds are stored for these settings and this code. Their bytes are checked."""
        wanted = list(seeds)
        try:
            return {seed for seed, _ in self._results(config, wanted, digest)}
        except DamagedStoreError as error:
            self.close()
            self._connection = self._mend(error)
            return {seed for seed, _ in self._results(config, wanted, digest)}

    def results(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, TrialResult]]:
        """For each stored seed, in order: all that is kept of the trial."""
        from experiments.training.results import (
            TrialResult,  # Loads torch, which only to look into the store is not worth waiting for.
        )

        for seed, (history, parameters, steps) in self._results(config, seeds, digest):
            yield seed, TrialResult(history.pop("epoch"), history, parameters, steps["steps"])

    def _results(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, list[dict]]]:
        return self._columns("history, parameters, steps", config, seeds, digest)

    def histories(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the measured epochs and values by name."""
        return ((seed, history) for seed, (history,) in self._columns("history", config, seeds, digest))

    def parameters(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the final parameters by name."""
        return ((seed, parameters) for seed, (parameters,) in self._columns("parameters", config, seeds, digest))

    def steps(self, config: TrialConfig, seeds: Iterable[int], digest: str) -> Iterator[tuple[int, np.ndarray]]:
        """For each stored seed, in order: the loss of every batch, where the settings asked for it."""
        return ((seed, steps["steps"]) for seed, (steps,) in self._columns("steps", config, seeds, digest))

    def _columns(
        self, columns: str, config: TrialConfig, seeds: Iterable[int], digest: str
    ) -> Iterator[tuple[int, list[dict[str, np.ndarray]]]]:
        """For each stored seed, in order, the arrays in some columns. Raises DamagedStoreError when bytes are not whole."""
        key, wanted = config.key(), sorted(seeds)
        for start in range(0, len(wanted), TRIALS_PER_QUERY):
            part = wanted[start : start + TRIALS_PER_QUERY]
            rows = self._query(
                f"SELECT seed, {columns} FROM trials JOIN settings ON settings.id = trials.settings "
                f"WHERE key = ? AND digest = ? AND seed IN ({','.join('?' * len(part))}) ORDER BY seed",
                (key, digest, *part),
            )
            for seed, *blobs in rows:
                try:
                    yield seed, [unpack(blob, owner_of(key, seed, digest)) for blob in blobs]
                except ValueError as error:
                    raise DamagedStoreError(f"{self.path}: the bytes of seed {seed} are damaged") from error

    def environments(self, config: TrialConfig, digest: str) -> list[Environment]:
        """The different torch versions and CPUs that the stored trials of these settings come from."""
        rows = self._query(
            "SELECT DISTINCT torch, cpu FROM trials JOIN settings ON settings.id = trials.settings "
            "WHERE key = ? AND digest = ? ORDER BY torch, cpu",
            (config.key(), digest),
        )
        return [Environment(digest, *row) for row in rows]

    def trials(self, environment: Environment) -> list[Trial]:
        """Every trial stored from this environment, in a fixed order."""
        rows = self._query(
            "SELECT key, seed FROM trials JOIN settings ON settings.id = trials.settings "
            "WHERE digest = ? AND torch = ? AND cpu = ? ORDER BY key, seed",
            (environment.digest, environment.torch, environment.cpu),
        )
        configs = {key: config_from_dict(json.loads(key)) for key in {key for key, _ in rows}}
        return [Trial(configs[key], seed) for key, seed in rows]

    def seeds_of(self, config: TrialConfig) -> set[int]:
        """The seeds stored for these settings, by whatever code."""
        query = "SELECT DISTINCT seed FROM trials JOIN settings ON settings.id = trials.settings WHERE key = ?"
        return {seed for (seed,) in self._query(query, (config.key(),))}

    def count(self) -> int:
        """How many trials are stored, from whatever environment."""
        return int(self._query("SELECT count(*) FROM trials")[0][0])

    def add(
        self,
        results: Sequence[tuple[Trial, TrialResult]],
        environment: Environment,
        run: int | None = None,
        seconds: float = 0.0,
    ) -> None:
        """Writes finished trials in one transaction. One that is there already is left as it is.

        With the number of a run, its trials and seconds are brought up to date in the same transaction.
        """

        def write() -> None:
            for trial, result in results:
                self._insert(trial, result, environment)
            if run is not None:
                change = "UPDATE runs SET computed = computed + ?, seconds = ? WHERE id = ?"
                self._connection.execute(change, (len(results), seconds, run))

        self._write(write)

    def _write(self, write: Callable[[], None]) -> None:
        """In a transaction; a second time when another process has put a mended file in the place of this one."""
        try:
            with readable_errors(self.path), transaction(self._connection):
                write()
        except MovedStoreError:
            self.close()
            self._connection = open_store(self.path)
            with readable_errors(self.path), transaction(self._connection):
                write()

    def _insert(self, trial: Trial, result: TrialResult, environment: Environment) -> None:
        key = trial.config.key()
        owner = owner_of(key, trial.seed, environment.digest)
        parts = ({"epoch": result.epochs, **result.measured}, result.parameters, {"steps": result.steps})
        blobs = [pack(part, owner) for part in parts]
        self._connection.execute("INSERT OR IGNORE INTO settings (key) VALUES (?)", (key,))
        self._connection.execute(
            "INSERT OR IGNORE INTO trials VALUES ((SELECT id FROM settings WHERE key = ?), ?, ?, ?, ?, ?, ?, ?)",
            (key, trial.seed, environment.digest, environment.torch, environment.cpu, *blobs),
        )

    def start_run(self, run: Run) -> int:
        """Notes that a command was started; the number to give to `add`."""
        values = asdict(run) | {"arms": json.dumps(run.arms)}
        statement = f"INSERT INTO runs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        number = 0

        def write() -> None:
            nonlocal number
            number = self._connection.execute(statement, tuple(values.values())).lastrowid or 0

        self._write(write)
        return number

    def runs(self) -> list[Run]:
        """The runs noted, oldest first."""
        rows = self._query("SELECT started, name, command, arms, rounds, total, computed, seconds FROM runs ORDER BY id")
        return [Run(started, name, command, _parse_arms(arms), *rest) for started, name, command, arms, *rest in rows]

    def _query(self, query: str, values: Sequence[Any] = ()) -> list[tuple]:
        with readable_errors(self.path):
            return self._connection.execute(query, values).fetchall()


def _parse_arms(text: str) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):  # Damaged; it is for the reader only.
        return {}
