"""A ledger against an earlier one, on made-up rows."""

from __future__ import annotations

import pandas as pd

from experiments.verdicts.changes import compare_ledgers, rounds_of

COLUMNS = ["claim", "study", "seeds", "diverged", "verdict", "detail"]
OLD = pd.DataFrame(
    [
        ["same", "train", 1000, 0, "reproduced", ""],
        ["turned", "train", 1000, 0, "reproduced", ""],
        ["few", "sweep", 984, 16, "not reproduced", ""],
        ["turned-on-few", "sweep", 990, 0, "compatible", ""],
        ["lost", "train", 1000, 0, "reproduced", ""],
        ["time", "", 0, None, "not reproduced", "16 interleaved repeats"],
        ["gone", "train", 1000, 0, "reproduced", ""],
        ["never", "untimed", 0, None, "not testable", ""],
    ],
    columns=COLUMNS,
)
NEW = pd.DataFrame(
    [
        ["same", "train", 10, 0, "reproduced", ""],
        ["turned", "train", 1000, 0, "compatible", ""],
        ["few", "sweep", 10, 0, "undecided", ""],
        ["turned-on-few", "sweep", 200, 0, "not reproduced", ""],
        ["lost", "train", 1000, 0, "undecided", ""],
        ["time", "", 0, None, "undecided", "not run"],
        ["new", "train", 10, 0, "undecided", "not run"],
        ["never", "untimed", 0, None, "not testable", ""],
    ],
    columns=COLUMNS,
)


def test_what_has_changed_what_needs_more_seeds_and_what_was_not_run_stand_apart():
    found = compare_ledgers(OLD, NEW)
    assert sorted(found.changed.to_numpy().tolist()) == [
        ["gone", "reproduced", "absent"],
        ["lost", "reproduced", "undecided"],
        ["new", "absent", "undecided"],
        ["turned", "reproduced", "compatible"],
        ["turned-on-few", "compatible", "not reproduced"],
    ]
    assert found.needs_seeds.to_numpy().tolist() == [["few", "not reproduced", 984, 10]]
    assert found.not_run == ["time"]


def test_a_ledger_agrees_with_itself():
    found = compare_ledgers(OLD, OLD)
    assert found.changed.empty and found.needs_seeds.empty and found.not_run == []


def test_the_rounds_of_a_ledger_count_what_diverged_and_leave_out_what_was_not_run():
    assert rounds_of(OLD) == {"train": 1000, "sweep": 1000}
