"""The same claim under another reading of its study."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from experiments.claims.kinds import (
    Bound,
    Claim,
    Contradiction,
    Deviation,
    Equal,
    Order,
    Pair,
    Value,
)


def name_of_reading(study: str, reading: str) -> str:
    """What a reading of a study is called among the studies."""
    return f"{study}-{reading}"


def split_reading(name: str, studies: Iterable[str]) -> tuple[str, str]:
    """The study and the reading in a name: the longest study that it begins with, and what follows, if anything."""
    found = [study for study in studies if f"{name}-".startswith(f"{study}-")]
    study = max(found, key=len, default=name)
    return study, name[len(study) + 1 :]


def under_reading(claim: Claim, reading: str) -> Claim:
    """The same claim about the study run under another reading, whose window of epochs it takes where it has one."""
    changes: dict[str, object] = {"study": name_of_reading(claim.study, reading)}
    window = dict(claim.windows).get(reading)
    if window is not None and isinstance(claim, Value | Deviation | Bound):
        changes["quantity"] = dataclasses.replace(claim.quantity, window=window)
    elif window is not None and isinstance(claim, Contradiction):
        changes["second"] = dataclasses.replace(claim.second, window=window)
    elif window is not None and isinstance(claim, Order | Equal):
        replaced = (
            Pair(dataclasses.replace(pair.lower, window=window), dataclasses.replace(pair.higher, window=window))
            for pair in claim.pairs
        )
        changes["pairs"] = tuple(replaced)
    return dataclasses.replace(claim, **changes)  # type: ignore[arg-type]
