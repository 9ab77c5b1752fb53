"""Claims and studies as templates show them, from a ledger and a table of a few numbers."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.output.manifest import Manifest
from experiments.pages.content import Page
from experiments.pages.views import DETAILS, claim_views, study_summary, study_views
from experiments.reports.plan import plan
from tests.experiments.madeup import history_of, shrunk

EMPTY = {
    **dict.fromkeys(DETAILS, ""),
    **dict.fromkeys(("published", "ours", "low", "high", "share", "needs_seeds", "needs_seeds_90", "level", "p"), math.nan),
    "verdict": "undecided",
}


def test_a_claim_has_its_texts_and_the_details_that_are_there():
    full = {"published": 8.73, "ours": 8.5, "low": 8.25, "high": 8.75, "share": 0.25, "needs_seeds": 700.0}
    detailed = {"arm": "adam", "level": 0.9, "p": 0.012345, "diverged": 0, "note": None}
    first, second = claim_views(pd.DataFrame([{**EMPTY, **full, **detailed}, EMPTY]))
    assert (first.published, first.ours, first.share, first.needs) == (
        "8.73",
        "8.5 [8.25, 8.75]",
        "25 %",
        "needs about 700 seeds",
    )
    assert first.details == {"arm": "adam", "level of the interval": "0.9", "p": "0.0123", "trials that diverged": "0"}
    assert (first.row.verdict, first.row.arm) == ("undecided", "adam")
    assert (second.published, second.ours, second.share, second.needs, second.details) == ("", "", "", "", {})


def table_of(*rows: tuple[str, int, float, float]) -> pd.DataFrame:
    """Arm, seed, and at the last epoch the training loss and the test error."""
    table = pd.DataFrame(rows, columns=["arm", "seed", "train_loss", "test_error"])
    return table.assign(epoch=3, train_error=math.nan)


def test_an_arm_is_summed_up_in_a_row_with_errors_in_percent():
    """The means of 1, 2 and 6 are 3, their deviation the root of (4 + 1 + 9) / 2; one of the second arm's trials diverged."""
    study = Study("s", tuple(Arm(name, TrialConfig()) for name in "ba"), range(3))
    first = [("b", 0, 1.0, 0.01), ("b", 1, 2.0, 0.02), ("b", 2, 6.0, 0.06)]
    second = [("a", 0, 4.0, 0.3), ("a", 1, math.nan, math.nan), ("a", 2, 4.0, 0.3)]
    found = study_summary(study, table_of(*first, *second))
    assert list(found.columns) == ["arm", "seeds", "train loss", "train error %", "test error %"]
    assert found["arm"].tolist() == ["b", "a"] and found["seeds"].tolist() == ["3", "2 (1 diverged)"]
    deviation = f"{math.sqrt(14 / 2):.3g}"
    losses, errors = found["train loss"].tolist(), found["test error %"].tolist()
    assert losses[0].startswith(f"3 ± {deviation} [") and losses[1] == "4 ± 0 [4, 4]"
    assert errors[0] == losses[0] and errors[1] == "30 ± 0 [30, 30]"


@pytest.fixture
def page() -> Page:
    plans = shrunk(plan(["feng", "bordignon"], rounds=2))
    return Page(plans, {each.study.name: history_of(each.study) for each in plans}, pd.DataFrame())


def test_the_studies_of_a_report_come_with_settings_and_descriptions(page, tmp_path):
    first, *_ = page.of("feng")
    (tmp_path / f"{first.study.name}.json").write_text(Manifest(first.study, "da7a", {}).to_text())
    views = list(study_views("feng", page, tmp_path))
    assert [view.plan for view in views] == page.of("feng") and len(views) > 1
    assert views[0].description is not None and views[0].description.data_digest == "da7a"
    assert all(view.description is None for view in views[1:])
    assert views[0].settings == "the defaults" or views[0].settings.startswith("--")
    for view in views:
        assert view.summary.equals(study_summary(view.plan.study, page.tables[view.plan.study.name]))
        assert (view.settings == "the defaults") == (not view.plan.settings)
