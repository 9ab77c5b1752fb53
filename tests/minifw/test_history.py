"""The table of what was measured."""

import sys

import pytest
import torch

from minifw import History


def measured(*trials):
    loss = torch.tensor(trials, dtype=torch.float64)
    return {"train": (loss, loss / 10), "test": (loss + 1, loss / 20)}


def test_the_table_has_a_row_for_each_trial_and_epoch():
    history = History()
    history.add(0, measured(1.0, 2.0))
    history.add(5, measured(3.0, torch.inf))
    table = history.frame()
    assert list(table) == ["trial", "epoch", "train_loss", "train_error", "test_loss", "test_error"]
    expected = [[0, 0, 1, 0.1, 2, 0.05], [0, 5, 3, 0.3, 4, 0.15], [1, 0, 2, 0.2, 3, 0.1]]
    assert [row == pytest.approx(cells) for row, cells in zip(table.values.tolist(), expected, strict=False)] == [True] * 3
    assert table.iloc[3][["trial", "epoch"]].tolist() == [1, 5]
    assert table.iloc[3, 2:].isna().all()


def test_a_single_network_is_trial_zero_and_no_epochs_are_no_rows():
    history = History()
    assert len(history.frame()) == 0
    history.add(0, {"train": (torch.tensor(0.5), torch.tensor(0.25))})
    assert history.frame().to_dict("list") == {"trial": [0], "epoch": [0], "train_loss": [0.5], "train_error": [0.25]}


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        History().frame()
