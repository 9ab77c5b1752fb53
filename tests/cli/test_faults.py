"""Faults, each with its line on the screen and its exit code. Kills of the real command end in the same bytes."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import errors as ending
from experiments.errors import RefusedWorkerError
from experiments.running import compute, runner
from tests.cli.terminal import QUICK, ROOT, minifw, train
from tests.experiments.storing import flip_a_bit

pytestmark = pytest.mark.usefixtures("dots")
GOES_ON = "Trials stored before are kept; the same command goes on from there"


def failing(monkeypatch, error: BaseException) -> None:
    def fail(lanes, on_epoch=None):
        raise error

    monkeypatch.setattr(compute, "train_lanes", fail)


def test_what_cannot_be_computed_is_reported_with_its_seeds(tmp_path, monkeypatch):
    train(tmp_path, "--rounds", 2)
    failing(monkeypatch, MemoryError("no room"))
    shown = train(tmp_path, "--rounds", 4)
    assert shown.code == 3
    assert shown.err == "Error: seeds 2, 3 could not be computed, tried twice: MemoryError: no room"
    assert str(tmp_path / "train.csv").replace(" ", "") in shown.out.replace(" ", "")


def test_an_interruption_is_one_line(tmp_path, monkeypatch):
    train(tmp_path, "--rounds", 3)
    failing(monkeypatch, KeyboardInterrupt())
    shown = train(tmp_path, "--rounds", 5)
    assert shown.code == 130
    assert shown.err == "Interrupted: 3 of 5 trials are stored. The same command goes on from there."


def test_an_interruption_while_files_are_written_is_one_line_too(tmp_path, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("experiments.figures.saving.draw", fail)
    shown = train(tmp_path, "--rounds", 3)
    assert shown.code == 130
    assert shown.err == "Interrupted: 3 of 3 trials are stored. The same command goes on from there."
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("place", "name"), [("pathlib.Path.write_text", "train.json"), ("PIL.Image.Image.save", "train_loss.png")]
)
def test_a_full_disk_while_files_are_written(tmp_path, monkeypatch, place, name):
    train(tmp_path, "--rounds", 2)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.png")}

    def fail(*given, **_):
        target = next(each for each in given if isinstance(each, Path))
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(place, fail)
    shown = train(tmp_path, "--rounds", 3)
    assert shown.code == 1
    assert shown.err == f"Error: {tmp_path / name}: No space left on device. {GOES_ON}."
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.png")} == before
    assert not list(tmp_path.glob(".*"))
    monkeypatch.undo()
    assert "Nothing to compute: all 3" in train(tmp_path, "--rounds", 3).out


def test_a_store_that_cannot_be_opened(tmp_path):
    (tmp_path / "trials.sqlite").mkdir()
    shown = train(tmp_path)
    assert shown.code == 1
    assert shown.err == f"Error: {tmp_path / 'trials.sqlite'}: unable to open database file. {GOES_ON}."


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    shown = train(tmp_path)
    assert shown.code == 2
    assert shown.err.replace(" ", "").endswith(f"thefolder'{tmp_path}'cannotbewrittento")
    assert not list(tmp_path.iterdir())


def test_a_damaged_store(tmp_path):
    train(tmp_path, "--rounds", 3)
    flip_a_bit(tmp_path / "trials.sqlite", "history")
    shown = train(tmp_path, "--rounds", 3)
    assert shown.code == 0
    assert shown.err == (
        f"Note: {tmp_path / 'trials.sqlite'}: the bytes of seed 0 are damaged; the file is kept as trials.sqlite.damaged-1, "
        "and 2 of its trials could be read and were taken over."
    )
    assert "1 trials computed in" in shown.out and "2 reused" in shown.out


def test_a_foreign_store(tmp_path):
    (tmp_path / "trials.sqlite").write_text("a letter")
    shown = train(tmp_path, "--rounds", 3)
    assert shown.code == 0
    assert "trials.sqlite: file is not a database; the file is kept as trials.sqlite.damaged-1, and 0 of its" in shown.err


def test_a_worker_of_other_code(tmp_path, monkeypatch):
    failing(monkeypatch, RefusedWorkerError("a worker is refused: it has code 1 and torch 2, this process code 3 and torch 2"))
    shown = train(tmp_path)
    assert (shown.code, shown.err) == (
        1,
        "Error: a worker is refused: it has code 1 and torch 2, this process code 3 and torch 2",
    )


def test_a_worker_that_is_killed_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "SECONDS_WORTH_WORKERS", 0)

    class Murdered(runner.ProcessPool):
        def poll(self, on_progress):
            for worker in self._workers:
                if worker.number == 0:
                    worker.process.kill()
            return super().poll(on_progress)

    monkeypatch.setattr(runner, "ProcessPool", Murdered)
    shown = train(tmp_path, "--rounds", 8, "--jobs", 2, "--engine", "stack")
    assert shown.code == 3
    assert shown.err == "Error: seeds 0, 1, 2, 3 could not be computed, tried twice: the worker process ended by signal 9"
    assert "4 trials computed" in shown.out


def start(folder: Path, *arguments: str) -> subprocess.Popen:
    """The real command, in a session of its own, as a terminal starts it: Ctrl-C counts even where a script has it ignored."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "train", "--results-dir", str(folder), *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for(path: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


LONG = ("--epochs", "3000", "--rounds", "200")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_ctrl_c_goes_to_all_processes_and_is_one_line(tmp_path, number, code):
    with start(tmp_path, *LONG, "--jobs", "2") as process:
        wait_for(tmp_path / "trials.sqlite")
        time.sleep(1.0)
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err.strip().splitlines()[-1] == "Interrupted: 0 of 200 trials are stored. The same command goes on from there."
    assert "Traceback" not in err and out == ""


def test_ctrl_c_while_modules_load(tmp_path):
    with start(tmp_path / "results", *LONG) as process:
        wait_for(tmp_path / "results")
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == "Interrupted: nothing was computed yet."
    assert list((tmp_path / "results").iterdir()) == []


def test_kills_of_the_real_command_at_random_moments_end_in_the_same_bytes(tmp_path):
    draws = random.Random(20180517)
    arguments = [*QUICK, "--epochs", "60", "--train-size", "100", "--rounds", "12"]
    minifw("train", *arguments, "--results-dir", tmp_path / "calm")
    killed = tmp_path / "killed"
    for _ in range(3):
        with start(killed, *arguments) as process:
            wait_for(killed / "trials.sqlite")
            time.sleep(draws.uniform(0, 1.5))
            process.kill()
    minifw("train", *arguments, "--results-dir", killed)

    def files(folder):
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".png")}

    calm, continued = files(tmp_path / "calm"), files(killed)
    calm.pop("train.timing.csv"), continued.pop("train.timing.csv", None)
    assert calm == continued
    assert not list(killed.glob(".*"))


def test_ignored_signals_stay_ignored(tmp_path):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ending.ending_well():
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)
