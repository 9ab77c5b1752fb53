"""`claims.csv`: the ledger in a results folder, which a run of fewer seeds never replaces."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.files import replace_file
from experiments.verdicts.verdict import NOT_RUN

LEDGER_NAME = "claims.csv"
TEXT_COLUMNS = (
    *("report", "claim", "kind", "arm", "metric", "verdict", "statement", "study", "window", "margin_reason"),
    *("readings", "contradicts", "place", "quote", "detail", "note"),
)


def read_ledger(folder: Path) -> pd.DataFrame | None:
    """The folder's ledger, or None when there is none that can be read."""
    try:
        ledger = pd.read_csv(
            folder / LEDGER_NAME, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False, na_values=[""]
        )
    except (OSError, ValueError):
        return None
    if not {"report", "claim", "seeds", "verdict", "detail"} <= set(ledger.columns):
        return None
    # An empty text comes back as NaN, which would be shown as such.
    return ledger.fillna(dict.fromkeys(TEXT_COLUMNS, ""))


def merge_ledgers(old: pd.DataFrame | None, new: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Report by report, the rows made from more seeds, in the order of `new`; and the reports of `new` that old rows beat.

    A report is kept or replaced whole, because its verdicts were adjusted for one another.
    """
    if old is None:
        return new, []
    parts, kept = [], []
    for report in dict.fromkeys([*new["report"], *old["report"]]):
        fresh, stored = new[new["report"] == report], old[old["report"] == report]
        if fresh.empty or fresh["seeds"].sum() < stored["seeds"].sum():
            kept += [] if fresh.empty else [report]
            parts.append(stored)
        else:
            parts.append(fill_not_run(fresh, stored))
    return pd.concat(parts, ignore_index=True), kept


def fill_not_run(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """The new rows, but for claims that were not run this time, such as times left unmeasured, the old ones."""
    known = old.set_index("claim", drop=False)
    rows = [
        known.loc[row["claim"]] if row["detail"] == NOT_RUN and row["claim"] in known.index else row
        for _, row in new.iterrows()
    ]
    return pd.DataFrame(rows, columns=new.columns).astype(new.dtypes.to_dict()).reset_index(drop=True)


def write_ledger(ledger: pd.DataFrame, folder: Path) -> Path:
    """Replaces the folder's ledger."""
    path = folder / LEDGER_NAME
    replace_file(path, lambda target: ledger.to_csv(target, index=False, float_format="%.6g"))
    return path
