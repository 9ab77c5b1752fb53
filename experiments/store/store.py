"""The store: one SQLite file of finished trials, the only state of a results folder.

A trial is written once, in one transaction with the others of its chunk, under its resolved settings, its seed and the
digest of the code that computed it. Everything else in the folder is rebuilt from here; `experiments.store.reader` reads it.
The log of runs beside the trials is for the reader of `minifw runs`; nothing is computed from it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from experiments.config.trial import Trial, TrialConfig, config_from_dict
from experiments.errors import DamagedStoreError, MovedStoreError
from experiments.store.blobs import pack
from experiments.store.database import open_store, readable_errors, transaction
from experiments.store.file_contents import add_contents, contents
from experiments.store.recovery import check_whole, owner_of, recover

if TYPE_CHECKING:
    from experiments.training.results import TrialResult

T = TypeVar("T")


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

    Opening it looks at its first page only. A file that is damaged or is not a store is set aside under another name when that
    is found out, on opening, on reading or by `check`; the trials that can still be read are kept, and `notices` says so.
    Raises StoreError when the folder cannot be written, or the disk is full.

    Example:
        >>> from experiments import STUDIES, Store, run_study
        >>> result = run_study(STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3}), "results")
        >>> with Store("results/trials.sqlite") as store:
        ...     store.count(), store.runs()[0].name
        (4, 'train')
    """

    def __init__(self, path: Path | str) -> None:
        self.path = path = Path(path)
        self.notices: list[str] = []
        try:
            self._connection = open_store(path)
        except DamagedStoreError as error:
            self._connection = self._recover(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def recover(self, error: DamagedStoreError) -> None:
        """Puts a file with the trials that can be read in the place of the damaged one."""
        self.close()
        self._connection = self._recover(error)

    def _recover(self, error: DamagedStoreError) -> sqlite3.Connection:
        notice = recover(self.path, str(error))
        self.notices += [notice] if notice else []
        return open_store(self.path)

    def recovering(self, work: Callable[[], T]) -> T:
        """What `work` returns; when it comes upon damage, the file is recovered and it is called once more."""
        try:
            return work()
        except DamagedStoreError as error:
            self.recover(error)
            return work()

    def check(self) -> None:
        """Reads the whole file, SQLite's structures and the bytes of every trial, and recovers it when it is damaged."""

        def look() -> None:
            with readable_errors(self.path):
                check_whole(self._connection, self.path)

        self.recovering(look)

    def query(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows. Raises DamagedStoreError."""
        with readable_errors(self.path):
            return self._connection.execute(query, values).fetchall()

    def trials(self, environments: Sequence[Environment]) -> list[Trial]:
        """Every trial stored from one of these environments, in a fixed order, with the contents of files."""
        query = (
            "SELECT key, seed FROM trials JOIN settings ON settings.id = trials.settings "
            f"WHERE (digest, torch, cpu) IN (VALUES {', '.join('(?, ?, ?)' for _ in environments)}) ORDER BY key, seed"
        )
        values = [value for environment in environments for value in astuple(environment)]
        rows = self.recovering(lambda: self.query(query, values))
        files = contents(self)
        configs = {key: config_from_dict(json.loads(key)).with_contents(files) for key in {key for key, _ in rows}}
        return [Trial(configs[key], seed) for key, seed in rows]

    def seeds_of(self, config: TrialConfig) -> set[int]:
        """The seeds stored for these settings, by whatever code."""
        query = "SELECT DISTINCT seed FROM trials JOIN settings ON settings.id = trials.settings WHERE key = ?"
        return {seed for (seed,) in self.recovering(lambda: self.query(query, (config.key(),)))}

    def count(self) -> int:
        """How many trials are stored, from whatever environment."""
        return int(self.recovering(lambda: self.query("SELECT count(*) FROM trials"))[0][0])

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

        def write(connection: sqlite3.Connection) -> None:
            for config in {trial.config for trial, _ in results}:
                add_contents(connection, config)
            for trial, result in results:
                _insert(connection, trial, result, environment)
            if run is not None:
                change = "UPDATE runs SET computed = computed + ?, seconds = ? WHERE id = ?"
                connection.execute(change, (len(results), seconds, run))

        self.write(write)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does it in a transaction, and returns what it returns."""

        def in_transaction(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return work(connection)

        return self.change(in_transaction)

    def change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Does it to the file of this name: again when another process has put a recovered one there, or when it is damaged."""

        def attempt() -> T:
            with readable_errors(self.path):
                return work(self._connection)

        try:
            return self.recovering(attempt)
        except MovedStoreError:
            self.close()
            self._connection = open_store(self.path)
            return attempt()

    def start_run(self, run: Run) -> int:
        """Notes that a command was started; the number to give to `add`."""
        values = asdict(run) | {"arms": json.dumps(run.arms)}
        statement = f"INSERT INTO runs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        return self.write(lambda connection: connection.execute(statement, tuple(values.values())).lastrowid or 0)

    def runs(self) -> list[Run]:
        """The runs noted, oldest first."""
        query = "SELECT started, name, command, arms, rounds, total, computed, seconds FROM runs ORDER BY id"
        rows = self.recovering(lambda: self.query(query))
        return [Run(started, name, command, _parse_arms(arms), *rest) for started, name, command, arms, *rest in rows]


def _insert(connection: sqlite3.Connection, trial: Trial, result: TrialResult, environment: Environment) -> None:
    key = trial.config.key()
    owner = owner_of(key, trial.seed, environment.digest)
    parts = ({"epoch": result.epochs, **result.measured}, result.parameters, {"steps": result.steps})
    blobs = [pack(part, owner) for part in parts]
    connection.execute("INSERT OR IGNORE INTO settings (key) VALUES (?)", (key,))
    connection.execute(
        "INSERT OR IGNORE INTO trials VALUES ((SELECT id FROM settings WHERE key = ?), ?, ?, ?, ?, ?, ?, ?)",
        (key, trial.seed, environment.digest, environment.torch, environment.cpu, *blobs),
    )


def _parse_arms(text: str) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):  # Damaged; it is for the reader only.
        return {}
