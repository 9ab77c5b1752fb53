"""What a long reproduction tells beside its verdicts, of studies that train in no time."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import experiments.workflows.in_depth as module
from experiments.reports.catalogue import MAIN_STUDIES
from experiments.reports.plan import plan
from experiments.workflows.calibrate import Calibration
from experiments.workflows.in_depth import Depth, look_in_depth
from experiments.workflows.phases import PhaseTimer
from experiments.workflows.reproduce import reproduce
from tests.experiments.madeup import shrunk
from tests.experiments.workflows.test_reproduce import SMALL, without_figures


def plans(*reports: str, **options):
    return without_figures(shrunk(plan(reports, rounds=2, **options), **SMALL))


def test_each_main_study_has_its_shares_from_its_own_seeds(tmp_path):
    parts = PhaseTimer()
    found = look_in_depth(plans("bordignon", "feng", readings=True, first_seed=5), tmp_path, 1, Depth(8, 1), parts)
    assert list(found.luck) == ["feng", "bordignon"] and found.calibration is None
    assert list(parts.table()["part"]) == ["whose luck", "all"]
    for report in ("feng", "bordignon"):
        described = json.loads((tmp_path / f"luck-{report}.json").read_text())
        assert (described["first_seed"], described["rounds"]) == (5, 8)
        assert described["command"] == f"minifw luck --preset {report} --rounds 8 --results-dir {tmp_path}"
        (arm,) = (each.study.arms[0] for each in plans(report) if each.spec is MAIN_STUDIES[report])
        assert described["settings"] == json.loads(json.dumps(arm.config.to_dict()))
        written = pd.read_csv(tmp_path / f"luck-{report}.csv")
        assert (
            list(written["source"])
            == list(found.luck[report]["source"])
            == ["data", "init", "order", "interactions", "test set"]
        )
    ends = (".csv", ".trials.csv", ".png", ".json")
    assert found.files == [tmp_path / f"luck-{report}{end}" for report in ("feng", "bordignon") for end in ends]


def test_shared_data_sets_have_a_row_of_their_own(tmp_path):
    found = look_in_depth(plans("bamberger"), tmp_path, 1, Depth(8, 1), PhaseTimer())
    assert list(found.luck["bamberger"]["source"])[-1] == "one data set"


def test_the_judge_is_judged_where_both_studies_were_run(tmp_path, monkeypatch):
    asked, table = [], pd.DataFrame({"reports": [3]})

    def calibrate(*given):
        asked.append(given)
        return Calibration(table, {}, [tmp_path / "calibrate.csv"])

    monkeypatch.setattr(module, "calibrate_judge", calibrate)
    monkeypatch.setattr(module, "_tell_luck", lambda *given: None)
    found = look_in_depth(plans("feng", "bamberger"), tmp_path, 1, Depth(8, 7), PhaseTimer())
    assert asked == [(tmp_path, tmp_path, "calibrate", 7)]
    assert found.calibration is table and found.files == [tmp_path / "calibrate.csv"]
    assert look_in_depth(plans("bamberger"), tmp_path, 1, Depth(8, 7), PhaseTimer()).calibration is None


@pytest.mark.parametrize("check", [False, True])
def test_a_reproduction_looks_in_depth_when_it_is_asked_to_and_writes(tmp_path, monkeypatch, check):
    monkeypatch.setattr("experiments.workflows.reproduce.write_activation_figures", lambda folder: [])
    done = reproduce(plans("feng"), tmp_path, 1, times=False, check=check, depth=Depth(8, 1))
    assert ("whose luck" in set(done.parts["part"])) != check
    assert (tmp_path / "luck-feng.csv").exists() != check
    if not check:
        page = (tmp_path / "README.md").read_text(encoding="utf-8")
        assert "](luck-feng.png)" in page and "Whose luck the final test error is" in page
