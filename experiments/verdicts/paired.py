"""Orders and equalities: differences paired by seed, one pair or several, and their verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from experiments.claims.kinds import Equal, Order, Pair
from experiments.claims.outcome import Outcome
from experiments.formatting import listed
from experiments.statistics.differences import Difference, paired_difference
from experiments.statistics.prediction import study_means
from experiments.statistics.significance import (
    at_least_p,
    better_share,
    holm,
    p_above,
    p_below,
    p_beyond,
    p_mostly_above,
    p_within,
)
from experiments.verdicts.differences import ROUNDED, PairedDifferences, paired_differences
from experiments.verdicts.estimate import Estimate, measure
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.looks import alpha_at
from experiments.verdicts.rules import Rule, above_rule, at_the_margin, between_rule, share_turned
from experiments.verdicts.verdict import Verdict, missing, settled

POINT_SHARE = 0.1
LOSS_SHARE = 0.02
DRAWS = 1000


@dataclass(frozen=True)
class _Comparison:
    """A pair: higher minus lower by seed, the smallest size or the margin that counts, and p-values for and against.

    drawn: what is tested, the mean difference or, by_signs, the mean sign. alpha: the chance to err at this look. seeds: how
    many count. better: P(lower is lower).
    """

    pair: Pair
    differences: PairedDifferences
    estimate: Estimate
    size: float
    holds: float
    fails: float
    drawn: Difference
    by_signs: bool
    alpha: float
    seeds: int
    better: float


def judge_order(claim: Order, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the lower quantity of each pair is lower, at least so many pairs where the claim says so.

    Divergence ranks worst: where a run of a pair diverged there is no mean, and the signs of all seeds decide.
    """
    edge = -claim.slack

    def compare(pair: Pair, found: PairedDifferences) -> _Comparison:
        alpha = alpha_at(len(found.sample.values))
        ours, ranked = measure(found.sample, 1 - alpha), found.ranked.values.to_numpy() + claim.slack
        size = claim.negligible
        if size is None:
            size = POINT_SHARE if pair.lower.in_percent else LOSS_SHARE * abs(found.level)
        if found.some_lost:
            groups = found.ranked.groups
            holds, fails = p_mostly_above(ranked, groups), p_mostly_above(-ranked, groups)
            drawn = paired_difference(np.sign(ranked), groups)
        else:
            holds = p_above(ours.values, edge, ours.groups)
            fails = p_below(ours.values, edge if claim.slack else size, ours.groups)
            drawn = paired_difference(ours.values, ours.groups)
        return _Comparison(
            pair=pair,
            differences=found,
            estimate=ours,
            size=claim.slack or size,
            holds=2 * holds,
            fails=2 * fails,
            drawn=drawn,
            by_signs=found.some_lost,
            alpha=alpha,
            seeds=len(ranked),
            better=better_share(ranked),
        )

    def rule_and_edges(decisive: _Comparison) -> tuple[Rule, tuple[float, ...]]:
        if claim.slack:
            return above_rule(edge), (edge,)
        # Either decides: that the mean is above 0, or that it is below what counts; the farther of the two takes fewer seeds.
        farther = 0.0 if decisive.estimate.mean > decisive.size / 2 else decisive.size
        return above_rule(edge, decisive.size), (farther,)

    return _judge_pairs(claim, evidence, family, compare, rule_and_edges)


