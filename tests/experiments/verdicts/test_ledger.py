"""All claims judged together: the ledger, its readings, and how many verdicts chance would turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Bound, Claim, Equal, NotTestable, Order, Pair
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.ledger import claim_of, count_claims, expected_by_chance, judge_all, ledger_frame
from tests.experiments.verdicts.samples import NOISE, STATED, A, B, C, bell, tables, value


def test_a_ledger() -> None:
    claims: list[Claim] = [
        value(4.1, 10, id="F1"),
        value(6.0, 10, id="F2", fitted=True),
        Order(**STATED, id="F3", pairs=(Pair(A, B),)),
        Equal(**STATED, id="F4", pairs=(Pair(A, C),), margin=0.5, margin_reason="r"),
        NotTestable(**STATED, id="F5", reason="r"),
    ]
    extra = {("s", "a", "test_error"): bell(4.0), ("s", "b", "test_error"): bell(4.0) + NOISE + 0.12}
    extra |= {("s-relu", "a", "test_error"): bell(6.0), ("s-few", "a", "test_error"): bell(6.0, seeds=20)}
    judged = judge_all(claims, Tables(extra=extra))
    frame = ledger_frame(judged, {"s-relu"})
    assert list(frame.columns[:11]) == (
        ["report", "claim", "kind", "arm", "metric", "published", "ours", "low", "high", "seeds", "verdict"]
    )
    assert frame["verdict"].tolist() == ["reproduced", "not reproduced", "reproduced", "undecided", "not testable"]
    assert frame["readings"].tolist() == [
        "relu (fitted): not reproduced",
        "relu (fitted): reproduced",
        "",
        "",
        "",
    ]
    assert judged[1].verdict.label == "not reproduced (fitted)"
    assert judged[2].verdict.p_holm == pytest.approx(2 * judged[2].verdict.p), "a claim that was not run counts for Holm"
    counts = count_claims(ledger_frame(judged))
    assert counts.loc["not reproduced"].tolist() == [0, 1]
    assert counts.to_numpy().sum() == len(claims)
    pd.testing.assert_frame_equal(frame, ledger_frame(judge_all(claims, Tables(extra=extra)), {"s-relu"}))


def test_the_larger_of_two_p_values_is_not_multiplied() -> None:
    """Holm's factor is 2 for the smaller, 1 for the larger: each claim sees the other's p as it is."""
    claims = [Order(**STATED, id=id, pairs=(Pair(A, other),)) for id, other in (("F1", B), ("F2", C))]
    extra = {
        ("s", name, "test_error"): bell(4.0) + shift for name, shift in (("a", 0.0), ("b", NOISE + 0.3), ("c", NOISE + 0.12))
    }
    smaller, larger = (one.verdict for one in judge_all(claims, Tables(extra=extra)))
    assert smaller.p < larger.p < 0.05
    assert (smaller.p_holm, larger.p_holm) == (pytest.approx(2 * smaller.p), pytest.approx(larger.p))


def test_a_reading_belongs_to_the_longest_study_it_begins_with() -> None:
    stated = {key: text for key, text in STATED.items() if key != "study"}
    claims = [Bound(**stated, study=study, id=study, quantity=A, limit=5) for study in ("train", "train-fernandez")]
    means = {"train": 4, "train-fernandez": 4, "train-fernandez-textbook": 6, "train-centred": 7}
    evidence = Tables(extra={(study, "a", "test_error"): bell(mean) for study, mean in means.items()})
    assert [list(one.otherwise) for one in judge_all(claims, evidence)] == [["centred"], ["textbook"]]


def test_how_many_verdicts_chance_would_turn() -> None:
    """Far from every edge none; on an edge about as many as not; and one value in twenty for the published studies."""
    extra = {("s", "a", "test_error"): bell(4.0)}
    safe = judge_all([value(4.1, 10, id="1"), value(8.0, 10, id="2")], Tables(extra=extra))
    chance = expected_by_chance(ledger_frame(safe))
    assert (chance.by_seeds, chance.by_study, chance.values) == (pytest.approx(0, abs=2e-3), pytest.approx(0.1), 2)
    edge = judge_all([Bound(**STATED, id="b", quantity=A, limit=4.0 + 1.645 / 20)], Tables(extra=extra))
    assert 0.3 < expected_by_chance(ledger_frame(edge)).by_seeds < 0.7
    assert expected_by_chance(ledger_frame(judge_all([value(4.1, 10)], Tables()))).by_seeds == 0


@pytest.mark.slow
@pytest.mark.parametrize(("n", "margin"), [(10, 0.6), (1000, 0.3)], ids=["ends of the prediction", "ends of the margin"])
def test_verdicts_turn_as_often_as_chance_was_said_to_turn_them(n: int, margin: float) -> None:
    """Over truths that are anywhere: what one set of seeds expects of another, against how often the two disagree."""
    generator = np.random.default_rng(5)
    said, differ = [], []
    for truth in np.linspace(3, 5, 120):
        draws = [pd.Series(generator.normal(truth, 1, 200)) for _ in range(2)]
        one, other = (judge(value(4.0, n, margin), tables(a=draw)) for draw in draws)
        said.append(one.turned)
        differ.append(one.outcome != other.outcome)
    assert np.mean(said) == pytest.approx(np.mean(differ), abs=0.08)
    assert np.mean(differ) > 0.1


def test_the_halves_of_the_seeds_are_judged_alone_and_how_many_differ_is_counted() -> None:
    """Even seeds say 4, odd ones 6: near 4 the whole is neither, and the halves contradict each other."""
    apart = bell(4.0) + 2.0 * (np.arange(400) % 2)
    together, few = bell(4.0), bell(4.0, seeds=150)
    extra = {("s", arm, "test_error"): values for arm, values in (("a", apart), ("b", together), ("c", few))}
    bounds = [Bound(**STATED, id=f"B{arm.arm}", quantity=arm, limit=5.0) for arm in (A, B, C)]
    judged = judge_all(bounds, Tables(extra=extra))
    assert [[half.seeds for half in one.halves] for one in judged] == [[200, 200], [200, 200], []]
    frame = ledger_frame(judged)
    assert frame["halves"].tolist() == ["reproduced / not reproduced", "", ""]
    chance = expected_by_chance(frame)
    assert (chance.halves, chance.found, chance.expected) == (2, 1, pytest.approx(0, abs=1e-3))


def test_halves_of_shared_data_sets_stay_whole() -> None:
    extra = {("s", "a", "test_error"): bell(4.0, seeds=300)}
    (judged,) = judge_all([value(4.1, 10)], Tables(extra=extra, seeds_per_data_set={"s": 25}))
    assert [half.estimate.units for half in judged.halves] == [6, 6]
    assert set(judged.halves[1].estimate.groups.tolist()) == {1, 3, 5, 7, 9, 11}


def test_claims_are_counted_not_their_rows() -> None:
    """One fact that fills three rows is one claim; rows that disagree make it mixed, one fitted row makes it fitted."""
    rows = [
        ("feng", "F3-train", "not reproduced", False),
        ("feng", "F3-torch-test", "not reproduced", False),
        ("feng", "F4", "reproduced", False),
        ("bhatt", "E1-train", "reproduced", True),
        ("bhatt", "E1-test", "not reproduced", False),
        ("bhatt", "F4", "at the margin", True),
    ]
    counts = count_claims(pd.DataFrame(rows, columns=["report", "claim", "verdict", "fitted"]))
    found = {name: tuple(row) for name, row in counts.iterrows() if row.sum()}
    assert found == {"reproduced": (1, 0), "not reproduced": (1, 0), "at the margin": (0, 1), "mixed": (0, 1)}
    assert claim_of("D8-time-relu-normal") == "D8" and claim_of("F7") == "F7"
