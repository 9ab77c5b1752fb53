"""When the ledger looks at its seeds, and what each look may spend of the chance to err. Fixed before the seeds were drawn.

Whoever adds seeds until a test succeeds finds a difference in the end where there is none. So the looks are planned: at each
of them a test may err with a chance of its own, and these sum to 0.05 (Bonferroni's inequality), however the looks depend.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from experiments.claims.outcome import Outcome

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
LOOKS = {1000: 0.03, 4000: 0.015, 16000: 0.005}


def alpha_at(seeds: int) -> float:
    """The chance to err of a verdict from so many seeds: that of the last planned look reached, 0.05 before the first.

    Example:
        >>> [alpha_at(seeds) for seeds in (10, 999, 1000, 4005, 16000)]
        [0.05, 0.05, 0.03, 0.015, 0.005]
    """
    reached = [alpha for look, alpha in LOOKS.items() if seeds >= look]
    return reached[-1] if reached else ALPHA


def seeds_to_decide(needed: Callable[[float], int | None]) -> int | None:
    """The fewest seeds that suffice at the look that so many seeds have; `needed` gives how many a chance to err asks for.

    Example:
        >>> [seeds_to_decide(lambda alpha: round(count / alpha)) for count in (49, 50, 200)]
        [980, 1667, 13333]
    """
    for start, end in pairwise((0, *LOOKS, math.inf)):
        count = needed(alpha_at(int(start)))
        if count is None:
            return None
        if count < end:
            return max(count, int(start))
    raise AssertionError("the last look has no end")


def looks_in_words() -> str:
    """`0.05; from 1000 seeds on 0.03, from 4000 on 0.015, from 16000 on 0.005`."""
    first, *others = (f"from {look}{{}} on {alpha:g}" for look, alpha in LOOKS.items())
    return f"{ALPHA:g}; " + ", ".join([first.format(" seeds"), *(other.format("") for other in others)])


def next_looks(ledger: pd.DataFrame, last: int) -> dict[str, int]:
    """Study -> the seeds of its next look, for studies of undecided claims that a look up to the last one would decide.

    Undecided claims that need more seeds than the last look has stay as they are, and so do those at the margin.
    """
    looked = ledger["seeds"] + ledger["diverged"].fillna(0)
    in_reach = (ledger["verdict"] == str(Outcome.UNDECIDED)) & (ledger["needs_seeds"] <= last) & (looked >= min(LOOKS))
    reached = looked[in_reach].groupby(ledger["study"]).max()
    following = {str(study): [look for look in LOOKS if look > seeds] for study, seeds in reached.items()}
    return {study: looks[0] for study, looks in following.items() if looks}
