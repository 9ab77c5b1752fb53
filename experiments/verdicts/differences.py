"""Higher minus lower, seed by seed, for a pair of quantities; where one side diverged it ranks worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.claims.kinds import Pair
from experiments.verdicts.evidence import Evidence, Sample

# Equal shares of points must tie, also after they were made percentages.
ROUNDED = 12


@dataclass(frozen=True)
class PairedDifferences:
    """Higher minus lower by seed.

    sample: NaN where either side diverged. ranked: +inf where only the higher side did, -inf where only the lower one did, 0
    where both did. level: the mean of both sides. lower_lost, higher_lost: runs that diverged.
    """

    sample: Sample
    ranked: Sample
    level: float
    lower_lost: int
    higher_lost: int

    @property
    def some_lost(self) -> bool:
        """Whether a run of either side diverged."""
        return bool(self.lower_lost or self.higher_lost)


def paired_differences(study: str, pair: Pair, evidence: Evidence) -> PairedDifferences | None:
    """The differences over the seeds that both sides have; None where either side is missing."""
    lower, higher = (evidence.sample(study, side) for side in (pair.lower, pair.higher))
    if lower is None or higher is None:
        return None
    both = lower.values.index.intersection(higher.values.index)
    low, high, data_sets = lower.values.loc[both], higher.values.loc[both], lower.data_sets.loc[both]
    differences = (high - low).round(ROUNDED)
    ranked = differences.mask(high.isna(), np.inf).mask(low.isna(), -np.inf).mask(high.isna() & low.isna(), 0.0)
    return PairedDifferences(
        sample=Sample(differences, data_sets),
        ranked=Sample(ranked, data_sets),
        level=float((low.mean() + high.mean()) / 2),
        lower_lost=int(low.isna().sum()),
        higher_lost=int(high.isna().sum()),
    )
