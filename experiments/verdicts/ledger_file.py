"""`claims.csv`: the ledger in a results folder, that of the last reproduction written there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.files import replace_file

LEDGER_NAME = "claims.csv"
TEXT_COLUMNS = (
    *("report", "claim", "kind", "arm", "metric", "verdict", "statement", "study", "window", "margin_reason"),
    *("readings", "halves", "contradicts", "place", "quote", "detail", "note"),
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
    return ledger.fillna({name: "" for name in TEXT_COLUMNS if name in ledger})


def write_ledger(ledger: pd.DataFrame, folder: Path) -> Path:
    """Replaces the folder's ledger."""
    path = folder / LEDGER_NAME
    replace_file(path, lambda target: ledger.to_csv(target, index=False, float_format="%.6g"))
    return path
