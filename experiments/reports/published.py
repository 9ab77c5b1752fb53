"""The published number beside a curve's end, looked up among the declared claims. Imports no torch."""

from __future__ import annotations

import functools

from experiments.claims.kinds import Value
from experiments.claims.quantities import FINAL
from experiments.claims.readings import split_reading
from experiments.reports.catalogue import CLAIMS


@functools.cache
def published_claims(study: str, arm: str, metric: str) -> tuple[Value, ...]:
    """The claims that print a metric of an arm after the last epoch: two where a report contradicts itself.

    A reading of a study has the study's numbers, but for those that it takes for means over other epochs.
    """
    base, reading = split_reading(study, {claim.study for claim in CLAIMS})
    return tuple(
        claim
        for claim in CLAIMS
        if isinstance(claim, Value)
        and (claim.study, claim.quantity.arm, claim.quantity.metric) == (base, arm, metric)
        and dict(claim.windows).get(reading, claim.quantity.window) == FINAL
    )


def published_finals(study: str, arm: str, metric: str) -> tuple[float, ...]:
    """The printed numbers themselves, errors in percent; where only an accuracy is printed, the error that it leaves."""
    errors = [claim.published for claim in published_claims(study, arm, metric)]
    accuracies = [claim.published for claim in published_claims(study, arm, metric.replace("_error", "_accuracy"))]
    return tuple(dict.fromkeys(errors if errors or not metric.endswith("_error") else [100 - value for value in accuracies]))
