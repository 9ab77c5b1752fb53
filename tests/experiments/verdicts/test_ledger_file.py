"""The ledger in a results folder: reading gives back what was written."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.reports.catalogue import CLAIMS
from experiments.verdicts.evidence import Tables
from experiments.verdicts.ledger import judge_all, ledger_frame
from experiments.verdicts.ledger_file import LEDGER_NAME, TEXT_COLUMNS, read_ledger, write_ledger


def test_the_real_ledger_survives_the_file(tmp_path):
    frame = ledger_frame(judge_all(CLAIMS, Tables()))
    assert write_ledger(frame, tmp_path) == tmp_path / LEDGER_NAME
    found = read_ledger(tmp_path)
    assert list(found.columns) == list(frame.columns)
    for name in frame.columns:
        if name in TEXT_COLUMNS or frame[name].dtype == bool:
            assert list(found[name]) == list(frame[name]), name
        else:
            np.testing.assert_allclose(found[name].astype(float), frame[name].astype(float), rtol=1e-5, err_msg=name)
    assert {name for name in frame.columns if frame[name].map(lambda value: isinstance(value, str)).all()} == set(TEXT_COLUMNS)


@pytest.mark.parametrize("text", [None, "", "not,a\nledger,1\n", "report,claim\nfeng,F1\n", '"'])
def test_what_is_no_ledger_counts_as_none(tmp_path, text):
    if text is not None:
        (tmp_path / LEDGER_NAME).write_text(text)
    assert read_ledger(tmp_path) is None
