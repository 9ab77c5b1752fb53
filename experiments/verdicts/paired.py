"""Orders and equalities: differences paired by seed, one pair or several, and their verdicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.claims.kinds import Equal, Order, Pair
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import is_percent
from experiments.statistics.bootstrap import p_above, p_below
from experiments.statistics.significance import at_least_p, better_share, holm, p_beyond, p_within, stricter
from experiments.verdicts.estimate import Estimate, measure
from experiments.verdicts.evidence import Evidence, Sample
from experiments.verdicts.rules import ALPHA, Rule, above_rule, between_rule, share_turned
from experiments.verdicts.verdict import Verdict, missing, settled

POINT_SHARE = 0.1
LOSS_SHARE = 0.02
# Equal shares of points must tie, also after they were made percentages.
ROUNDED = 12


@dataclass(frozen=True)
class _Comparison:
    """A pair: higher minus lower by seed, the smallest size or the margin that counts, and p-values for and against."""

    pair: Pair
    difference: Estimate
    size: float
    holds: float
    fails: float


def judge_order(claim: Order, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the lower quantity of each pair is lower, at least so many pairs where the claim says so."""

    def compare(pair: Pair, sample: Sample, level: float) -> _Comparison:
        ours = measure(Sample(sample.values + claim.slack, sample.data_sets), 0.95)
        size = claim.negligible
        if size is None:
            size = POINT_SHARE if is_percent(pair.lower.metric) else LOSS_SHARE * abs(level)
        fails = p_below(ours.values, 0.0 if claim.slack else size, ours.groups)
        return _Comparison(pair, ours, size, 2 * p_above(ours.values, 0.0, ours.groups), 2 * fails)

    def rule_and_edges(decisive: _Comparison) -> tuple[Rule, tuple[float, ...]]:
        far = claim.slack or decisive.difference.mean > decisive.size
        rule = above_rule(0.0, 0.0 if claim.slack else decisive.size)
        return rule, (0.0,) if far else (0.0, decisive.size)

    return _judge_pairs(claim, evidence, family, compare, rule_and_edges)


def judge_equal(claim: Equal, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the mean difference of each pair lies within the margin, at least so many pairs where the claim says so."""

    def compare(pair: Pair, sample: Sample, level: float) -> _Comparison:
        ours = measure(sample, 0.90)
        margin = claim.margin * abs(level) if claim.relative else claim.margin
        holds = p_within(ours.values, margin, ours.groups)
        return _Comparison(pair, ours, margin, holds, p_beyond(ours.values, margin, ours.groups))

    def rule_and_edges(decisive: _Comparison) -> tuple[Rule, tuple[float, ...]]:
        edges = (-decisive.size, decisive.size)
        return between_rule(*edges), edges

    return _judge_pairs(claim, evidence, family, compare, rule_and_edges)


def _judge_pairs(
    claim: Order | Equal,
    evidence: Evidence,
    family: Sequence[float],
    compare: Callable[[Pair, Sample, float], _Comparison],
    rule_and_edges: Callable[[_Comparison], tuple[Rule, tuple[float, ...]]],
) -> Verdict:
    comparisons = []
    for pair in claim.pairs:
        found = _difference(claim.study, pair, evidence)
        if found is None or found[0].values.notna().sum() < 2:
            return missing(claim, found and found[0])
        comparisons.append(compare(pair, *found))
    count = claim.at_least or len(comparisons)
    decisive = sorted(comparisons, key=lambda comparison: (comparison.holds, -comparison.fails))[count - 1]
    p_holds = at_least_p([comparison.holds for comparison in comparisons], count)
    p_fails = at_least_p([comparison.fails for comparison in comparisons], len(comparisons) - count + 1)
    holds_holm, fails_holm = (float(holm([p, *family])[0]) for p in (p_holds, p_fails))
    rule, edges = rule_and_edges(decisive)
    ours = decisive.difference
    seeds = min(len(comparison.difference.values) for comparison in comparisons)
    tests = (len(family) + 1) * (len(comparisons) - count + 1)
    needed = ours.needed(edges, stricter((1 - ours.level) / 2, tests))
    outcome, needed = settled(_outcome(holds_holm, fails_holm), seeds, needed)
    for_it = p_holds <= ALPHA or p_holds <= p_fails
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=ours,
        seeds=seeds,
        diverged=max(comparison.difference.diverged for comparison in comparisons),
        margin=decisive.size,
        p=p_holds if for_it else p_fails,
        p_holm=holds_holm if for_it else fails_holm,
        better=better_share(ours.values),
        needs_seeds=needed,
        turned=share_turned(rule, ours.low, ours.high, ours.shifts()),
        pair=decisive.pair,
        detail=_tally(comparisons, decisive),
    )


def _difference(study: str, pair: Pair, evidence: Evidence) -> tuple[Sample, float] | None:
    """Higher minus lower by seed, and the mean of both sides; None where either is missing."""
    lower, higher = (evidence.sample(study, side) for side in (pair.lower, pair.higher))
    if lower is None or higher is None:
        return None
    both = lower.values.index.intersection(higher.values.index)
    difference = (higher.values.loc[both] - lower.values.loc[both]).round(ROUNDED)
    level = (lower.values.loc[both].mean() + higher.values.loc[both].mean()) / 2
    return Sample(difference, lower.data_sets.loc[both]), float(level)


def _outcome(holds: float, fails: float) -> Outcome:
    if holds <= ALPHA:
        return Outcome.REPRODUCED
    return Outcome.NOT_REPRODUCED if fails <= ALPHA else Outcome.UNDECIDED


def _tally(comparisons: Sequence[_Comparison], decisive: _Comparison) -> str:
    """How many of several pairs hold on their own, and which one the claim turns on."""
    if len(comparisons) == 1:
        return ""
    holding = sum(comparison.holds <= ALPHA for comparison in comparisons)
    pair = decisive.pair
    sides = (pair.lower.arm, pair.higher.arm) if pair.lower.arm != pair.higher.arm else (pair.lower.metric, pair.higher.metric)
    return f"{holding} of {len(comparisons)} pairs hold; shown: {sides[0]} and {sides[1]}"
