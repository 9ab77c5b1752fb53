"""The published number beside a curve's end, looked up among the declared claims. Imports no torch."""

from __future__ import annotations

import functools

from experiments.claims import FINAL, Value
from experiments.claims_of import CLAIMS


@functools.cache
def published_final(study: str, arm: str, metric: str) -> float | None:
    """What a report prints for a metric of an arm after the last epoch, errors in percent; None when it prints nothing.

    A reading of a study has the study's numbers.
    """
    accuracy = metric.replace("_error", "_accuracy")
    for claim in CLAIMS:
        if not isinstance(claim, Value) or claim.quantity.arm != arm or claim.quantity.window != FINAL:
            continue
        if study == claim.study or study.startswith(f"{claim.study}-"):
            if claim.quantity.metric == metric:
                return claim.published
            if claim.quantity.metric == accuracy:
                return 100 - claim.published
    return None
