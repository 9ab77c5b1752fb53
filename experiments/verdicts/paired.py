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
from experiments.statistics.differences import paired_difference
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
from experiments.verdicts.estimate import Estimate, measure_difference, measure_median
from experiments.verdicts.evidence import Evidence, Sample
from experiments.verdicts.looks import alpha_at
from experiments.verdicts.rules import Rule, above_rule, at_the_margin, between_rule, share_turned
from experiments.verdicts.verdict import Verdict, missing, settled

POINT_SHARE = 0.1
LOSS_SHARE = 0.02
DRAWS = 1000


@dataclass(frozen=True)
class _Comparison:
    """A pair: higher minus lower by seed, the smallest size or the margin that counts, and p-values for and against.

    estimate: what is shown. tested: what is tested, the same or, by_signs, the mean sign. alpha: the chance to err at this
    look. seeds: how many count. better: P(lower is lower).
    """

    pair: Pair
    differences: PairedDifferences
    estimate: Estimate
    size: float
    holds: float
    fails: float
    tested: Estimate
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
        ranked = found.ranked.values + claim.slack
        size = claim.negligible
        if size is None:
            size = POINT_SHARE if pair.lower.in_percent else LOSS_SHARE * abs(found.level)
        if found.some_lost:
            shown = measure_median(found.sample, found.ranked, 1 - alpha)
            tested = measure_difference(Sample(np.sign(ranked), found.ranked.data_sets), 1 - alpha)
            holds, fails = p_mostly_above(tested.values, tested.groups), p_mostly_above(-tested.values, tested.groups)
        else:
            shown = tested = measure_difference(found.sample, 1 - alpha)
            holds = p_above(tested.values, edge, tested.groups)
            fails = p_below(tested.values, edge if claim.slack else size, tested.groups)
        return _Comparison(
            pair=pair,
            differences=found,
            estimate=shown,
            size=claim.slack or size,
            holds=2 * holds,
            fails=2 * fails,
            tested=tested,
            by_signs=found.some_lost,
            alpha=alpha,
            seeds=len(ranked),
            better=better_share(ranked.to_numpy()),
        )

    def rule_and_edges(decisive: _Comparison) -> tuple[Rule, tuple[float, ...]]:
        if decisive.by_signs:
            return above_rule(0.0), (0.0,)
        if claim.slack:
            return above_rule(edge), (edge,)
        # Either decides: that the mean is above 0, or that it is below what counts; the farther of the two takes fewer seeds.
        farther = 0.0 if decisive.estimate.number > decisive.size / 2 else decisive.size
        return above_rule(edge, decisive.size), (farther,)

    return _judge_pairs(claim, evidence, family, compare, rule_and_edges)


def judge_equal(claim: Equal, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the mean difference of each pair lies within the margin, at least so many pairs where the claim says so."""

    def compare(pair: Pair, found: PairedDifferences) -> _Comparison:
        alpha = alpha_at(len(found.sample.values))
        ours = measure_difference(found.sample, 1 - 2 * alpha)
        margin = claim.margin * abs(found.level) if claim.relative else claim.margin
        holds = p_within(ours.values, margin, ours.groups)
        return _Comparison(
            pair=pair,
            differences=found,
            estimate=ours,
            size=margin,
            holds=holds,
            fails=p_beyond(ours.values, margin, ours.groups),
            tested=ours,
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
        _outcome(holds_holm, fails_holm, decisive.alpha), ours.low, ours.high, _margins(claim, decisive.size), decisive.size
    )
    outcome, needed = settled(
        found, min(comparison.seeds for comparison in comparisons), decisive.tested.needed(edges, (len(family) + 1) * pairs)
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
        detail="; ".join(filter(None, (_tally(comparisons, decisive), _same(decisive), _lost(claim, decisive)))),
    )


def _margins(claim: Order | Equal, size: float) -> tuple[float, ...]:
    """The edges that are margins: those of an equality, and where an order's slack ends; 0 is none."""
    if isinstance(claim, Equal):
        return -size, size
    return (-claim.slack,) if claim.slack else ()


def _shown(claim: Order | Equal, decisive: _Comparison) -> float:
    """How often the mean difference of as many runs as were published has the published sign; ties count half."""
    if not isinstance(claim, Order):
        return math.nan
    means = study_means(decisive.tested.values, claim.n, decisive.tested.groups).round(ROUNDED)
    return better_share(means if decisive.by_signs else means + claim.slack)


def _holms_factor(p: float, family: Sequence[float]) -> int:
    """By how much Holm's rule multiplies a p-value: how many of all are no smaller."""
    return 1 + sum(other >= p for other in family)


def _turned(decisive: _Comparison, rule: Rule, alpha: float) -> float:
    """How often another draw of as many seeds would be judged otherwise, by intervals as wide as the adjusted test's.

    The two draws differ by sqrt(2) standard errors, normally distributed. Where signs decide, they are what is drawn again.
    """
    drawn = paired_difference(decisive.tested.values, decisive.tested.groups)
    low, high = drawn.interval(1 - 2 * alpha)
    shifts = math.sqrt(2) * drawn.error * ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    return share_turned(rule, low, high, shifts)


def _lost(claim: Order | Equal, decisive: _Comparison) -> str:
    """Which runs diverged, and what was made of them."""
    found, pair = decisive.differences, decisive.pair
    if not found.some_lost:
        return ""
    sides = ((found.lower_lost, pair.lower.arm), (found.higher_lost, pair.higher.arm))
    lost = listed([f"{count} of {arm}" for count, arm in sides if count])
    ranked = "they rank worst, and signs decide; ours is the median" if isinstance(claim, Order) else "left out"
    return f"of {len(found.sample.values)} runs {lost} diverged: {ranked}"


def _outcome(holds: float, fails: float, alpha: float) -> Outcome:
    if holds <= alpha:
        return Outcome.REPRODUCED
    return Outcome.NOT_REPRODUCED if fails <= alpha else Outcome.UNDECIDED


def _same(decisive: _Comparison) -> str:
    """Whether the two sides are one and the same number in every run."""
    return "" if decisive.differences.ranked.values.any() else "the same in every run"


def _tally(comparisons: Sequence[_Comparison], decisive: _Comparison) -> str:
    """How many of several pairs hold on their own, and which one the claim turns on."""
    if len(comparisons) == 1:
        return ""
    holding = sum(comparison.holds <= comparison.alpha for comparison in comparisons)
    pair = decisive.pair
    sides = (pair.lower.arm, pair.higher.arm) if pair.lower.arm != pair.higher.arm else (pair.lower.metric, pair.higher.metric)
    return f"{holding} of {len(comparisons)} pairs hold; shown: {sides[0]} and {sides[1]}"
