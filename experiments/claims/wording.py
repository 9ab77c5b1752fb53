"""What a claim is about, in the few words of a table cell."""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.claims.kinds import (
    AS_PRINTED,
    Bound,
    Checked,
    Claim,
    Contradiction,
    Deviation,
    Equal,
    Insignificant,
    NotTestable,
    Order,
    Pair,
    Relation,
    TimeRatio,
    Value,
)
from experiments.claims.quantities import How, Quantity

# More arms than this are counted, not named.
NAMED = 6


def quantities(claim: Claim) -> tuple[Quantity, ...]:
    """The quantities that a claim looks up, each once."""
    match claim:
        case Value() | Deviation() | Bound():
            return (claim.quantity,)
        case Order() | Equal():
            return tuple(dict.fromkeys(side for pair in claim.pairs for side in (pair.lower, pair.higher)))
        case Contradiction():
            return tuple(dict.fromkeys((claim.first, claim.second)))
        case Insignificant():
            return claim.arms
    return ()


def arm_of(claim: Claim) -> str:
    """The arm, or the arms compared."""
    if isinstance(claim, TimeRatio):
        return ", ".join(dict.fromkeys((*claim.numerator, *claim.denominator)))
    return ", ".join(dict.fromkeys(quantity.arm for quantity in quantities(claim)))


def metric_of(claim: Claim) -> str:
    """The metric, or the metrics compared; the name of the measurement for times."""
    if isinstance(claim, TimeRatio):
        return claim.evidence
    return ", ".join(dict.fromkeys(map(_measured, quantities(claim))))


def _measured(quantity: Quantity) -> str:
    """The metric; of a share of runs that share, for it is no loss."""
    shares = {How.FALLS: "share of runs that fall", How.DIVERGES: "share of runs that diverge"}
    return shares.get(quantity.window.how, quantity.metric)


def window_of(claim: Claim) -> str:
    """The window of epochs, or the windows compared."""
    return ", ".join(dict.fromkeys(str(quantity.window) for quantity in quantities(claim)))


def published_number(claim: Claim) -> float:
    """The printed number, limit or difference; NaN where none is printed."""
    match claim:
        case Value() | Deviation():
            return claim.published
        case TimeRatio():
            return claim.published if claim.printed else math.nan
        case Bound():
            return claim.limit if claim.limit_reason == AS_PRINTED else math.nan
        case Contradiction():
            return claim.second_published - claim.first_published
        case NotTestable():
            return math.nan if claim.published is None else claim.published
    return math.nan


def margin_reason(claim: Claim) -> str:
    """Why the margin, limit or slack is what it is."""
    match claim:
        case Value() | Deviation():
            return claim.allowed()[1]
        case Equal():
            return claim.margin_reason
        case TimeRatio():
            return claim.margin_reason if claim.relation is Relation.SIMILAR else ""
        case Bound():
            return claim.limit_reason
        case Order():
            return claim.slack_reason
    return ""


def statement(claim: Claim) -> str:
    """What has to hold."""
    match claim:
        case Deviation():
            return f"deviation within {claim.allowed()[0]:.2g} of {claim.published:g}"
        case Insignificant():
            return f"p above 0.05 in {claim.at_least} of {math.comb(len(claim.arms), 2)} pairs, in most studies of {claim.n}"
        case Checked():
            return "true"
        case Value():
            return f"within {claim.allowed()[0]:.3g} of {claim.published:g}"
        case Bound():
            return f"{'below' if claim.below else 'above'} {claim.limit:g}"
        case Order() | Equal():
            return _compared(claim)
        case TimeRatio() if claim.relation is Relation.SIMILAR:
            return f"within {100 * claim.margin:g} % of {claim.published:g}"
        case TimeRatio():
            return f"{claim.relation} {claim.reference:g}"
        case Contradiction():
            return f"{claim.first_published:g} and {claim.second_published:g} from one training"
    return ""


def _compared(claim: Order | Equal) -> str:
    """`a, b < c < d`: which side of each pair is the lower one; of at least so many pairs, `at least 7 of 12 pairs: ...`."""
    sign = "=" if isinstance(claim, Equal) else "<"
    wanted = f"at least {claim.at_least} of {len(claim.pairs)} pairs: " if claim.at_least else ""
    above: dict[str, list[str]] = {}
    for lower, higher in _sides(claim.pairs):
        above.setdefault(lower, []).append(higher)
    levels: dict[tuple[str, ...], list[str]] = {}
    for lower, highers in above.items():
        levels.setdefault(tuple(highers), []).append(lower)
    chains: list[list[Sequence[str]]] = []
    for shared, lowers in levels.items():
        if chains and set(chains[-1][-1]) == {*lowers, *shared}:
            chains[-1][-1:] = [lowers, shared]
        else:
            chains.append([lowers, shared])
    told = "; ".join(f" {sign} ".join(_several(names) for names in chain) for chain in chains)
    return f"{wanted}{told}{_slack(claim)}"


def _sides(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """What each pair's sides are called: by arm, metric or window, the first that tells them apart."""

    def names(quantity: Quantity) -> tuple[str, str, str]:
        return quantity.arm, quantity.metric, str(quantity.window)

    both = [(names(pair.lower), names(pair.higher)) for pair in pairs]
    differs = next((place for place in range(3) if all(lower[place] != higher[place] for lower, higher in both)), 0)
    return [(lower[differs], higher[differs]) for lower, higher in both]


def _several(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= NAMED else f"{len(names)} arms"


def _slack(claim: Order | Equal) -> str:
    """How much higher the lower one may be: ` + 0.5`."""
    if not (isinstance(claim, Order) and claim.slack):
        return ""
    return f"{' each' if len(claim.pairs) > 1 else ''} + {claim.slack:g}"
