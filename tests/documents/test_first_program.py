"""The page a newcomer reads: its programs run one after the other, and do what the page says."""

from __future__ import annotations

import re

import pytest
import torch

from minifw import MSELoss, fit
from tests.documents.reading import page

PROGRAMS = re.findall(r"```python\n(.*?)```", page("docs/first-program.md"), re.S)


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Runs the programs of the page up to the one that contains a word; returns their names."""
    monkeypatch.chdir(tmp_path)

    def run(word, first=0):
        names = {}
        last = next(number for number, program in enumerate(PROGRAMS) if word in program)
        with torch.random.fork_rng():
            for program in [PROGRAMS[0].replace("epochs=50", "epochs=3"), *PROGRAMS[max(1, first) : last + 1]]:
                exec(program.replace("table.epoch == 50", "table.epoch == 3"), names)
        return names

    return run


def lines_of(program):
    return [line for line in program.splitlines() if line.strip()]


def test_it_is_ten_lines_and_learns():
    assert len(lines_of(PROGRAMS[0])) == 10
    names = {}
    exec(PROGRAMS[0], names)
    table = names["history"].frame()
    assert table.train_error[table.epoch == 50].mean() < 0.2 < table.train_error[table.epoch == 0].mean()


def test_its_history_is_a_table_and_a_picture(read, tmp_path, capsys):
    table = read(".plot()")["table"]
    assert list(table) == ["trial", "epoch", "train_loss", "train_error"] and len(table) == 20 * 4
    assert "mean" in capsys.readouterr().out
    assert (tmp_path / "disc.png").read_bytes().startswith(b"\x89PNG")


def test_a_hundred_seeds_of_a_torch_network_are_three_lines(read):
    names = read("from torch import nn", first=2)
    program = next(program for program in PROGRAMS if "from torch import nn" in program)
    assert len(lines_of(program.partition("hundred =")[2])) == 3
    assert names["history"].frame().trial.nunique() == 100


def test_a_training_that_was_stopped_has_the_bits_of_one_that_was_not(read):
    names = read("half.pt", first=3)
    assert names["history"].epochs == [0, 1, 2, 3]
    whole, optimizer, loader = names["start"]()
    at_once = fit(whole, MSELoss(), optimizer, loader, epochs=3)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, names["model"].state_dict()[name])
    assert torch.equal(torch.stack(at_once.loss["train"]), torch.stack(names["history"].loss["train"]))
