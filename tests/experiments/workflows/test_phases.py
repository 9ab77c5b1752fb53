"""What a long run says it spent."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from experiments.workflows.phases import PhaseTimer, space_taken, write_parts


def test_parts_are_timed_in_order_and_summed(monkeypatch) -> None:
    moments = iter([10.0, 12.5, 20.0, 21.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(moments))
    timer = PhaseTimer()
    with timer.part("trials"):
        pass
    with pytest.raises(ZeroDivisionError), timer.part("tables"):
        raise ZeroDivisionError
    table = timer.table()
    assert list(table.columns) == ["part", "seconds"]
    assert table.to_numpy().tolist() == [["trials", 2.5], ["tables", 1.0], ["all", 3.5]]


def test_parts_are_written_with_two_decimals(tmp_path) -> None:
    path = write_parts(pd.DataFrame({"part": ["a"], "seconds": [1.23456]}), tmp_path)
    assert path == tmp_path / "reproduce.timing.csv" and path.read_text() == "part,seconds\na,1.23\n"


def test_space_counts_the_stores_companions_in_megabytes(tmp_path) -> None:
    for name, size in (("trials.sqlite", 3_000_000), ("trials.sqlite-journal", 500_000), ("other.sqlite", 9_000_000)):
        (tmp_path / name).write_bytes(bytes(size))
    found = space_taken(tmp_path / "trials.sqlite")
    assert found["store"] == 3.5 and found["memory"] > 20
