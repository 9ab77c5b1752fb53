"""All claims judged together: the ledger, its readings, and how many verdicts chance would turn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.claims.kinds import Bound, Claim, Equal, NotTestable, Order, Pair
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge
from experiments.verdicts.ledger import count_outcomes, expected_by_chance, judge_all, ledger_frame
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
    counts = count_outcomes(ledger_frame(judged))
    assert counts.loc["not reproduced"].tolist() == [0, 1]
    assert counts.to_numpy().sum() == len(claims)
    pd.testing.assert_frame_equal(frame, ledger_frame(judge_all(claims, Tables(extra=extra)), {"s-relu"}))


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
    assert (chance.by_seeds, chance.by_study, chance.values) == (0, pytest.approx(0.1), 2)
    edge = judge_all([Bound(**STATED, id="b", quantity=A, limit=4.0 + 1.645 / 20)], Tables(extra=extra))
    assert 0.3 < expected_by_chance(ledger_frame(edge)).by_seeds < 0.7
    assert expected_by_chance(ledger_frame(judge_all([value(4.1, 10)], Tables()))).by_seeds == 0


@pytest.mark.parametrize(("published", "margin"), [(4.49, 0.6), (4.62, 0.3)], ids=["at a margin", "at the prediction's end"])
def test_verdicts_turn_as_often_as_chance_was_said_to_turn_them(published: float, margin: float) -> None:
    """The prediction from one set of seeds against what other sets of seeds do."""
    claim = value(published, 10, margin)
    generator = np.random.default_rng(5)
    verdicts = [judge(claim, tables(a=pd.Series(generator.normal(4, 1, 200)))) for _ in range(150)]
    at_the_mean = judge(claim, tables(a=bell(4.0, seeds=200)))
    others = np.mean([verdict.outcome != at_the_mean.outcome for verdict in verdicts])
    assert at_the_mean.turned == pytest.approx(others, abs=0.15)
    assert others > 0.1
