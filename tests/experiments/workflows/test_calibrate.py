"""What the calibration draws from, and the files that it writes, digit by digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import experiments.workflows.calibrate as module
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig
from experiments.errors import TableError
from experiments.output.manifest import Manifest
from experiments.workflows.calibrate import calibrate_judge, read_errors

TABLE = pd.DataFrame(
    {
        "claim": ["value", "order"],
        "shift": [0.5, 1.0],
        "runs": [10, 15],
        "case": ["", "clustered"],
        "reports": [3, 3],
        "reproduced": [2 / 3, 1.0],
        "undecided": [1 / 3, 0.0],
        "wrong": [1 / 3, 0.0],
    }
)


def store(folder, name: str, each: int, errors: list[float], first: int = 0) -> None:
    """The finals of a study whose first arm has these test errors, and of a second arm that is nobody's business."""
    seeds = range(first, first + len(errors))
    arms = [Arm("mine", TrialConfig(seeds_per_data_set=each)), Arm("not mine", TrialConfig())]
    (folder / f"{name}.json").write_text(Manifest(Study(name, tuple(arms), seeds), "", {}).to_text())
    rows = [pd.DataFrame({"arm": arm.name, "seed": seeds, "test_error": errors}) for arm in reversed(arms)]
    rows[0]["test_error"] = 0.9
    pd.concat(rows).to_csv(folder / f"{name}.finals.csv.gz", index=False)


def test_errors_are_those_of_the_first_arm_in_percent_a_row_a_data_set(tmp_path):
    store(tmp_path, "train", 1, [0.01, np.nan, 0.03])
    assert read_errors(tmp_path, "train") == pytest.approx(np.array([[1.0], [3.0]]))
    # Seeds 4 and 5 end a data set of three that begins at 3, and of 6 to 8 the middle diverged.
    store(tmp_path, "shared", 3, [0.1, 0.2, 0.03, np.nan, 0.05, 0.06, 0.07, 0.08], first=4)
    assert read_errors(tmp_path, "shared") == pytest.approx(np.array([[6.0, 7.0, 8.0]]))


@pytest.mark.parametrize("missing", ["train.json", "train.finals.csv.gz"])
def test_a_table_without_its_description_is_none_nor_is_that_alone(tmp_path, missing):
    store(tmp_path, "train", 1, [0.01, 0.02])
    (tmp_path / missing).unlink()
    with pytest.raises(TableError, match=r"has no train\.json with train\.finals\.csv\.gz; `minifw reproduce --rounds 400`"):
        read_errors(tmp_path, "train")


def test_both_files_hold_the_table_and_what_it_was_drawn_from(tmp_path, monkeypatch):
    store(tmp_path, "train", 1, [0.01, 0.02, 0.03])
    store(tmp_path, "sweep-activations", 2, [0.01, 0.02, 0.03, 0.04])
    asked = []
    monkeypatch.setattr(module, "calibrate", lambda *given: asked.append(given) or TABLE)
    made = calibrate_judge(tmp_path, tmp_path, "mine", 3, 8)
    ((single, clustered, *others),) = asked
    assert (single.shape, clustered.shape, others) == ((3, 1), (2, 2), [3, 8])
    assert made.table is TABLE and made.trials == {"train": 3, "sweep-activations": 4}
    assert made.files == [tmp_path / "mine.csv", tmp_path / "mine.md"]
    assert made.files[0].read_text().splitlines() == [
        "claim,shift,runs,case,reports,reproduced,undecided,wrong",
        "value,0.5,10,,3,0.666667,0.333333,0.333333",
        "order,1,15,clustered,3,1,0,0",
    ]
    lines = made.files[1].read_text().splitlines()
    assert lines[0] == "# How often the judge is right" and lines[1] == lines[3] == ""
    assert lines[2].startswith("6 reports were made up")
    assert lines[2].endswith(" Drawn from 3 trials of `train` and 4 trials of `sweep-activations`.")
    assert lines[4:] == [
        "| claim | off by, in margins | runs | case | reproduced | undecided | wrong |",
        "|---|---|---|---|---|---|---|",
        "| value | 0.5 | 10 | - | 67 | 33 | 33 |",
        "| order | 1 | 15 | clustered | 100 | 0 | 0 |",
    ]


def test_too_few_trials_are_named_with_their_folder(tmp_path):
    store(tmp_path, "train", 1, [0.01] * 8)
    store(tmp_path, "sweep-activations", 2, [0.01] * 8)
    with pytest.raises(TableError, match=f"{tmp_path.name}: 8 trials are too few"):
        calibrate_judge(tmp_path, tmp_path, "mine", 1)
