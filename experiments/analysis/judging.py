"""Anyone's results judged: each arm of a table against a reference arm, with intervals and verdicts that agree."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Any

import pandas as pd

from experiments.analysis.arm_comparison import ArmComparison, compare_arms
from experiments.analysis.results_table import ResultsTable, check_table, note_left_out
from experiments.config.requirement import Relation, Requirement
from experiments.config.setting_types import did_you_mean
from experiments.errors import TableError
from experiments.formatting import listed, short
from experiments.statistics.differences import MIN_UNITS

LEVEL = 0.95
# More arms than this are only counted in the sentence.
MAX_DETAILED = 3


class Judgement(StrEnum):
    """What the runs of two arms say of them."""

    BETTER = "better"
    WORSE = "worse"
    EQUAL = "equal"
    UNDECIDED = "undecided"
    TOO_FEW = "too few"


def judge_table(
    frame: pd.DataFrame,
    metric: str,
    arm: str = "arm",
    seed: str = "seed",
    group: str | None = None,
    reference: str | None = None,
    margin: float | None = None,
    higher_is_better: bool = False,
) -> pd.DataFrame:
    """Every arm of a table of results against one of them: which is better, and is it more than the seed?

    Runs of the same group and seed are pairs; their differences are compared by Student's t, or, with groups such as data
    sets, the groups' mean differences. Where two arms share hardly a seed, Welch's t compares them as two samples. With k arms
    besides the reference, intervals are at 1 - 0.05 / k and p-values are multiplied by k (Bonferroni), so that all hold
    together at 95 % and an interval excludes 0 just where p is below 0.05.

    Args:
        frame: one row a run; a row goes by its label in the index, which may have a name such as `line`.
        metric, arm, seed, group: columns; `group` for runs that belong together, such as those on one data set.
        reference: the arm that the others are compared with; by default that of the first row.
        margin: differences smaller than this don't matter: an interval wholly within it makes two arms equal.
        higher_is_better: as of accuracies; by default lower values are better, as of errors.

    Returns:
        One row an arm with the columns arm, reference, mean, reference_mean, difference, low, high, p, p_better (share of
        units in which the arm is better, ties counting half), verdict (better, worse, equal, undecided, too few), units, unit,
        test and resolution (the difference that as many units show in half of all cases; four times as many show half of it).
        low, high, p and resolution are NaN where there are too few units: of two that agree they would be 0 wide and sure.
        `attrs` has metric, margin, higher_is_better, level, and notes on rows that were left out.

    Raises:
        TableError: a ValueError naming the argument or the rows at fault.

    Example:
        >>> import pandas as pd
        >>> from experiments import judge_table
        >>> old = pd.DataFrame({"arm": "old", "seed": range(8), "error": [9.0, 9.5, 9.2, 9.8, 9.1, 9.4, 9.6, 9.3]})
        >>> new = old.assign(arm="new", error=old.error - [1.0, 1.2, 0.9, 1.1, 1.3, 0.8, 1.0, 1.1])
        >>> judged = judge_table(pd.concat([old, new], ignore_index=True), "error")
        >>> judged[["arm", "units", "verdict"]].values.tolist()
        [['new', 8, 'better']]
    """
    if margin is not None and not 0 < margin < math.inf:
        raise TableError("margin", f"is a number above 0, not {margin:g}")
    table = check_table(frame, metric, arm, seed, group)
    first = _reference(table, reference)
    others = [name for name in table.arms if name != first]
    if not others:
        raise TableError("arm", f"{arm!r} has but one arm, {first!r}: there is nothing to compare it with")
    compared = {name: compare_arms(table, name, first, group) for name in others}
    level = 1 - (1 - LEVEL) / len(others)
    rows = [{"arm": name, "reference": first, **_row(compared[name], level, margin, higher_is_better)} for name in others]
    judged = pd.DataFrame(rows)
    judged["p"] = (len(others) * judged["p"]).clip(upper=1.0)
    alone = [_note_alone(table, name, first, compared[name]) for name in others]
    notes = [note for note in (*table.notes, *alone) if note]
    judged.attrs = {"metric": metric, "margin": margin, "higher_is_better": higher_is_better, "level": level, "notes": notes}
    return judged


def _note_alone(table: ResultsTable, arm: str, reference: str, comparison: ArmComparison) -> str:
    in_order = table.rows.index[table.rows.index.isin(comparison.alone)]
    return note_left_out(f"of {arm} or {reference} that the other lacks", table.row_word, list(in_order))


def _reference(table: ResultsTable, reference: str | None) -> str:
    if table.rows.empty:
        raise TableError("metric", "has no value in any row")
    if reference is not None and reference not in table.arms:
        known = f"there are {', '.join(table.arms)}{did_you_mean(reference, table.arms)}"
        raise TableError("reference", f"there is no arm {reference!r}; {known}")
    return reference or table.arms[0]


def _row(comparison: ArmComparison, level: float, margin: float | None, higher_is_better: bool) -> dict[str, object]:
    difference = comparison.difference
    few = difference.units < MIN_UNITS
    low, high = (math.nan, math.nan) if few else difference.interval(level)
    return {
        "mean": comparison.mean,
        "reference_mean": comparison.reference_mean,
        "difference": difference.mean,
        "low": low,
        "high": high,
        "p": math.nan if few else difference.p(),
        "p_better": 1 - comparison.lower if higher_is_better else comparison.lower,
        "verdict": str(_judge(difference.units, low, high, margin, higher_is_better)),
        "units": difference.units,
        "unit": comparison.unit,
        "test": comparison.test,
        "resolution": math.nan if few else difference.reach(level),
    }


def _judge(units: int, low: float, high: float, margin: float | None, higher_is_better: bool) -> Judgement:
    if units < MIN_UNITS:
        return Judgement.TOO_FEW
    if margin is not None and -margin <= low and high <= margin:
        return Judgement.EQUAL
    if low > 0 or high < 0:
        return Judgement.BETTER if (low > 0) == higher_is_better else Judgement.WORSE
    return Judgement.UNDECIDED


def quote(judged: pd.DataFrame) -> str:
    """One sentence to quote: what is better, by how much, and what that rests on."""
    metric, level = judged.attrs["metric"], f"{LEVEL:.0%}".replace("%", " %")
    rows = list(judged.itertuples(index=False))
    if len(rows) > MAX_DETAILED:
        parts = [
            f"{listed([str(row.arm) for row in rows if row.verdict == word])} {_FOR_MANY[word]}"
            for word in Judgement
            if any(row.verdict == word for row in rows)
        ]
        return f"In {metric}, compared with {rows[0].reference}: {'; '.join(parts)} ({level}, Bonferroni for {len(rows)} arms)."
    tested = [f"{count_units(row.units, row.unit)}, {row.test}" for row in rows]
    alike = tested[0] if len(set(tested)) == 1 else ""
    clauses = [_clause(row, judged.attrs["margin"], "" if alike else f"; {how}") for row, how in zip(rows, tested, strict=True)]
    together = f", Bonferroni for {len(rows)} arms" if len(rows) > 1 else ""
    return f"In {metric}, {'; '.join(clauses)} ({', '.join(filter(None, [alike, f'{level} intervals{together}']))})."


_FOR_MANY = {
    Judgement.BETTER: "better",
    Judgement.WORSE: "worse",
    Judgement.EQUAL: "equal within the margin",
    Judgement.UNDECIDED: "undecided",
    Judgement.TOO_FEW: "with too few runs to say",
}


def _clause(row: Any, margin: float | None, how: str) -> str:
    if row.verdict == Judgement.TOO_FEW:
        return f"{row.arm} has too few runs to be compared with {row.reference}, at least {MIN_UNITS} are needed{how}"
    numbers = f"by {row.difference:+.3g} ({short(row.low)} to {short(row.high)}{how})"
    if row.verdict == Judgement.EQUAL:
        return f"{row.arm} equals {row.reference} within {margin:g}, differing {numbers}"
    if row.verdict == Judgement.UNDECIDED:
        return f"{row.arm} is not told apart from {row.reference}, differing {numbers}"
    return f"{row.arm} is {row.verdict} than {row.reference} {numbers}"


def count_units(units: int, unit: str) -> str:
    """`20 pairs`; by the name of a column, which may be any, `20 groups by dataset`."""
    noun = f"{unit if unit in ('pair', 'run') else 'group'}{'s' if units != 1 else ''}"
    return f"{units} {noun}" + ("" if noun.startswith(unit) else f" by {unit}")


def is_met(judged: pd.DataFrame, requirement: Requirement) -> bool:
    """Whether a judged table shows it: surely better, surely not worse by the margin, or surely equal within it."""
    row = judged.set_index("arm").loc[requirement.arm]
    if row["verdict"] == Judgement.TOO_FEW:
        return False
    if requirement.relation is Relation.NO_WORSE:
        margin = judged.attrs["margin"]
        return bool(row["low"] > -margin if judged.attrs["higher_is_better"] else row["high"] < margin)
    return bool(row["verdict"] == (Judgement.BETTER if requirement.relation is Relation.BETTER else Judgement.EQUAL))
