"""What a long run spent, part by part, and the memory and disk it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from experiments.benchmarks.memory import peak_megabytes
from experiments.files import replace_file

PARTS_NAME = "reproduce.timing.csv"


class PhaseTimer:
    """Seconds on the clock, part by part in order."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measures the block as one part."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] = time.perf_counter() - started

    def table(self) -> pd.DataFrame:
        """One row a part and one for all of them: columns part, seconds."""
        return pd.DataFrame([*self._seconds.items(), ("all", sum(self._seconds.values()))], columns=["part", "seconds"])


def write_parts(table: pd.DataFrame, folder: Path) -> Path:
    """Writes the times of parts; they are those of the last run, whatever it found in the store."""
    path = folder / PARTS_NAME
    replace_file(path, lambda target: table.round(2).to_csv(target, index=False))
    return path


def space_taken(store: Path) -> dict[str, float]:
    """Megabytes: the store on disk, and the most memory that this process had (NaN on systems that do not say)."""
    return {
        "store": sum(path.stat().st_size for path in store.parent.glob(f"{store.name}*")) / 1e6,
        "memory": peak_megabytes(),
    }
