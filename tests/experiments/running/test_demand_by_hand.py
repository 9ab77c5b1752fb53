"""What a study will need, each term written out."""

from __future__ import annotations

import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.running import demand
from experiments.running.demand import MAX_DAYS, SECONDS_A_DAY, demand_of, memory_of_machine, stack_bytes
from experiments.running.estimate import stack_seconds

CONFIG = TrialConfig(engine="stack", hidden=(4,), train_size=100, test_size=50, batch_size=10, epochs=20)


def study_of(rounds: int, *configs: TrialConfig, first: int = 0) -> Study:
    return Study("s", tuple(Arm(str(place), config) for place, config in enumerate(configs)), range(first, first + rounds))


def test_every_term_of_a_stack() -> None:
    """Samples 2 (16 + 8 + 4 * 4) bytes, parameters 6 copies, activations 4, and 3 numbers of 8 bytes an epoch measured."""
    config = CONFIG.replace(validation_size=30, batch_size=5, evaluate_every=4, hidden=(3, 4))
    assert stack_bytes(config, 2) == {
        "train_size": 2 * 100 * 80,
        "validation_size": 2 * 30 * 80,
        "test_size": 2 * 50 * 80,
        "hidden": 2 * 6 * 4 * (3 * 3 + 4 * 4 + 5 * 2),
        "batch_size": 2 * 4 * 4 * 5 * (2 + 3 + 4 + 2),
        "epochs": 2 * 24 * (20 / 4 + 2) * 2 * 3,
    }


@pytest.mark.parametrize(("epochs", "grows"), [(11, "epochs"), (9, "train_size"), (10, "train_size")])
def test_losses_of_steps_are_put_down_to_the_larger(epochs: int, grows: str) -> None:
    plain, kept = (stack_bytes(CONFIG.replace(epochs=epochs, record_steps=record), 3) for record in (False, True))
    assert {name for name in kept if kept[name] != plain[name]} == {grows}
    assert kept[grows] - plain[grows] == 3 * 24 * epochs * 10


@pytest.mark.parametrize(("rounds", "rows"), [(12, "epochs"), (40, "rounds")])
def test_rows_and_workers(rounds: int, rows: str) -> None:
    """500 bytes a trial and a row of it; rows are put down to what there is more of, epochs measured or trials."""
    found = demand_of([study_of(rounds, CONFIG)], 3)
    stack = stack_bytes(CONFIG, rounds)
    expected = stack | {"jobs": 2e8}
    expected[rows] = expected.get(rows, 0) + rounds * (500 + 500 * 22)
    assert found.bytes_by_setting == pytest.approx(expected)
    assert found.bytes == pytest.approx(sum(expected.values()) + 4e8)


@pytest.mark.parametrize(("first", "rounds", "trials"), [(0, 4, 4), (1, 4, 8), (3, 1, 4), (3, 2, 8), (0, 5, 8)])
def test_blocks_are_filled(first: int, rounds: int, trials: int) -> None:
    assert demand_of([study_of(rounds, CONFIG, first=first)], 1).seconds == pytest.approx(stack_seconds(CONFIG, trials))


def test_trials_one_at_a_time_are_not_stacked() -> None:
    alone = CONFIG.replace(engine="torch")
    found = demand_of([study_of(5, alone)], 2)
    assert found.seconds == pytest.approx(5 * stack_seconds(alone, 1) / 2)
    assert found.seconds_of_stack == stack_seconds(alone, 1)
    assert found.bytes_by_setting["hidden"] == 2 * stack_bytes(alone, 1)["hidden"]
    assert found.bytes_by_setting["jobs"] == 4e8


def test_arms_of_one_structure_share_their_stacks_and_studies_follow_one_another() -> None:
    both = demand_of([study_of(64, CONFIG, CONFIG.replace(lr=0.5))], 1)
    assert both.seconds == pytest.approx(stack_seconds(CONFIG, 128))
    large, small = study_of(8, CONFIG.replace(hidden=(9, 9))), study_of(8, CONFIG)
    one, other, all_of_them = (demand_of(studies, 1) for studies in ([large], [small], [small, large]))
    assert all_of_them.seconds == pytest.approx(one.seconds + other.seconds)
    assert all_of_them.bytes_by_setting["hidden"] == one.bytes_by_setting["hidden"] > other.bytes_by_setting["hidden"]
    assert all_of_them.seconds_of_stack == one.seconds_of_stack


def test_a_run_may_take_thirty_days() -> None:
    assert (MAX_DAYS, SECONDS_A_DAY) == (30, 24 * 60 * 60)


def test_the_memory_of_a_machine_is_its_pages(monkeypatch) -> None:
    monkeypatch.setattr(demand.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 1000}.__getitem__)
    assert memory_of_machine() == 4096e3

    def unknown(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr(demand.os, "sysconf", unknown)
    assert memory_of_machine() is None


def test_a_count_with_too_many_digits_is_a_one_with_three_hundred_noughts() -> None:
    assert stack_bytes(CONFIG.replace(train_size=10**301), 1)["train_size"] == 80 * 1e300
