"""Claims about what one study of several runs on one data set shows: each data set of ours is such a study."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from experiments.claims.kinds import Deviation, Insignificant
from experiments.statistics.differences import Difference, welch_difference
from experiments.verdicts.estimate import measure
from experiments.verdicts.evidence import Evidence, Sample
from experiments.verdicts.looks import ALPHA, alpha_at
from experiments.verdicts.rules import above_rule, ask, share_turned
from experiments.verdicts.values import judge_value
from experiments.verdicts.verdict import Verdict, missing, settled

# In more than half of the studies is in most of them.
HALF = 50.0


def judge_deviation(claim: Deviation, evidence: Evidence) -> Verdict:
    """Whether a printed deviation is one that such studies have: ours are the deviations within our data sets."""
    sample = evidence.sample(claim.study, claim.quantity)
    if sample is None:
        return missing(claim)
    studies = _whole_studies(sample, claim.n)
    deviations = studies.std(axis=1, ddof=1)
    return judge_value(claim, Sample(deviations, pd.Series(deviations.index, deviations.index)), claim.n, n=1)


def judge_insignificance(claim: Insignificant, evidence: Evidence) -> Verdict:
    """Whether most studies like the published one find most pairs not significantly different; ours is their share, in %."""
    samples = [evidence.sample(claim.study, quantity) for quantity in claim.arms]
    found = [_whole_studies(sample, claim.n) for sample in samples if sample is not None]
    if len(found) < len(claim.arms):
        return missing(claim)
    shared = sorted(set.intersection(*(set(studies.index) for studies in found)))
    counts = pd.Series(
        {
            data_set: sum(
                not welch_difference(one.loc[data_set].to_numpy(), other.loc[data_set].to_numpy()).p() <= ALPHA
                for one, other in combinations(found, 2)
            )
            for data_set in shared
        },
        dtype=float,
    )
    seeds = claim.n * len(shared)
    shown = 100.0 * (counts >= claim.at_least)
    ours = measure(Sample(shown, pd.Series(shown.index, shown.index)), 1 - 2 * alpha_at(seeds))
    rule = above_rule(HALF)
    outcome, _ = settled(ask(rule, ours.low, ours.high), seeds)
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=ours,
        seeds=seeds,
        turned=share_turned(rule, ours.low, ours.high, ours.shifts()) if len(shown) > 1 else 0.0,
        detail=_printed_pairs(claim, counts),
    )


def _whole_studies(sample: Sample, n: int) -> pd.DataFrame:
    """A row a data set with n runs, none of which diverged; a column a run."""
    values = pd.DataFrame({"data_set": sample.data_sets, "value": sample.values})
    rows = {name: part["value"].to_numpy() for name, part in values.groupby("data_set") if len(part) == n}
    return pd.DataFrame.from_dict(rows, orient="index", columns=range(n)).dropna()


def _printed_pairs(claim: Insignificant, counts: pd.Series) -> str:
    """In how many pairs our studies, and the printed means and deviations, find nothing."""
    pairs = len(list(combinations(claim.arms, 2)))
    ours = f"our studies find nothing in {counts.median():.0f} of {pairs} pairs (median)" if len(counts) else ""
    if not claim.printed:
        return ours
    printed = sum(not _from_summaries(one, other, claim.n).p() <= ALPHA for one, other in combinations(claim.printed, 2))
    return f"{ours}; the printed means and deviations themselves in {printed}"


def _from_summaries(one: tuple[float, float], other: tuple[float, float], n: int) -> Difference:
    """Welch's comparison of two samples of n values that have these means and deviations."""
    spread = np.linspace(-1.0, 1.0, n)
    spread /= spread.std(ddof=1)
    first, second = (mean + deviation * spread for mean, deviation in (one, other))
    return welch_difference(first, second)