def judge_equal(claim: Equal, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the mean difference of each pair lies within the margin, at least so many pairs where the claim says so."""

    def compare(pair: Pair, found: PairedDifferences) -> _Comparison:
        alpha = alpha_at(len(found.sample.values))
        ours = measure(found.sample, 1 - 2 * alpha)
        margin = claim.margin * abs(found.level) if claim.relative else claim.margin
        holds = p_within(ours.values, margin, ours.groups)
        return _Comparison(
            pair=pair,
            differences=found,
            estimate=ours,
            size=margin,
            holds=holds,
            fails=p_beyond(ours.values, margin, ours.groups),
            drawn=paired_difference(ours.values, ours.groups),
            by_signs=False,
            alpha=alpha,
            seeds=len(ours.values),
            better=better_share(ours.values),
        )

    def rule_and_edges(decisive: _Comparison) -> tuple[Rule, tuple[float, ...]]:
        edges = (-decisive.size, decisive.size)
        return between_rule(*edges), edges

    return _judge_pairs(claim, evidence, family, compare, rule_and_edges)


def _judge_pairs(
    claim: Order | Equal,
    evidence: Evidence,
    family: Sequence[float],
    compare: Callable[[Pair, PairedDifferences], _Comparison],
    rule_and_edges: Callable[[_Comparison], tuple[Rule, tuple[float, ...]]],
) -> Verdict:
    comparisons = []
    for pair in claim.pairs:
        differences = paired_differences(claim.study, pair, evidence)
        if differences is None or differences.sample.values.notna().sum() < 2:
            return missing(claim, None if differences is None else differences.sample)
        comparisons.append(compare(pair, differences))
    count = claim.at_least or len(comparisons)
    decisive = sorted(comparisons, key=lambda comparison: (comparison.holds, -comparison.fails))[count - 1]
    p_holds = at_least_p([comparison.holds for comparison in comparisons], count)
    p_fails = at_least_p([comparison.fails for comparison in comparisons], len(comparisons) - count + 1)
    holds_holm, fails_holm = (float(holm([p, *family])[0]) for p in (p_holds, p_fails))
    rule, edges = rule_and_edges(decisive)
    ours = decisive.estimate
    # Each pair that could serve is a chance to err, for the claim or against it.
    pairs = count if p_fails < p_holds else len(comparisons) - count + 1
    found = at_the_margin(
        _outcome(holds_holm, fails_holm, decisive.alpha), ours.low, ours.high, _margins(claim, edges), decisive.size
    )
    outcome, needed = settled(
        found, min(comparison.seeds for comparison in comparisons), ours.needed(edges, (len(family) + 1) * pairs)
    )
    for_it = p_holds <= decisive.alpha or p_holds <= p_fails
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=ours,
        seeds=min(len(comparison.estimate.values) for comparison in comparisons),
        diverged=max(comparison.estimate.diverged for comparison in comparisons),
        margin=decisive.size,
        p=p_holds if for_it else p_fails,
        p_holm=holds_holm if for_it else fails_holm,
        better=decisive.better,
        shown=_shown(claim, decisive),
        needed=needed,
        turned=_turned(decisive, rule, (1 - ours.level) / 2 / (_holms_factor(min(p_holds, p_fails), family) * pairs)),
        pair=decisive.pair,
        detail="; ".join(filter(None, (_tally(comparisons, decisive), _lost(claim, decisive)))),
    )


def _margins(claim: Order | Equal, edges: tuple[float, ...]) -> tuple[float, ...]:
    """The edges that are margins: those of an equality, and where an order's slack ends; 0 is none."""
    return edges if isinstance(claim, Equal) or claim.slack else ()


def _shown(claim: Order | Equal, decisive: _Comparison) -> float:
    """How often the mean difference of as many runs as were published has the published sign; ties count half."""
    if not isinstance(claim, Order):
        return math.nan
    ranked = decisive.differences.ranked
    values = np.sign(ranked.values.to_numpy()) if decisive.by_signs else decisive.estimate.values
    groups = ranked.groups if decisive.by_signs else decisive.estimate.groups
    return better_share(study_means(values, claim.n, groups).round(ROUNDED) + claim.slack)


def _holms_factor(p: float, family: Sequence[float]) -> int:
    """By how much Holm's rule multiplies a p-value: how many of all are no smaller."""
    return 1 + sum(other >= p for other in family)


def _turned(decisive: _Comparison, rule: Rule, alpha: float) -> float:
    """How often another draw of as many seeds would be judged otherwise, by intervals as wide as the adjusted test's.

    The two draws differ by sqrt(2) standard errors, normally distributed. Where signs decide, they are what is drawn again.
    """
    drawn = decisive.drawn
    low, high = drawn.interval(1 - 2 * alpha)
    shifts = math.sqrt(2) * drawn.error * ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    return share_turned(above_rule(0.0) if decisive.by_signs else rule, low, high, shifts)


def _lost(claim: Order | Equal, decisive: _Comparison) -> str:
    """Which runs diverged, and what was made of them."""
    found, pair = decisive.differences, decisive.pair
    if not found.some_lost:
        return ""
    sides = ((found.lower_lost, pair.lower.arm), (found.higher_lost, pair.higher.arm))
    lost = listed([f"{count} of {arm}" for count, arm in sides if count])
    ranked = "they rank worst, and signs decide" if isinstance(claim, Order) else "left out"
    return f"of {len(found.sample.values)} runs {lost} diverged: {ranked}"


def _outcome(holds: float, fails: float, alpha: float) -> Outcome:
    if holds <= alpha:
        return Outcome.REPRODUCED
    return Outcome.NOT_REPRODUCED if fails <= alpha else Outcome.UNDECIDED


def _tally(comparisons: Sequence[_Comparison], decisive: _Comparison) -> str:
    """How many of several pairs hold on their own, and which one the claim turns on."""
    if len(comparisons) == 1:
        return ""
    holding = sum(comparison.holds <= comparison.alpha for comparison in comparisons)
    pair = decisive.pair
    sides = (pair.lower.arm, pair.higher.arm) if pair.lower.arm != pair.higher.arm else (pair.lower.metric, pair.higher.metric)
    return f"{holding} of {len(comparisons)} pairs hold; shown: {sides[0]} and {sides[1]}"
