"""The planned looks: what each may spend, which claims are looked at again, and that all looks together err in 5 %."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Bound, Equal, Order, Pair, Value
from experiments.claims.outcome import Outcome
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.looks import ALPHA, LOOKS, alpha_at, looks_in_words, next_looks, seeds_to_decide
from tests.experiments.verdicts.samples import STATED, A, B, bell, tables


def test_all_looks_together_spend_one_chance() -> None:
    assert sum(LOOKS.values()) == pytest.approx(ALPHA) and LOOKS == {1000: 0.03, 4000: 0.015, 16000: 0.005}
    assert [alpha_at(seeds) for seeds in (1, 999, 1000, 3999, 4000, 15_999, 16_000)] == [
        *(0.05, 0.05, 0.03, 0.03, 0.015, 0.015, 0.005)
    ]
    assert looks_in_words() == "0.05; from 1000 seeds on 0.03, from 4000 on 0.015, from 16000 on 0.005"


LEVELS = {999: (0.95, 0.90), 1000: (0.97, 0.94), 4000: (0.985, 0.97), 16_000: (0.995, 0.99)}


@pytest.mark.parametrize("seeds", LEVELS)
def test_verdicts_have_the_level_of_their_look(seeds: int) -> None:
    """Those of trials that diverged are seeds too."""
    ours, theirs = bell(4, seeds=seeds), bell(5, seeds=seeds, seed=1)
    ours.iloc[:2] = np.nan
    found = Tables(extra={("s", "a", "test_error"): ours, ("s", "b", "test_error"): theirs})
    two_sided, one_sided = LEVELS[seeds]
    claims = {
        Order(**STATED, id="o", pairs=(Pair(A, B),)): two_sided,
        Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=9, margin_reason="r"): one_sided,
        Bound(**STATED, id="b", quantity=A, limit=9): one_sided,
        Value(**STATED, id="v", quantity=A, published=4, n=1, margin=1, margin_reason="r"): one_sided,
    }
    assert {claim.id: judge(claim, found).level for claim in claims} == {
        claim.id: pytest.approx(level) for claim, level in claims.items()
    }


@pytest.mark.parametrize(("seeds", "expected"), [(999, Outcome.REPRODUCED), (1000, Outcome.UNDECIDED)])
def test_the_same_p_decides_before_the_first_look_and_not_at_it(seeds: int, expected: Outcome) -> None:
    """Twice the tail is 0.04."""
    differences = bell(0, seeds=seeds)
    differences += 2.056 * differences.std() / np.sqrt(seeds)
    base = bell(4, seeds=seeds, seed=2)
    verdict = judge(Order(**STATED, id="o", pairs=(Pair(A, B),)), tables(a=base, b=base + differences))
    assert verdict.p == pytest.approx(0.04, abs=0.0005) and verdict.outcome == expected
    equal = Equal(**STATED, id="e", pairs=(Pair(A, B),), margin=1.0, margin_reason="r")
    near = bell(0, seeds=seeds)
    near += 1.0 - 1.752 * near.std() / np.sqrt(seeds)
    verdict = judge(equal, tables(a=base, b=base + near))
    assert verdict.p == pytest.approx(0.04, abs=0.0005)
    assert (verdict.outcome == Outcome.REPRODUCED) == (seeds < 1000)


def ledger(**rows: tuple[str, str, int, float, float]) -> pd.DataFrame:
    """Claim -> study, verdict, seeds, diverged, needed seeds."""
    return pd.DataFrame.from_dict(rows, orient="index", columns=["study", "verdict", "seeds", "diverged", "needs_seeds"])


def test_studies_of_undecided_claims_are_looked_at_again() -> None:
    found = ledger(
        a=("first", "undecided", 990, 10, 3500),
        b=("first", "reproduced", 1000, 0, np.nan),
        c=("second", "at the margin", 1000, 0, 9000),
        d=("third", "undecided", 4005, 0, 15000),
        e=("fourth", "undecided", 1000, 0, 17000),
        f=("fifth", "undecided", 130, 0, 2000),
        g=("sixth", "undecided", 16005, 0, 16006),
        h=("", "undecided", 0, np.nan, np.nan),
        i=("seventh", "undecided", 1000, np.nan, np.nan),
        j=("eighth", "undecided", 16000, 0, 16000),
    )
    assert next_looks(found, 16_000) == {"first": 4000, "third": 16000}
    assert next_looks(found, 4000) == {"first": 4000}


def test_what_a_look_asks_for_is_what_its_level_asks_for() -> None:
    """With 40 / alpha seeds: 800 at .05; with 60: 1200, above the look, so 2000 at .03; then looks at .015 and .005."""
    counts = [seeds_to_decide(lambda alpha, unit=unit: round(unit / alpha)) for unit in (40, 60, 119, 130, 300)]
    assert counts == [800, 2000, 3967, 8667, 60000]
    assert seeds_to_decide(lambda alpha: 999 if alpha == 0.05 else 10**6) == 999
    assert seeds_to_decide(lambda alpha: 1001 if alpha == 0.05 else 5) == 1000, "a look has at least its seeds"
    assert seeds_to_decide(lambda alpha: None) is None


def test_all_looks_together_err_in_a_twentieth() -> None:
    """Of studies without a difference, looked at again while they are undecided; peeking at .05 each time errs more."""
    rng = np.random.default_rng(0)
    planned, naive = np.zeros(20_000, bool), np.zeros(20_000, bool)
    sums, before = np.zeros(20_000), 0
    for look, alpha in LOOKS.items():
        sums += rng.normal(0, np.sqrt(look - before), 20_000)
        before = look
        z = np.abs(sums) / np.sqrt(look)
        planned |= z > -NormalDist().inv_cdf(alpha / 2)
        naive |= z > -NormalDist().inv_cdf(0.025)
    assert planned.mean() < 0.05 < 0.09 < naive.mean()
