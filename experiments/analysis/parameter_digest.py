"""A few digits that say whether two trained networks have the same parameters, bit for bit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import numpy as np

DIGITS = 16


def parameter_digest(parameters: Mapping[str, np.ndarray]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of all parameters, `weight0`, `bias0`, `weight1` ... row by row.

    Those of a user's own layers come last, by name. Numbers count as their bytes, the lowest first, and every NaN has the same
    ones, so that the digest is the same on every machine. `templates/trainer.js` has the same function for the page.

    Args:
        parameters: by name, (rows, columns) each, as a trial leaves them.
    """
    digest = hashlib.sha256()
    for name in sorted(parameters, key=_place):
        digest.update(_bytes(parameters[name]))
    return digest.hexdigest()[:DIGITS]


def _place(name: str) -> tuple[bool, int, bool, str]:
    """Layers by their number, each one's weight before its bias."""
    found = re.fullmatch(r"(weight|bias)(\d+)", name)
    return (False, int(found[2]), found[1] == "bias", name) if found else (True, 0, False, name)


def _bytes(values: np.ndarray) -> bytes:
    canonical = np.where(np.isnan(values), np.array(np.nan, dtype=values.dtype), values)
    return canonical.astype(values.dtype.newbyteorder("<")).tobytes()
