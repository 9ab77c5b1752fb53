"""The published number beside a curve's end, looked up among the declared claims. Imports no torch."""

from __future__ import annotations

import functools

from experiments.claims import FINAL, Value
from experiments.claims_of import CLAIMS


@functools.cache
def published_value(study: str, arm: str, metric: str) -> Value | None:
    """The claim that prints a metric of an arm after the last epoch; None when the report prints nothing.

    A reading of a study has the study's numbers, but for those that it takes for means over other epochs.
    """
    base, reading = _split(study)
    for claim in CLAIMS:
        if not isinstance(claim, Value) or (claim.study, claim.quantity.arm, claim.quantity.metric) != (base, arm, metric):
            continue
        if dict(claim.windows).get(reading, claim.quantity.window) == FINAL:
            return claim
    return None


def published_final(study: str, arm: str, metric: str) -> float | None:
    """The printed number itself, errors in percent; where only an accuracy is printed, the error it leaves."""
    claim = published_value(study, arm, metric)
    if claim is not None:
        return claim.published
    accuracy = published_value(study, arm, metric.replace("_error", "_accuracy"))
    return None if accuracy is None else 100 - accuracy.published


def _split(study: str) -> tuple[str, str]:
    """The study and the reading in a name: the longest study that it begins with, and what follows."""
    bases = [claim.study for claim in CLAIMS if f"{study}-".startswith(f"{claim.study}-")]
    base = max(bases, key=len, default=study)
    return base, study[len(base) + 1 :]
