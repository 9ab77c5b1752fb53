"""From a claim and the evidence to its verdict, kind by kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.claims.kinds import (
    Bound,
    Checked,
    Claim,
    Contradiction,
    Deviation,
    Equal,
    Granularity,
    Insignificant,
    NotTestable,
    Order,
    Relation,
    TimeRatio,
    Value,
)
from experiments.claims.outcome import Outcome
from experiments.statistics.prediction import middle_of, share_as_far_out, study_means
from experiments.statistics.significance import better_share, p_above, p_below
from experiments.verdicts.estimate import measure, summary_only
from experiments.verdicts.evidence import Evidence
from experiments.verdicts.looks import ALPHA, alpha_at
from experiments.verdicts.paired import judge_equal, judge_order
from experiments.verdicts.rules import (
    above_rule,
    ask,
    below_rule,
    between_rule,
    share_turned,
)
from experiments.verdicts.studies import judge_deviation, judge_insignificance
from experiments.verdicts.values import judge_value
from experiments.verdicts.verdict import NOT_RUN, Verdict, missing, settled


def judge(claim: Claim, evidence: Evidence, family: Sequence[float] = ()) -> Verdict:
    """The verdict on a claim.

    Args:
        claim: what was published.
        evidence: where our numbers are looked up.
        family: the p-values of the report's other claims of order, equality and shape, for Holm's adjustment.
    """
    match claim:
        case Deviation():
            return judge_deviation(claim, evidence)
        case Insignificant():
            return judge_insignificance(claim, evidence)
        case Value():
            return judge_value(claim, evidence.sample(claim.study, claim.quantity))
        case Order():
            return judge_order(claim, evidence, family)
        case Equal():
            return judge_equal(claim, evidence, family)
        case Bound():
            return _judge_bound(claim, evidence)
        case TimeRatio():
            return _judge_time(claim, evidence)
        case Contradiction():
            return _judge_contradiction(claim, evidence)
        case Granularity():
            return _judge_granularity(claim)
        case Checked():
            outcome = Outcome.REPRODUCED if claim.holds else Outcome.NOT_REPRODUCED
            return Verdict(claim=claim, outcome=outcome, detail=claim.reason)
        case NotTestable():
            return Verdict(claim=claim, outcome=Outcome.NOT_TESTABLE, detail=claim.reason)
    raise TypeError(f"no rule for a claim of kind {claim.kind}")


def _judge_bound(claim: Bound, evidence: Evidence) -> Verdict:
    sample = evidence.sample(claim.study, claim.quantity)
    if sample is None or sample.values.notna().sum() < 2:
        return missing(claim, sample)
    ours = measure(sample, 1 - 2 * alpha_at(len(sample.values)))
    rule = below_rule(claim.limit) if claim.below else above_rule(claim.limit)
    outcome, needed = settled(ask(rule, ours.low, ours.high), len(ours.values), ours.needed((claim.limit,)))
    test = p_below if claim.below else p_above
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=ours,
        seeds=len(ours.values),
        diverged=ours.diverged,
        p=test(ours.values, claim.limit, ours.groups),
        better=better_share((claim.limit - ours.values) * (1 if claim.below else -1)),
        needed=needed,
        turned=share_turned(rule, ours.low, ours.high, ours.shifts()),
    )


def _judge_time(claim: TimeRatio, evidence: Evidence) -> Verdict:
    found = evidence.time(claim.evidence, claim.numerator, claim.denominator, claim.unit != "ratio")
    margin = claim.margin * claim.published if claim.relation is Relation.SIMILAR else math.nan
    if found is None:
        return Verdict(claim=claim, outcome=Outcome.UNDECIDED, margin=margin, detail=NOT_RUN)
    rules = {
        Relation.SIMILAR: between_rule(claim.published * (1 - claim.margin), claim.published * (1 + claim.margin)),
        Relation.BELOW: below_rule(claim.reference),
        Relation.ABOVE: above_rule(claim.reference),
    }
    outcome = ask(rules[claim.relation], found.low, found.high)
    detail = f"{found.repeats} interleaved repeats of our code"
    estimate = summary_only(found.value, found.low, found.high, 0.95)
    return Verdict(claim=claim, outcome=outcome, estimate=estimate, margin=margin, detail=detail)


def _judge_contradiction(claim: Contradiction, evidence: Evidence) -> Verdict:
    first, second = (evidence.sample(claim.study, quantity) for quantity in (claim.first, claim.second))
    if first is None or second is None or min(side.values.notna().sum() for side in (first, second)) < 2:
        return missing(claim, first)
    earlier, later = (measure(side, 0.90) for side in (first, second))
    gaps = study_means(later.values, claim.n, later.groups, 1) - study_means(earlier.values, claim.n, earlier.groups)
    published = claim.second_published - claim.first_published
    low, high = middle_of(gaps, 1 - ALPHA)
    outcome = Outcome.COMPATIBLE if low <= published <= high else Outcome.NOT_REPRODUCED
    seeds = min(len(earlier.values), len(later.values))
    outcome, needed = settled(outcome, seeds)
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=summary_only(later.number - earlier.number),
        prediction_low=low,
        prediction_high=high,
        share=share_as_far_out(gaps, published),
        seeds=seeds,
        diverged=max(earlier.diverged, later.diverged),
        needed=needed,
        detail=f"published: {claim.first_published:g} and {claim.second_published:g}, {published:.3g} apart",
    )


def _judge_granularity(claim: Granularity) -> Verdict:
    """Judged by arithmetic: how likely means over several runs would all look like single runs."""
    single, several = (
        {round(100 * hits / total, 2) for hits in range(total + 1)} for total in (claim.points, claim.points * claim.runs)
    )
    look_single = all(value in single for value in claim.values)
    p = (len(single & several) / len(several)) ** len(claim.values)
    if not look_single:
        possible = all(value in several for value in claim.values)
        outcome = Outcome.COMPATIBLE if possible else Outcome.NOT_REPRODUCED
        return Verdict(
            claim=claim, outcome=outcome, detail="they look like means" if possible else "no mean over so many runs gives them"
        )
    outcome = Outcome.NOT_REPRODUCED if p < ALPHA else Outcome.COMPATIBLE
    return Verdict(
        claim=claim, outcome=outcome, p=p, detail=f"all {len(claim.values)} are whole {claim.points}ths, as single runs are"
    )
