"""What a study will need, against counts written out here."""

import math

import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.running.demand import demand_of, stack_bytes
from experiments.running.estimate import estimate_seconds
from experiments.training.lanes import plan_chunks

CONFIG = TrialConfig(hidden=(4,), train_size=100, test_size=50, batch_size=10, epochs=20)


def study_of(rounds: int, *configs: TrialConfig, first: int = 0) -> Study:
    return Study("s", tuple(Arm(str(place), config) for place, config in enumerate(configs)), range(first, first + rounds))


@pytest.mark.parametrize("rounds", [1, 100, 1000])
def test_seconds_are_those_of_the_chunks_that_would_run(rounds):
    study = study_of(rounds, CONFIG, CONFIG.replace(hidden=(9, 9)), CONFIG.replace(engine="torch"))
    expected = estimate_seconds(plan_chunks(study.trials))
    assert demand_of([study], 1).seconds == pytest.approx(expected, rel=0.15)
    assert demand_of([study, study], 1).seconds == pytest.approx(2 * expected, rel=0.15)


def test_workers_share_stacks_but_no_stack_is_faster():
    one, four = (demand_of([study_of(512, CONFIG)], jobs) for jobs in (1, 4))
    assert four.seconds == pytest.approx(one.seconds / 4)
    assert four.seconds_of_stack == one.seconds_of_stack == pytest.approx(one.seconds / 4)
    assert demand_of([study_of(128, CONFIG)], 4).seconds == one.seconds_of_stack


def test_memory_grows_with_what_is_kept():
    small = stack_bytes(CONFIG, 8)
    assert small["train_size"] == 8 * 100 * 2 * (16 + 8 + 4 * 4)
    assert small["hidden"] == 8 * (3 * 4 + 5 * 2) * 4 * 6
    assert small["epochs"] == 8 * 22 * 24 * 4
    assert stack_bytes(CONFIG, 16) == {name: 2 * amount for name, amount in small.items()}
    assert stack_bytes(CONFIG.replace(dtype="float64"), 8)["hidden"] == 2 * small["hidden"]
    assert stack_bytes(CONFIG.replace(record_steps=True), 8)["epochs"] - small["epochs"] == 8 * 24 * 20 * 10


def test_rows_of_all_rounds_are_in_memory_but_only_a_stack_of_networks():
    few, many = (demand_of([study_of(rounds, CONFIG)], 1).bytes_by_setting for rounds in (128, 1280))
    assert many["rounds"] == 10 * few["rounds"] and many["hidden"] == few["hidden"]


def test_numbers_with_too_many_digits_are_too_much():
    endless = demand_of([study_of(1, CONFIG.replace(epochs=10**400))], 1)
    assert endless.seconds == math.inf and endless.bytes > 1e290
