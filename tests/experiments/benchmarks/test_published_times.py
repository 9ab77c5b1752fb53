"""Times that reports print: which are measured, which files they leave, and that claims find them in the right unit."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import pandas as pd
import pytest

from experiments.benchmarks import published_times
from experiments.benchmarks.epochs import time_activations, time_engines
from experiments.benchmarks.interleave import COLUMNS
from experiments.benchmarks.passes import time_passes
from experiments.claims.kinds import TimeRatio
from experiments.config.engines import ENGINES
from experiments.config.trial import TrialConfig
from experiments.figures.timing import activations_figure, engines_figure
from experiments.formatting import three_digits
from experiments.output.timing_files import write_all_times
from experiments.reports.catalogue import CLAIMS
from experiments.verdicts.evidence import Tables
from experiments.verdicts.judge import judge

NETWORKS = ["relu-normal", "relu-uniform", "tanh-normal", "tanh-uniform", "sigmoid-normal", "sigmoid-uniform"]
# Seconds of every arm of every measurement, chosen so that each ratio is another number.
SECONDS = {
    "feng": {"stack": 0.001, "single": 0.03, "torch": 0.04, "vmap": 0.002, "compiled": 0.0005},
    "bhatt": {"stack": 0.001, "single": 0.005, "torch": 0.02, "vmap": 0.002, "compiled": 0.0005},
    "activations": {
        **dict(zip(NETWORKS, (1.0, 3.0, 4.0, 6.0, 5.0, 7.0), strict=True)),
        "tanh-recomputed-normal": 8.0,
        "tanh-recomputed-uniform": 12.0,
    },
    "batches": {"1": 9.0, "50": 0.2, "1000": 0.1},
    "passes": {
        f"{name}-{kind}": seconds
        for name, forward, backward in (
            ("relu", 1.0, 4.0),
            ("tanh", 2.0, 3.0),
            ("sigmoid", 3.0, 5.0),
            ("tanh-recomputed", 9, 99),
        )
        for kind, seconds in (("forward", forward), ("backward", backward))
    },
}


def frame(arms: dict[str, float], repetitions: int = 8) -> pd.DataFrame:
    rows = [
        ("s", arm if arm in ENGINES else "single", arm, 10 if arm in ("stack", "vmap", "compiled") else 1, k, seconds)
        for k in range(repetitions)
        for arm, seconds in arms.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


TIMES = {name: frame(arms) for name, arms in SECONDS.items()}
TIME_CLAIMS = [claim for claim in CLAIMS if isinstance(claim, TimeRatio)]
# The report's Tanh is the one that is computed again.
TIMED = {network: SECONDS["activations"][network.replace("tanh", "tanh-recomputed")] for network in NETWORKS}
EXPECTED = {
    "F5": 0.03 / 0.04,
    "E4": 15.0,
    "D2": 2.0 / 8.0,
    "D3": 10.0 / 5.0,
    "D6": 45.0,
    "D7": (4.0 + 99.0 + 5.0) / (1.0 + 9.0 + 3.0),
    "D9": 5.0 / 10.0,
    **{f"D8-time-{one}-{other}": TIMED[one] / TIMED[other] for one, other in combinations(NETWORKS, 2)},
}


def test_every_claim_of_a_time_is_here():
    assert {claim.id for claim in TIME_CLAIMS} == set(EXPECTED)


@pytest.mark.parametrize("claim", TIME_CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_finds_its_times_in_its_unit(claim):
    verdict = judge(claim, Tables(times=published_times.as_evidence(TIMES)))
    assert verdict.ours == pytest.approx(EXPECTED[claim.id])
    assert verdict.low == pytest.approx(verdict.high) and verdict.detail == "8 interleaved repeats of our code"


def test_the_arms_made_up_here_are_those_that_are_measured():
    assert set(time_passes(repetitions=1, passes=1)["arm"]) == set(SECONDS["passes"])
    assert set(time_activations(("single",), 1, epochs=1)["arm"]) == set(SECONDS["activations"])
    small = TrialConfig(hidden=(3,), train_size=4, test_size=0, batch_size=2)
    assert set(time_engines(small, 2, 1)["arm"]) == set(SECONDS["feng"]) == set(SECONDS["bhatt"])


def test_what_was_not_measured_is_no_evidence():
    assert published_times.as_evidence({}) == {}
    assert set(published_times.as_evidence({"feng": TIMES["feng"]})) == {"feng-time"}
    bamberger = {name: TIMES[name] for name in ("activations", "batches", "passes")}
    assert {claim.report for claim in TIME_CLAIMS if claim.evidence in published_times.as_evidence(bamberger)} == {"bamberger"}


def test_the_times_of_the_reports_asked_for_are_measured(monkeypatch):
    asked = []

    def pretend(name):
        return lambda seconds: asked.append((name, seconds)) or TIMES[name]

    fakes = {name: dataclasses.replace(found, measure=pretend(name)) for name, found in published_times.MEASUREMENTS.items()}
    monkeypatch.setattr(published_times, "MEASUREMENTS", fakes)
    found = published_times.measure_times(("bamberger",), 0.75)
    assert list(found) == ["activations", "batches", "passes"]
    assert asked == 3 * [("activations", 0.25), ("batches", 0.25), ("passes", 0.25)], "all once, then all again"
    assert found["passes"].groupby("occasion").size().tolist() == 3 * [len(TIMES["passes"])]
    assert list(published_times.measure_times(("feng", "bhatt"))) == ["feng", "bhatt"]
    assert published_times.measure_times(("bordignon", "fernandez")) == {}


def test_every_repetition_is_kept_and_drawn(tmp_path):
    files = write_all_times(TIMES, tmp_path)
    assert sorted(path.name for path in files) == sorted(path.name for path in tmp_path.iterdir())
    assert {path.name for path in files if path.suffix == ".csv"} == {
        "compare-torch.timing.csv",
        "compare-torch-bhatt.timing.csv",
        "sweep-activations.timing.csv",
        "sweep-batch.timing.csv",
        "passes.timing.csv",
    }
    assert {path.name for path in files if path.suffix == ".png"} == {
        "compare-torch_time.png",
        "compare-torch-bhatt_time.png",
        "sweep-activations_time.png",
        "sweep-batch_time.png",
    }
    assert len(pd.read_csv(tmp_path / "sweep-batch.timing.csv")) == 24


def test_tables_of_times_are_in_milliseconds_with_the_ratio_to_the_reference():
    tables = published_times.time_tables({"feng": TIMES["feng"], "batches": TIMES["batches"]})
    feng, batches = tables.values()
    assert list(feng.columns) == ["arm", "trials", "ms", "times less than torch"]
    rows = feng.set_index("arm")
    assert rows.loc["stack"].tolist() == [10, "1.00 [1.00, 1.00]", "40.0 [40.0, 40.0]"]
    assert rows.loc["single", "ms"] == "30.0 [30.0, 30.0]"
    assert batches.set_index("arm").loc["50", "times less than 1"] == "45.0 [45.0, 45.0]"


def test_times_have_three_digits_and_no_exponent():
    found = {0.0001234: "0.000123", 0.915: "0.915", 1.1: "1.10", 12.04: "12.0", 999.9: "1000", 1234.5: "1234", 0.0: "0"}
    assert {value: three_digits(value) for value in found} == found
    slow = frame({"torch": 12.3456, "stack": 0.001})
    (table,) = published_times.time_tables({"feng": slow}).values()
    rows = table.set_index("arm")
    assert rows.loc["torch", "ms"] == "12346 [12346, 12346]"
    assert rows.loc["stack", "times less than torch"] == "12346 [12346, 12346]"


def test_fewer_repetitions_than_an_interval_needs_have_none():
    (table,) = published_times.time_tables({"feng": frame({"torch": 0.04, "stack": 0.001}, 3)}).values()
    assert table.set_index("arm").loc["stack"].tolist() == [10, "1.00", "40.0"]


def test_figures_of_times_write_plain_numbers():
    figure = engines_figure(frame({"torch": 1.5, "stack": 0.25}))
    assert {text.get_text() for text in figure.axes[0].texts} == {
        "torch.nn, alone: 1500 ms",
        "minifw, stacked (10 at once): 250 ms",
    }
    assert "takes 6.00 times (6.00 to 6.00) less time" in " ".join(figure.get_suptitle().split())
    figure.draw_without_rendering()
    assert {"200", "500", "1000"} <= {text.get_text() for text in figure.axes[0].get_yticklabels()}


def test_a_figure_of_one_engine_says_how_much_longer_than_relu():
    figure = activations_figure(TIMES["activations"])
    (axes,) = figure.axes
    assert " ".join(figure.get_suptitle().split()) == (
        "Networks of sigmoids, or of tanh computed again, take 4.00 times (4.00 to 4.00) the time of ReLU ones"
    )
    figure.draw_without_rendering()
    assert axes.get_legend().get_window_extent().y0 >= axes.bbox.y1 - 1, "above the panel, where it covers nothing"


def test_every_reference_is_an_arm_and_every_title_differs():
    assert (
        len({found.title for found in published_times.MEASUREMENTS.values()})
        == len(published_times.MEASUREMENTS)
        == len(SECONDS)
    )
    assert all(found.reference in SECONDS[name] for name, found in published_times.MEASUREMENTS.items())
