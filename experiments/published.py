"""The published number beside a curve's end, looked up among the declared claims. Imports no torch."""

from __future__ import annotations

import functools

from experiments.claims import FINAL, Value
from experiments.claims_of import CLAIMS


@functools.cache
def published_finals(study: str, arm: str, metric: str) -> tuple[float, ...]:
    """What a report prints for a metric of an arm after the last epoch, errors in percent: twice where it contradicts itself.

    A reading of a study has the study's numbers, but for those that it takes for means over other epochs.
    """
    base, reading = _split(study)
    accuracy = metric.replace("_error", "_accuracy")
    found = []
    for claim in CLAIMS:
        if not isinstance(claim, Value) or (claim.study, claim.quantity.arm) != (base, arm):
            continue
        if dict(claim.windows).get(reading, claim.quantity.window) == FINAL:
            if claim.quantity.metric == metric:
                found.append(claim.published)
            elif claim.quantity.metric == accuracy:
                found.append(100 - claim.published)
    return tuple(dict.fromkeys(found))


def _split(study: str) -> tuple[str, str]:
    """The study and the reading in a name: the longest study that it begins with, and what follows."""
    bases = [claim.study for claim in CLAIMS if f"{study}-".startswith(f"{claim.study}-")]
    base = max(bases, key=len, default=study)
    return base, study[len(base) + 1 :]
