"""Orders and equalities: differences paired by seed, one pair or several, and their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.claims.kinds import Equal, Order, Pair
from experiments.claims.outcome import Outcome
from experiments.claims.quantities import is_percent
from experiments.statistics.bootstrap import p_above, p_below
from experiments.statistics.significance import at_least_p, better_share, holm, p_beyond, p_within, stricter
from experiments.verdicts.estimate import Estimate, measure, missing, settled
from experiments.verdicts.evidence import Evidence, Sample
from experiments.verdicts.rules import ALPHA, Rule, Verdict, above_rule, between_rule, share_turned

POINT_SHARE = 0.1
LOSS_SHARE = 0.02
# Equal shares of points must tie, also after they were made percentages.
ROUNDED = 12


@dataclass(frozen=True)
class _Compared:
    """A pair: higher minus lower by seed, the smallest size or the margin that counts, and p-values for and against."""

    pair: Pair
    measured: Estimate
    size: float
    holds: float
    fails: float


def _difference(study: str, pair: Pair, evidence: Evidence) -> tuple[Sample, float] | None:
    """Higher minus lower by seed, and the mean of both sides; None where either is missing."""
    lower, higher = (evidence.sample(study, side) for side in (pair.lower, pair.higher))
    if lower is None or higher is None:
        return None
    both = lower.values.index.intersection(higher.values.index)
    difference = (higher.values.loc[both] - lower.values.loc[both]).round(ROUNDED)
    level = (lower.values.loc[both].mean() + higher.values.loc[both].mean()) / 2
    return Sample(difference, lower.data_sets.loc[both]), float(level)


def judge_order(claim: Order, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether the lower side of each pair is lower: differences paired by seed, tested both ways, adjusted with `family`."""
    compared = []
    for pair in claim.pairs:
        found = _difference(claim.study, pair, evidence)
        if found is None:
            return missing(claim)
        sample, level = found
        measured = measure(Sample(sample.values + claim.slack, sample.data_sets), 0.95)
        if len(measured.values) < 2:
            return missing(claim, sample)
        size = claim.negligible
        if size is None:
            size = POINT_SHARE if is_percent(pair.lower.metric) else LOSS_SHARE * abs(level)
        holds = p_above(measured.values, 0.0, measured.groups)
        fails = p_below(measured.values, 0.0 if claim.slack else size, measured.groups)
        compared.append(_Compared(pair, measured, size, holds, fails))
    decisive, p_holds, p_fails = _combine(compared, claim.at_least)
    rule = above_rule(0.0, 0.0 if claim.slack else decisive.size)
    edges = (0.0,) if claim.slack or decisive.measured.mean > decisive.size else (0.0, decisive.size)
    return _compared_verdict(claim, compared, decisive, rule, edges, (2 * p_holds, 2 * p_fails), family, 0.95)


def judge_equal(claim: Equal, evidence: Evidence, family: Sequence[float]) -> Verdict:
    """Whether both sides of each pair are equal within the margin: two one-sided tests, adjusted with `family`."""
    compared = []
    for pair in claim.pairs:
        found = _difference(claim.study, pair, evidence)
        if found is None:
            return missing(claim)
        sample, level = found
        measured = measure(sample, 0.90)
        if len(measured.values) < 2:
            return missing(claim, sample)
        margin = claim.margin * abs(level) if claim.relative else claim.margin
        holds = p_within(measured.values, margin, measured.groups)
        fails = p_beyond(measured.values, margin, measured.groups)
        compared.append(_Compared(pair, measured, margin, holds, fails))
    decisive, p_holds, p_fails = _combine(compared, claim.at_least)
    edges = (-decisive.size, decisive.size)
    return _compared_verdict(claim, compared, decisive, between_rule(*edges), edges, (p_holds, p_fails), family, 0.90)


def _combine(compared: list[_Compared], at_least: int | None) -> tuple[_Compared, float, float]:
    """The pair on which the claim turns, and p-values for the whole claim holding and failing."""
    count = at_least or len(compared)
    decisive = sorted(compared, key=lambda one: (one.holds, -one.fails))[count - 1]
    holds = at_least_p([one.holds for one in compared], count)
    fails = at_least_p([one.fails for one in compared], len(compared) - count + 1)
    return decisive, holds, fails


def _compared_verdict(
    claim: Order | Equal,
    compared: list[_Compared],
    decisive: _Compared,
    rule: Rule,
    edges: tuple[float, ...],
    p_values: tuple[float, float],
    family: Sequence[float],
    level: float,
) -> Verdict:
    p_holds, p_fails = (min(1.0, p) for p in p_values)
    holds_holm, fails_holm = (float(holm([p, *family])[0]) for p in (p_holds, p_fails))
    outcome = (
        Outcome.REPRODUCED if holds_holm <= ALPHA else Outcome.NOT_REPRODUCED if fails_holm <= ALPHA else Outcome.UNDECIDED
    )
    ours = decisive.measured
    seeds = min(len(one.measured.values) for one in compared)
    tests = (len(family) + 1) * (len(compared) - (claim.at_least or len(compared)) + 1)
    outcome, needed = settled(outcome, seeds, ours.needed(edges, stricter((1 - level) / 2, tests)))
    for_it = p_holds <= ALPHA or p_holds <= p_fails
    return Verdict(
        claim,
        outcome,
        ours.mean,
        ours.low,
        ours.high,
        level,
        seeds=seeds,
        diverged=max(one.measured.diverged for one in compared),
        margin=decisive.size,
        p=p_holds if for_it else p_fails,
        p_holm=holds_holm if for_it else fails_holm,
        better=better_share(ours.values),
        needs_seeds=needed,
        turned=share_turned(rule, ours.low, ours.high, ours.shifts()),
        detail=_tally(compared, decisive),
    )


def _tally(compared: list[_Compared], decisive: _Compared) -> str:
    """How many of several pairs hold on their own, and which one the claim turns on."""
    if len(compared) == 1:
        return ""
    holding = sum(one.holds <= ALPHA / 2 for one in compared)
    pair = decisive.pair
    sides = (pair.lower.arm, pair.higher.arm) if pair.lower.arm != pair.higher.arm else (pair.lower.metric, pair.higher.metric)
    return f"{holding} of {len(compared)} pairs hold; shown: {sides[0]} and {sides[1]}"
