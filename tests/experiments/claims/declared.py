"""A claim of every kind, for tests that need one."""

from __future__ import annotations

from experiments.claims.kinds import (
    Bound,
    Checked,
    Claim,
    Deviation,
    Equal,
    Insignificant,
    NotTestable,
    Order,
    Pair,
    TimeRatio,
    Value,
)
from experiments.claims.quantities import Quantity

BASE = {"report": "feng", "place": "Table I", "quote": "8.03%", "study": "train"}


def value(**changes: object) -> Value:
    settings: dict[str, object] = {**BASE, "id": "F3", "quantity": Quantity("train", "test_error"), "published": 8.0, "n": 10}
    return Value(**(settings | changes))  # type: ignore[arg-type]


def every_kind() -> list[Claim]:
    one, other = Quantity("a", "train_error"), Quantity("b", "train_error")
    return [
        value(),
        Order(**BASE, id="1", pairs=(Pair(one, other),)),
        Equal(**BASE, id="2", pairs=(Pair(one, other), Pair(other, one)), margin=0.5, margin_reason="r", at_least=1),
        Bound(**BASE, id="3", quantity=one, limit=0.5),
        TimeRatio(**BASE, id="4", evidence="e", numerator=("a",), denominator=("b",), published=2.0),
        NotTestable(**BASE, id="5", reason="r"),
        Checked(**BASE, id="6", holds=True, reason="r"),
        Deviation(**BASE, id="7", quantity=one, published=0.4, n=15),
        Insignificant(**BASE, id="8", arms=(one, other), at_least=1, n=15),
    ]
