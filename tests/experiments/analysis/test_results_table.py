"""Rows that cannot count are named; what cannot be judged at all raises with the argument at fault."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.analysis.results_table import check_table, name_rows, note_left_out
from experiments.errors import TableError

LINES = ["old,d1,1,9", "old,d1,2,8", "new,d1,1,7", "new,d1,2,6"]


def table(*lines: str) -> pd.DataFrame:
    rows = [line.split(",") for line in lines]
    return pd.DataFrame(rows, columns=["method", "data", "seed", "error"], index=pd.RangeIndex(2, len(rows) + 2, name="line"))


def check(*lines: str, group: str | None = "data", metric: str = "error"):
    return check_table(table(*lines), metric, "method", "seed", group)


def test_columns_come_under_common_names_by_arm():
    checked = check(*LINES)
    assert checked.arms == ("old", "new") and checked.notes == ()
    assert checked.of("new").to_dict("index") == {("d1", "1"): {"value": 7.0, "row": 4}, ("d1", "2"): {"value": 6.0, "row": 5}}


def test_missing_and_infinite_values_are_left_out_and_named():
    checked = check(*LINES[:2], "new,d1,1,", "new,d1,2,inf", "new,d1,3,NaN", "new,d1,4,-inf", "gone,d1,1,n/a")
    assert checked.rows.index.tolist() == [2, 3]
    assert checked.arms == ("old", "new", "gone")
    assert checked.notes == (
        "3 rows without error, left out: lines 4, 6 and 8",
        "2 rows with an infinite error, left out: lines 5 and 7",
    )


@pytest.mark.parametrize(
    ("lines", "about", "message"),
    [
        ([*LINES, "new,d1,3,fast", "new,d1,4,5%"], "metric", "error is no number in lines 6 and 7: 'fast'"),
        ([*LINES, ",d1,3,1"], "arm", "'method' is empty in line 6"),
        ([*LINES, "new,d1,,1", "old,d1, ,2"], "seed", "'seed' is empty in lines 6 and 7"),
        ([*LINES, "new,,3,1"], "group", "'data' is empty in line 6"),
        ([*LINES, "new,d1,2,5"], "seed", "lines 5 and 6 are both new, d1, seed 2; remove all but one"),
        (
            [*LINES, "new,d1,2,5", "new,d1,9,5", "old,d1,1,3", "old,d1,1,3"],
            "seed",
            "lines 2, 8 and 9 are all old, d1, seed 1, and 1 more such row;",
        ),
    ],
)
def test_what_cannot_be_judged_names_the_argument_and_the_rows(lines, about, message):
    with pytest.raises(TableError) as raised:
        check(*lines)
    assert raised.value.about == about and raised.value.message.startswith(message)


def test_runs_on_two_data_sets_are_duplicates_until_the_group_is_named():
    lines = [*LINES, *(line.replace("d1", "d2") for line in LINES)]
    assert len(check(*lines).rows) == 8
    with pytest.raises(TableError, match=r"name the column that sets them apart with --group"):
        check(*lines, group=None)


def test_a_column_that_is_not_there_has_a_nearest_one():
    with pytest.raises(TableError, match=r"no column 'eror'; the table has method, data, seed, error \(did you mean error\?\)"):
        check(*LINES, metric="eror")


def test_many_rows_are_counted():
    assert name_rows("line", [3]) == "line 3"
    assert name_rows("row", range(8)) == "rows 0, 1, 2, 3, 4, 5 and 2 more"
    assert note_left_out("late", "row", []) == ""
