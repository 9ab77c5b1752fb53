"""Kinds of claim as data: a digest that follows every declared word."""

from __future__ import annotations

import dataclasses

from experiments.claims.kinds import Order, digest
from tests.experiments.claims.declared import BASE, every_kind, value


def test_a_margin_of_its_own_comes_with_its_reason() -> None:
    assert value(margin=3.2, margin_reason="because").allowed() == (3.2, "because")


def test_the_digest_follows_every_field_of_every_claim() -> None:
    claims = every_kind()
    seen = {digest(claims), digest(claims[:-1])}
    changed = 0
    for index, claim in enumerate(claims):
        for field in dataclasses.fields(claim):
            before = getattr(claim, field.name)
            after = {bool: lambda v: not v, int: lambda v: v + 1, float: lambda v: v + 1.0, str: lambda v: v + "x"}.get(
                type(before)
            )
            if after is not None:
                mutated = [*claims]
                mutated[index] = dataclasses.replace(claim, **{field.name: after(before)})
                seen.add(digest(mutated))
                changed += 1
    assert len(seen) == changed + 2
    assert digest(claims) == digest(every_kind())


def test_the_digest_tells_kinds_apart() -> None:
    fields = {**BASE, "id": "1", "pairs": ()}
    shape = type("Shape", (Order,), {"kind": "shape"})
    assert digest([Order(**fields)]) != digest([shape(**fields)])
