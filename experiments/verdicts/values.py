"""Printed numbers judged: is ours close, and would a study of the published size have printed it?"""

from __future__ import annotations

import math

import numpy as np

from experiments.claims.kinds import Deviation, Value
from experiments.claims.outcome import Outcome
from experiments.statistics.prediction import UNITS_TO_PREDICT, finest_share, prediction_interval, share_as_far_out, study_means
from experiments.verdicts.estimate import Needed, measure
from experiments.verdicts.evidence import Sample
from experiments.verdicts.looks import alpha_at
from experiments.verdicts.rules import RESOLVABLE, ask, at_the_margin, value_rule
from experiments.verdicts.verdict import Verdict, missing, settled


def judge_value(claim: Value | Deviation, sample: Sample | None, runs: int = 1, n: int | None = None) -> Verdict:
    """Whether a printed number is resolvable, close and consistent, see `rules.value_rule`.

    runs: how many runs each of our values is made of. n: how many values of ours a study's number is the mean of, its runs
    unless given.
    """
    n = claim.n if n is None else n
    margin, _ = claim.allowed()
    if sample is None or sample.values.notna().sum() < 2:
        return missing(claim, sample, margin)
    ours = measure(sample, 1 - 2 * alpha_at(runs * len(sample.values)))
    prediction = prediction_interval(ours.values, n, ours.groups)
    rule = value_rule(claim.published, margin, prediction)
    edges = (claim.published - margin, claim.published + margin)
    found = ask(rule, ours.low, ours.high)
    if math.isnan(prediction[0]):
        fewest = math.ceil(runs * UNITS_TO_PREDICT * len(ours.values) / ours.units)
        needed = Needed(fewest, fewest)
    else:
        found = at_the_margin(found, ours.low, ours.high, edges, margin)
        needed = ours.needed(edges, runs=runs)
    outcome, needed = settled(found, runs * len(ours.values), needed)
    shifts = ours.shifts()
    moved = value_rule(claim.published, margin, (prediction[0] + shifts, prediction[1] + shifts))
    return Verdict(
        claim=claim,
        outcome=outcome,
        estimate=ours,
        prediction_low=prediction[0],
        prediction_high=prediction[1],
        share=share_as_far_out(
            study_means(ours.values, n, ours.groups), claim.published, ours.units, finest_share(ours.units, n, ours.groups)
        ),
        seeds=runs * len(ours.values),
        diverged=runs * ours.diverged,
        margin=margin,
        needed=needed,
        turned=float(np.mean(moved(ours.low + shifts, ours.high + shifts) != ask(rule, ours.low, ours.high))),
        detail=_in_words(outcome, claim, margin, prediction),
    )


def _in_words(outcome: Outcome, claim: Value | Deviation, margin: float, prediction: tuple[float, float]) -> str:
    """Where the number lies; of one that is compatible, whether agreement means anything."""
    low, high = prediction
    if math.isnan(low):
        return f"a study is one more like ours: fewer than {UNITS_TO_PREDICT} do not say where it falls"
    if outcome in (Outcome.NOT_REPRODUCED, Outcome.SMALL_OFFSET) and not low <= claim.published <= high:
        return f"{claim.published:g} lies outside {low:.3g} to {high:.3g}"
    if outcome is Outcome.COMPATIBLE and high - low > 2 * RESOLVABLE * margin:
        return f"a study of {claim.n} scatters by {high - low:.3g}, more than 3 margins: agreement means little"
    return ""
