"""Seeds until decided: it stops where the looks say, goes on from what is stored, and says in its files that it stopped."""

import dataclasses
import json

import pytest

from experiments.config.stopping import UntilDecided
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.output.manifest import read_manifest
from experiments.workflows.until_decided import run_until_decided

BASE = TrialConfig(hidden=(4,), epochs=2, train_size=40, test_size=40, batch_size=20)
# With half of the points as a margin anything is equal at the first look; with next to none nothing is.
WIDE, NARROW = 50.0, 1e-6


def study(*others: TrialConfig) -> Study:
    arms = (Arm("first", BASE), *(Arm(f"arm{k}", other) for k, other in enumerate(others)))
    return Study("s", arms, seeds=range(3, 4), figures=())


@pytest.fixture
def alike():
    return study(BASE.replace(lr=0.11))


def test_it_stops_at_the_first_look_that_decides(alike, tmp_path):
    done = run_until_decided(alike, UntilDecided(WIDE, 400), tmp_path)
    assert done.decisions["verdict"].tolist() == ["equal"] and done.decisions["decided_at"].tolist() == [40]
    assert done.result.study.seeds == range(3, 43)
    assert (done.result.report.computed, done.result.report.total) == (80, 80)
    assert len(done.result.history) == 2 * 40 * 3


def test_undecided_arms_end_at_the_most_rounds_and_a_larger_bound_goes_on_from_there(alike, tmp_path):
    done = run_until_decided(alike, UntilDecided(NARROW, 50), tmp_path)
    assert done.result.study.rounds == 50 and done.decisions["verdict"].tolist() == ["undecided"]
    assert "when 0 of 1 arms were decided" in done.result.study.stopping
    further = run_until_decided(alike, UntilDecided(NARROW, 62), tmp_path)
    assert (further.result.report.computed, further.result.study.rounds) == (24, 62)


def test_what_is_stored_changes_no_look(alike, tmp_path):
    """After 50 rounds were computed, a wide margin is still decided, and shown, at 40."""
    run_until_decided(alike, UntilDecided(NARROW, 50), tmp_path)
    done = run_until_decided(alike, UntilDecided(WIDE, 400), tmp_path)
    assert done.result.report.computed == 0 and done.result.study.rounds == 40


def test_the_files_say_that_it_stopped_early(alike, tmp_path):
    done = run_until_decided(alike, UntilDecided(WIDE, 400), tmp_path)
    manifest = read_manifest(tmp_path, "s")
    assert manifest.study.stopping == done.result.study.stopping != ""
    assert json.loads((tmp_path / "s.json").read_text())["stopping"].startswith("Stopped at 40 of at most 400 rounds")
    assert dataclasses.replace(alike, stopping="").settings_digest() == manifest.study.settings_digest()
