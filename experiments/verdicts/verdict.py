"""A judged claim: the outcome, what it rests on, and what follows where too little is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from experiments.claims.kinds import Claim, Pair
from experiments.claims.outcome import Outcome
from experiments.verdicts.estimate import NO_TELLING, NOTHING, Estimate, Needed
from experiments.verdicts.evidence import Sample
from experiments.verdicts.rules import MIN_SEEDS

NOT_RUN = "not run"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A judged claim.

    Attributes:
        claim: what was published.
        outcome: what can be said of it.
        estimate: our number, or our difference for comparisons, with the interval that decided.
        prediction_low, prediction_high: where a study of the published size would fall, 95 %.
        share: how often a study of the published size would have printed a number at least as far out.
        seeds, diverged: trials that count and that were left out; the least and the most over several pairs.
        margin: how far off still counts as close.
        p, p_holm: of the decision, alone and among the report's claims.
        better: P(the published order in one seed).
        needed: about how many seeds would decide.
        shown: how often a study of the published number of runs would show the published order.
        turned: share of other draws of our seeds that would have given another verdict.
        pair: the one of a comparison's pairs that the claim turns on.
        detail: what else a reader should know.
    """

    claim: Claim
    outcome: Outcome
    estimate: Estimate = field(default=NOTHING, repr=False)
    prediction_low: float = math.nan
    prediction_high: float = math.nan
    share: float = math.nan
    seeds: int = 0
    diverged: int = 0
    margin: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    better: float = math.nan
    shown: float = math.nan
    needed: Needed = NO_TELLING
    turned: float = 0.0
    pair: Pair | None = None
    detail: str = ""

    @property
    def needs_seeds(self) -> int | None:
        """About how many seeds would decide in half of all cases."""
        return self.needed.half

    @property
    def ours(self) -> float:
        """Our number."""
        return self.estimate.number

    @property
    def low(self) -> float:
        """Lower end of the interval that decided."""
        return self.estimate.low

    @property
    def high(self) -> float:
        """Upper end of the interval that decided."""
        return self.estimate.high

    @property
    def level(self) -> float:
        """Level of the interval that decided."""
        return self.estimate.level

    @property
    def label(self) -> str:
        """The verdict in words, saying so where the reading was fitted to the published numbers."""
        return f"{self.outcome} (fitted)" if self.claim.fitted else str(self.outcome)


def settled(outcome: Outcome, seeds: int, needed: Needed = NO_TELLING) -> tuple[Outcome, Needed]:
    """Too few seeds leave everything undecided; a claim that is undecided or at the margin says how many it needs."""
    if seeds < MIN_SEEDS:
        return Outcome.UNDECIDED, _at_least(MIN_SEEDS, Needed(needed.half or MIN_SEEDS, needed.nine_in_ten or MIN_SEEDS))
    is_open = outcome in (Outcome.UNDECIDED, Outcome.AT_THE_MARGIN)
    return outcome, _at_least(seeds + 1, needed) if is_open else NO_TELLING


def _at_least(floor: int, needed: Needed) -> Needed:
    return Needed(*(None if count is None else max(floor, count) for count in needed))


def missing(claim: Claim, sample: Sample | None = None, margin: float = math.nan) -> Verdict:
    """The verdict where there is nothing to judge: a study that was not run, or hardly a trial that did not diverge."""
    seeds = 0 if sample is None else int(sample.values.notna().sum())
    return Verdict(
        claim=claim,
        outcome=Outcome.UNDECIDED,
        seeds=seeds,
        diverged=0 if sample is None else len(sample.values) - seeds,
        margin=margin,
        needed=Needed(MIN_SEEDS, MIN_SEEDS),
        detail=NOT_RUN if sample is None else "fewer than two trials that did not diverge",
    )
