"""What cannot fit or would not end is refused before anything starts; options that arms override are said."""

import pytest

from cli import limits
from tests.cli.terminal import minifw


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """A machine of 16 GB whatever the tests run on."""
    monkeypatch.setattr(limits, "memory_of_machine", lambda: 16e9)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("train --epochs 10000000000000000000", "'--epochs': this would need about"),
        (
            "train --epochs 10000000000000000000 --evaluate-every 10000000000000000000",
            "'--epochs': this would take about 4.3e+08 years; what takes more than 30 days is refused",
        ),
        ("train --train-size 1000000000", "'--train-size': this would need about 801 GB of memory, and the machine has 16 GB"),
        ("train --test-size 100000000000", "'--test-size': this would need about 80 TB of memory"),
        ("train --hidden 100000,100000", "'--hidden': this would need about 2.4 TB of memory"),
        ("train --rounds 4000000000", "'--rounds': this would need about"),
        ("train --epochs 100000 --evaluate-every 100000 --rounds 1000000 --jobs 1", "'--rounds': this would take about "),
        ("sweep --over hidden=25;100000,100000", "'--hidden': this would need"),
        ("compare-torch --train-size 1000000000", "'--train-size': this would need"),
        ("study fernandez-batches --epochs 10000000000000", "'--epochs': this would"),
        ("benchmark --train-size 1000000000", "'--train-size': this would need"),
        ("sweep-batch --hidden 1000000,1000000", "'--hidden': this would need"),
    ],
)
def test_it_is_refused_with_what_it_would_need(tmp_path, line, says):
    shown = minifw(*line.split(), "--results-dir", tmp_path / "new")
    assert (shown.code, shown.out) == (2, "")
    assert says in shown.err
    assert not (tmp_path / "new").exists()


def test_what_other_machines_compute_is_not_held_against_this_ones_memory(monkeypatch):
    monkeypatch.setattr(limits, "fail", AssertionError)
    from experiments.config.study import Arm, Study
    from experiments.config.trial import TrialConfig

    study = Study("s", (Arm("a", TrialConfig(train_size=10_000_000, epochs=1)),), range(100))
    limits.check_demand([study], 1, elsewhere=True)
    with pytest.raises(AssertionError):
        limits.check_demand([study], 1)


def test_arms_that_keep_their_own_value_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr("cli.study_command.warm_up", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    shown = minifw("study", "fernandez-batches", "--epochs", 3, "--results-dir", tmp_path)
    assert shown.err.startswith("Note: --epochs 3 is not for every arm; it stays 7500 in full-batch-7500.")
    shown = minifw("sweep-optimizers", "--lr", 0.05, "--epochs", 3, "--results-dir", tmp_path)
    assert shown.err.startswith("Note: --lr 0.05 is not for every arm; it stays 1 in adadelta. ")
    shown = minifw("sweep-optimizers", "--epochs", 3, "--results-dir", tmp_path)
    assert not shown.err.startswith("Note")


def test_an_option_that_every_arm_overrides_is_refused(tmp_path):
    shown = minifw("study", "sweep-losses", "--loss", "mse", "--targets", "pm1", "--results-dir", tmp_path / "new")
    assert shown.code == 2
    assert "'--targets': changes nothing, for every arm sets it itself: binary in mse, onehot in cross-entropy" in shown.err
    assert not (tmp_path / "new").exists()
