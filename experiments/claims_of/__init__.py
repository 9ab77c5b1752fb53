"""The claims of the five reports, declared before any of them is judged; one file a report, as data."""

from __future__ import annotations

from experiments.claims import Claim, digest
from experiments.claims_of import bamberger, bhatt, bordignon, feng, fernandez

CLAIMS_OF: dict[str, tuple[Claim, ...]] = {
    "feng": feng.CLAIMS,
    "bordignon": bordignon.CLAIMS,
    "fernandez": fernandez.CLAIMS,
    "bamberger": bamberger.CLAIMS,
    "bhatt": bhatt.CLAIMS,
}
CLAIMS: tuple[Claim, ...] = tuple(claim for claims in CLAIMS_OF.values() for claim in claims)


def claims_digest() -> str:
    """8 hexadecimal digits over all declared claims."""
    return digest(CLAIMS)
