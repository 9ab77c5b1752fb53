"""Which seeds a plan has, at its limits."""

from __future__ import annotations

import pytest

from experiments.reports.plan import plan


@pytest.mark.parametrize("first", [None, 40])
def test_seeds_begin_at_nought_unless_told_otherwise(first: int | None) -> None:
    options = {} if first is None else {"first_seed": first}
    plans = plan(["feng", "bamberger"], rounds=7, **options)
    assert {each.study.seeds.start for each in plans} == {first or 0}
    rounds = {each.study.seeds_per_data_set: each.study.rounds for each in plans}
    assert rounds == {1: 7, 15: 15}


def test_readings_are_left_out_unless_asked_for_and_stop_at_two_hundred_rounds() -> None:
    default, every = plan(["bordignon"], rounds=1000), plan(["bordignon"], rounds=1000, readings=True)
    assert not any(each.reading or each.spec.alternative for each in default)
    readings = [each for each in every if each.reading]
    assert readings and {each.study.rounds for each in readings} <= {200, *(each.spec.max_rounds for each in readings)}
    assert any(each.study.rounds == 200 for each in readings)
