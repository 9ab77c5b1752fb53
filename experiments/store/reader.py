"""Reads the trials that this code computed: each way of computing has a digest of its own, which only this file has to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from experiments.config.trial import TrialConfig
from experiments.errors import DamagedStoreError
from experiments.store.blobs import unpack
from experiments.store.code_digest import code_digest
from experiments.store.recovery import owner_of
from experiments.store.store import Environment, Store
from experiments.training.results import TrialResult

TRIALS_PER_QUERY = 500
OF_SETTINGS = "FROM trials JOIN settings ON settings.id = trials.settings WHERE key = ? AND digest = ?"


class TrialReader:
    """The trials of a store that were computed by this code, found by settings and seed.

    Methods that hand out arrays raise DamagedStoreError when they come upon bytes that are not whole; whoever needs the trial
    then has the store recover and computes it again. The others look at no trial's bytes.

    Args:
        digest_of: the digest of an engine's code, by its name.
    """

    def __init__(self, store: Store, digest_of: Callable[[str], str] = code_digest) -> None:
        self._store = store
        self._digest_of = digest_of

    def finished(self, config: TrialConfig, seeds: Iterable[int]) -> set[int]:
        """Which of these seeds are stored for these settings. Answered by an index, whatever size the trials have."""
        wanted = list(seeds)
        return self._store.recovering(lambda: {seed for (seed,) in self._rows("seed", config, wanted)})

    def results(self, config: TrialConfig, seeds: Iterable[int]) -> Iterator[tuple[int, TrialResult]]:
        """For each stored seed, in order: all that is kept of the trial."""
        for seed, (history, parameters, steps) in self._arrays("history, parameters, steps", config, seeds):
            yield seed, TrialResult(history.pop("epoch"), history, parameters, steps["steps"])

    def histories(self, config: TrialConfig, seeds: Iterable[int]) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the measured epochs and values by name."""
        return ((seed, history) for seed, (history,) in self._arrays("history", config, seeds))

    def parameters(self, config: TrialConfig, seeds: Iterable[int]) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
        """For each stored seed, in order: the final parameters by name."""
        return ((seed, parameters) for seed, (parameters,) in self._arrays("parameters", config, seeds))

    def steps(self, config: TrialConfig, seeds: Iterable[int]) -> Iterator[tuple[int, np.ndarray]]:
        """For each stored seed, in order: the loss of every batch, where the settings asked for it."""
        return ((seed, steps["steps"]) for seed, (steps,) in self._arrays("steps", config, seeds))

    def environments(self, config: TrialConfig) -> list[Environment]:
        """The different torch versions and CPUs that the stored trials of these settings come from."""
        digest = self._digest_of(config.engine)
        query = f"SELECT DISTINCT torch, cpu {OF_SETTINGS} ORDER BY torch, cpu"
        rows = self._store.recovering(lambda: self._store.query(query, (config.key(), digest)))
        return [Environment(digest, *row) for row in rows]

    def _arrays(
        self, columns: str, config: TrialConfig, seeds: Iterable[int]
    ) -> Iterator[tuple[int, list[dict[str, np.ndarray]]]]:
        """For each stored seed, in order, the arrays in some columns."""
        key, digest = config.key(), self._digest_of(config.engine)
        for seed, *blobs in self._rows(f"seed, {columns}", config, seeds):
            try:
                yield seed, [unpack(blob, owner_of(key, seed, digest)) for blob in blobs]
            except ValueError as error:
                raise DamagedStoreError(f"{self._store.path}: the bytes of seed {seed} are damaged") from error

    def _rows(self, columns: str, config: TrialConfig, seeds: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        """Some columns of each stored seed, in order, a part at a time so that not all are in memory at once."""
        wanted = sorted(seeds)
        of_settings = config.key(), self._digest_of(config.engine)
        for start in range(0, len(wanted), TRIALS_PER_QUERY):
            part = wanted[start : start + TRIALS_PER_QUERY]
            query = f"SELECT {columns} {OF_SETTINGS} AND seed IN ({','.join('?' * len(part))}) ORDER BY seed"
            yield from self._store.query(query, (*of_settings, *part))
