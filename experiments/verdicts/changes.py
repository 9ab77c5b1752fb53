"""A ledger against an earlier one: what has changed, what this run had too few seeds to say, and what it did not run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.claims.outcome import Outcome
from experiments.verdicts.verdict import NOT_RUN


@dataclass(frozen=True)
class Changes:
    """Claims that two ledgers do not agree on.

    changed: columns claim, old, new; `absent` for a claim that only one of them has. needs_seeds: undecided now, from fewer
    seeds than the earlier verdict rests on; columns claim, old, old_seeds, new_seeds. not_run: ids of claims without evidence
    in this run, such as times that were not measured.
    """

    changed: pd.DataFrame
    needs_seeds: pd.DataFrame
    not_run: list[str]


def compare_ledgers(old: pd.DataFrame, new: pd.DataFrame) -> Changes:
    """What the new ledger says otherwise, claim by claim."""
    columns = ["claim", "verdict", "seeds", "detail"]
    both = old[columns].merge(new[columns], on="claim", how="outer", suffixes=("_old", "_new"), sort=False)
    both = both.rename(columns={"verdict_old": "old", "verdict_new": "new", "seeds_old": "old_seeds", "seeds_new": "new_seeds"})
    both[["old", "new"]] = both[["old", "new"]].fillna("absent")
    both = both[both["old"] != both["new"]]
    not_run = (both["detail_new"] == NOT_RUN) & (both["old"] != "absent")
    fewer = ~not_run & (both["new"] == str(Outcome.UNDECIDED)) & (both["new_seeds"] < both["old_seeds"])
    needs = both.loc[fewer, ["claim", "old", "old_seeds", "new_seeds"]].astype({"old_seeds": int, "new_seeds": int})
    return Changes(
        changed=both.loc[~not_run & ~fewer, ["claim", "old", "new"]].reset_index(drop=True),
        needs_seeds=needs.reset_index(drop=True),
        not_run=both.loc[not_run, "claim"].tolist(),
    )


def rounds_of(ledger: pd.DataFrame) -> dict[str, int]:
    """Study -> its rounds in the run that the ledger comes from; trials that diverged were rounds too."""
    rounds = (ledger["seeds"] + ledger["diverged"].fillna(0)).groupby(ledger["study"]).max()
    return {str(study): int(count) for study, count in rounds.items() if study and count}
