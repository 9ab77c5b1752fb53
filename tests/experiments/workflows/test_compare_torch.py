"""The tables of a comparison with torch.nn, from made-up histories, times and memory."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.statistics.bootstrap import interval_of_mean
from experiments.statistics.times import median_of
from experiments.workflows.compare_torch import comparison_table, error_difference, milliseconds_saved, steps_in_agreement

CONFIG = TrialConfig(epochs=7)
NAMES = {"ours": "stack", "theirs": "torch", "alone": "single"}
DRAWS = np.random.default_rng(0)
FINAL = {(arm, split): DRAWS.uniform(0.02, 0.1, 12) for arm in NAMES for split in ("train", "test")}
FINAL["ours", "test"][4] = np.nan
SECONDS = {"torch": 8 + DRAWS.random(9), "stack": 2 + DRAWS.random(9), "single": 4 + DRAWS.random(9)}


def study(size: int = 1) -> Study:
    arms = tuple(Arm(arm, CONFIG.replace(engine=name, seeds_per_data_set=size, epochs=7)) for arm, name in NAMES.items())
    return Study("s", arms, range(12))


def history() -> pd.DataFrame:
    rows = []
    for arm in NAMES:
        for seed in range(12):
            rows.append({"arm": arm, "seed": seed, "epoch": 0, "train_error": 0.5, "test_error": 0.5})
            last = {f"{split}_error": FINAL[arm, split][seed] for split in ("train", "test")}
            rows.append({"arm": arm, "seed": seed, "epoch": 7, **last})
    return pd.DataFrame(rows)


TIMES = pd.DataFrame(
    [
        {"engine": name, "arm": name, "trials": 12 if name == "stack" else 1, "repetition": k, "seconds": seconds[k]}
        for k in range(9)
        for name, seconds in SECONDS.items()
    ]
)
MEMORY = pd.DataFrame({"engine": list(SECONDS), "megabytes": [300.0, 200.0, 250.0], "added_megabytes": [100.0, 10.0, 50.0]})


@pytest.mark.parametrize("size", [1, 3])
def test_a_row_an_engine(size: int) -> None:
    table = comparison_table(study(size), history(), TIMES, MEMORY).set_index("engine")
    assert list(table.index) == ["stack", "torch", "single"]
    for arm, name in NAMES.items():
        row = table.loc[name]
        for split in ("train", "test"):
            values = 100 * FINAL[arm, split]
            kept = np.isfinite(values)
            groups = None if size == 1 else (np.arange(12) // size)[kept]
            low, high = interval_of_mean(values[kept], groups)
            expected = [np.nanmean(values), low, high]
            assert row[[f"{split}_error", f"{split}_low", f"{split}_high"]].tolist() == pytest.approx(expected)
        seconds, ratio = median_of(SECONDS[name]), median_of(SECONDS["torch"] / SECONDS[name])
        assert (row["seconds_per_epoch"], row["seconds_per_round"]) == pytest.approx((seconds.value, 7 * seconds.value))
        assert row[["ratio", "ratio_low", "ratio_high"]].tolist() == pytest.approx([ratio.value, ratio.low, ratio.high])
    assert table["trials"].tolist() == [12, 1, 1]
    assert table["megabytes"].tolist() == [200, 300, 250] and table["added_megabytes"].tolist() == [10, 100, 50]


@pytest.mark.parametrize("engine", ["stack", "single"])
def test_errors_are_compared_seed_by_seed_in_points(engine: str) -> None:
    arm = {name: arm for arm, name in NAMES.items()}[engine]
    found = error_difference(study(), history(), "test", engine)
    differences = 100 * (FINAL["theirs", "test"] - FINAL[arm, "test"])
    kept = differences[np.isfinite(differences)]
    assert (found.mean, found.n) == (pytest.approx(kept.mean()), len(kept))
    assert (found.low, found.high) == pytest.approx(interval_of_mean(kept))
    assert found.n == (11 if engine == "stack" else 12)
    assert error_difference(study(), history(), "train").mean == pytest.approx(
        100 * np.mean(FINAL["theirs", "train"] - FINAL["ours", "train"])
    )


def test_errors_of_shared_data_sets_are_resampled_together() -> None:
    found = error_difference(study(3), history(), "train")
    differences = 100 * (FINAL["theirs", "train"] - FINAL["ours", "train"])
    assert (found.low, found.high) == pytest.approx(interval_of_mean(differences, np.arange(12) // 3))


def test_milliseconds_that_torch_takes_longer() -> None:
    for engine in ("single", "stack"):
        found, expected = milliseconds_saved(TIMES, engine), median_of(SECONDS["torch"] - SECONDS[engine])
        assert (found.mean, found.low, found.high, found.n) == pytest.approx(
            (1000 * expected.value, 1000 * expected.low, 1000 * expected.high, 9)
        )
    assert milliseconds_saved(TIMES) == milliseconds_saved(TIMES, "single")


class Stored:
    """The losses of every batch, by engine and seed."""

    def __init__(self, losses: dict[str, dict[int, list[float]]]) -> None:
        self.losses = losses

    def steps(self, config: TrialConfig, seeds: range):
        return ((seed, np.array(self.losses[config.engine][seed])) for seed in seeds if seed in self.losses[config.engine])


def test_steps_in_agreement_end_before_the_first_that_differs() -> None:
    """At 1e-6 and below they agree; NaN never does. Seeds that torch lacks are not compared."""
    reference = [1.0, 0.5, 0.25, 0.125]
    losses = {
        "torch": dict.fromkeys((5, 4, 3, 2), reference),
        "stack": {
            2: reference,
            3: [1.0, 0.5, 0.25 + 2e-6, 0.125],
            4: [1.0 + 0.9e-6, 0.5 - 0.9e-6, 0.25, 0.125],
            5: [math.nan, 0.5, 0.25, 0.125],
            6: reference,
        },
        "single": {3: [1.0, 0.6, 0.25, 0.2]},
    }
    found = steps_in_agreement(study(), Stored(losses))
    assert list(found.columns) == ["engine", "seed", "steps", "of"]
    assert found.to_numpy().tolist() == [
        ["stack", 2, 4, 4],
        ["stack", 3, 2, 4],
        ["stack", 4, 4, 4],
        ["stack", 5, 0, 4],
        ["single", 3, 1, 4],
    ]
    assert steps_in_agreement(study(), Stored(losses), 0.15).to_numpy()[-1].tolist() == ["single", 3, 4, 4]
