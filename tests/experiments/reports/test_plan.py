"""Which studies a reproduction runs, and with how many seeds."""

from __future__ import annotations

import pytest

from experiments.reports.catalogue import REPORTS, STUDIES
from experiments.reports.plan import MAX_ROUNDS_OF_A_READING, plan


def rounds(*reports: str, **options) -> dict[str, int]:
    return {found.study.name: found.study.rounds for found in plan(reports or REPORTS, **options)}


def test_by_default_every_study_runs_its_default_reading_with_its_own_rounds():
    assert rounds() == {
        "train": 10,
        "compare-torch": 10,
        "compare-vmap": 10,
        "sweep-losses": 10,
        "sweep-init": 10,
        "sweep-optimizers": 10,
        "train-fernandez": 10,
        "fernandez-batches": 4,
        "sweep-activations": 60,
        "train-bhatt": 10,
        "compare-torch-bhatt": 10,
        "sweep-dropout": 4,
    }


def test_only_the_reports_asked_for_run_in_their_own_order():
    assert list(rounds("bhatt", "feng")) == [
        "train",
        "compare-torch",
        "compare-vmap",
        "train-bhatt",
        "compare-torch-bhatt",
        "sweep-dropout",
    ]
    assert rounds() | {} == rounds("feng", "bordignon", "fernandez", "bamberger", "bhatt")


@pytest.mark.parametrize(("wanted", "run"), [(1, 15), (15, 15), (16, 30), (1000, 1005)])
def test_where_seeds_share_data_sets_whole_data_sets_run(wanted, run):
    assert rounds("bamberger", rounds=wanted) == {"sweep-activations": run}


def test_a_study_runs_no_more_rounds_than_its_own_limit():
    found = rounds(rounds=1000, readings=True)
    assert found["train"] == found["sweep-optimizers"] == 1000
    limited = {name: count for name, count in found.items() if name in STUDIES and count < 1000}
    assert limited == {
        "compare-torch": 400,
        "compare-torch-bhatt": 100,
        "fernandez-batches": 130,
        "sweep-activations-lr": 300,
    }
    assert rounds(rounds=40)["compare-torch"] == 40


def test_readings_run_beside_the_default_with_fewer_rounds():
    found = rounds(rounds=1000, readings=True)
    for name, spec in STUDIES.items():
        for reading in spec.readings:
            most = min(MAX_ROUNDS_OF_A_READING, spec.max_rounds or MAX_ROUNDS_OF_A_READING)
            assert most <= found[f"{name}-{reading}"] < most + 15
    assert len(found) == len(STUDIES) + sum(len(spec.readings) for spec in STUDIES.values())
    assert rounds("feng", rounds=50, readings=True)["train-centred"] == 50


def test_an_alternative_study_runs_with_the_readings_only():
    assert "sweep-activations-lr" not in rounds("bamberger")
    assert "sweep-activations-lr" in rounds("bamberger", readings=True)


def test_a_plan_says_where_a_study_comes_from():
    found = plan(["feng"], rounds=3, readings=True, first_seed=7)
    assert [(each.spec.name, each.reading, each.study.name) for each in found] == [
        ("train", None, "train"),
        ("train", "epoch-average", "train-epoch-average"),
        ("train", "centred", "train-centred"),
        ("compare-torch", None, "compare-torch"),
        ("compare-torch", "epoch-average", "compare-torch-epoch-average"),
        ("compare-torch", "centred", "compare-torch-centred"),
        ("compare-vmap", None, "compare-vmap"),
    ]
    assert all(each.study.seeds == range(7, 10) for each in found)
    assert found[1].study.arms[0].config.init == "he_uniform"


def test_of_the_comparisons_only_ours_and_torch_run():
    for each in plan(["feng", "bhatt"]):
        if each.spec.command == "compare-torch":
            assert [arm.name for arm in each.study.arms] == ["minifw", "torch"]


def test_alternatives_show_their_errors_only_and_say_what_they_are():
    for each in plan(["bamberger", "feng"], rounds=3, readings=True):
        reading = each.spec.readings.get(each.reading)
        assert each.alternative == (reading is not None or each.spec.name == "sweep-activations-lr")
        assert each.study.figures == (("error",) if each.alternative else each.spec.figures)
        assert (each.note, each.fitted) == ((reading or each.spec).note, (reading or each.spec).fitted)
        assert each.settings == {**each.spec.settings, **(reading.settings if reading else {})}


def test_the_rounds_of_a_ledger_are_taken_as_they_are_with_the_alternative_studies_that_it_has():
    found = rounds("bamberger", "bhatt", rounds={"sweep-activations": 7, "sweep-activations-lr": 300, "sweep-dropout": 900})
    assert found == {
        "sweep-activations": 7,
        "sweep-activations-lr": 300,
        "train-bhatt": 10,
        "compare-torch-bhatt": 10,
        "sweep-dropout": 900,
    }
