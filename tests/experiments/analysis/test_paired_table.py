"""The differences that a sweep prints."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.tables import paired_table
from experiments.config.study import Arm, Study
from experiments.config.trial import TrialConfig


def test_differences_are_paired_by_seed_and_counted():
    errors = {"a": [0.1, 0.2, 0.3, 0.4], "b": [0.1, 0.1, 0.1, np.nan]}
    table = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "epoch": 1, "test_error": error}
            for arm, values in errors.items()
            for seed, error in enumerate(values)
        ]
    )
    study = Study("s", (Arm("a", TrialConfig()), Arm("b", TrialConfig(lr=0.2))), range(4))
    (row,) = paired_table(study, table, "test_error").itertuples(index=False)
    assert (row.arm, row.pairs) == ("b", 3)
    assert row.mean == pytest.approx(-0.1) and row.lower == pytest.approx(2.5 / 3)
    assert -0.2 <= row.low < row.mean < row.high <= 0
