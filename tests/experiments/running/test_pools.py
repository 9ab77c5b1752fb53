"""Worker processes: the same bytes for any number of them; one that dies is replaced; none outlives its driver."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments.running import runner
from experiments.running.forkserver import SECONDS_WORTH_WORKERS
from experiments.running.processes import ProcessPool
from experiments.workflows.run_study import run_study
from tests.experiments.storing import run_counted, shown, tiny_study

STUDY = tiny_study(40, figures=("loss", "error"), plain={}, fast={"lr": 0.5}, wide={"hidden": (5,)})
ROOT = Path(__file__).parents[3]
LONG = {"train_size": 1000, "batch_size": 1, "epochs": 6, "engine": "stack"}


@pytest.fixture
def pools(monkeypatch):
    """Has every run use workers; the pools that were made."""
    made = []

    class Watched(ProcessPool):
        def __init__(self, slots):
            super().__init__(slots)
            made.append(self)

    monkeypatch.setattr(runner, "SECONDS_WORTH_WORKERS", 0)
    monkeypatch.setattr(runner, "ProcessPool", Watched)
    return made


def children_alive(pool) -> list[int]:
    return [worker.process.pid for worker in pool._workers if worker.process.is_alive()]


def test_any_number_of_workers_gives_the_same_bytes(tmp_path, pools):
    for jobs in (1, 2, 3):
        assert run_counted(STUDY, tmp_path / str(jobs), jobs=jobs) == 120
    assert [pool.slots for pool in pools] == [2, 3]
    assert shown(tmp_path / "1") == shown(tmp_path / "2") == shown(tmp_path / "3")
    assert len(shown(tmp_path / "1")) == 3


def test_a_small_study_does_not_pay_for_workers(tmp_path, monkeypatch):
    def fail(places):
        raise AssertionError("workers were started")

    monkeypatch.setattr(runner, "ProcessPool", fail)
    assert SECONDS_WORTH_WORKERS > 1
    assert run_counted(STUDY, tmp_path, jobs=8) == 120


def test_a_worker_that_dies_is_replaced_and_its_chunk_tried_again(tmp_path, pools):
    study = tiny_study(8, a=LONG, b=LONG | {"hidden": (5,)})
    killed = []

    def kill_once(news):
        if not killed and news.epoch and news.epoch > 2:
            killed.append(pools[0]._workers[0].process.pid)
            os.kill(killed[0], signal.SIGKILL)

    outcome = run_study(study, tmp_path / "killed", jobs=2, on_progress=kill_once)
    assert killed and outcome.report.computed == 16 and not outcome.report.failures
    run_study(study, tmp_path / "calm")
    assert shown(tmp_path / "killed") == shown(tmp_path / "calm")


def test_a_chunk_whose_worker_dies_again_is_reported_and_the_rest_completes(tmp_path, pools):
    study = tiny_study(8, a=LONG, b=LONG | {"hidden": (5,)})

    def kill_at_chunk_0(news):
        for worker in pools[0]._workers:
            if worker.number == 0 and news.epoch:
                os.kill(worker.process.pid, signal.SIGKILL)

    outcome = run_study(study, tmp_path, jobs=2, on_progress=kill_at_chunk_0)
    (failure,) = outcome.report.failures
    assert failure.reason == "the worker process ended by signal 9"
    assert len({trial.config.hidden for trial in failure.trials}) == 1
    assert outcome.report.computed == 16 - len(failure.trials)


def test_an_interruption_ends_the_workers(tmp_path, pools):
    study = tiny_study(8, a=LONG | {"epochs": 2000}, b=LONG | {"hidden": (5,), "epochs": 2000})
    seen = []

    def interrupt(news):
        seen.extend(children_alive(pools[0]))
        raise KeyboardInterrupt

    with pytest.raises(Exception, match="0 of 16 trials are stored"):
        run_study(study, tmp_path, jobs=2, on_progress=interrupt)
    assert seen and not any(is_running(pid) for pid in seen)


def test_an_error_in_a_worker_comes_back_as_one_line(monkeypatch):
    pool = ProcessPool(1)
    try:
        pool.start(7, None, None)  # type: ignore[arg-type]
        answers = []
        while not answers:
            answers = pool.poll(lambda *_: None)
        assert answers[0].number == 7
        assert answers[0].reason == "AttributeError: 'NoneType' object has no attribute 'engine'"
    finally:
        pool.stop()


def test_an_idle_worker_that_has_died_is_not_missed(monkeypatch):
    pool = ProcessPool(1)
    try:
        for number in (1, 2):
            pool.start(number, None, None)  # type: ignore[arg-type]
            answers = []
            while not answers:
                answers = pool.poll(lambda *_: None)
            assert answers[0].number == number
            assert answers[0].reason.startswith("AttributeError")
            os.kill(pool._workers[0].process.pid, signal.SIGKILL)
            pool._workers[0].process.join()
    finally:
        pool.stop()


# A script of a user's own, without a guard against being loaded by workers.
DRIVER = """
import sys
from experiments.running import runner
from experiments.workflows.run_study import run_study
from tests.experiments.storing import tiny_study
from tests.experiments.running.test_pools import LONG, children_alive

class Watched(runner.ProcessPool):
    def poll(self, on_progress):
        print(*children_alive(self), flush=True)
        return super().poll(on_progress)

runner.SECONDS_WORTH_WORKERS, runner.ProcessPool = 0, Watched
run_study(tiny_study(8, a=LONG | {"epochs": 2000}, b=LONG | {"hidden": (5,), "epochs": 2000}), sys.argv[1], 2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=str)
def test_no_worker_outlives_its_driver(tmp_path, end):
    script = tmp_path / "script.py"
    script.write_text(DRIVER)
    command, environment = [sys.executable, str(script), str(tmp_path)], os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as driver:
        for line in driver.stdout or ():
            workers = [int(pid) for pid in line.split()]
            if len(workers) == 2:
                break
        time.sleep(0.3)  # They are at their chunks.
        assert all(is_running(pid) for pid in workers)
        driver.send_signal(end)
        driver.wait()
    deadline = time.monotonic() + 30
    while any(is_running(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker lives on"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_workers_never_see_ctrl_c(tmp_path):
    pool = ProcessPool(1)
    try:
        pool.start(1, None, None)  # type: ignore[arg-type]
        (worker,) = pool._workers
        os.kill(worker.process.pid, signal.SIGINT)
        answers = []
        while not answers:
            answers = pool.poll(lambda *_: None)
        assert answers[0].reason.startswith("AttributeError")
    finally:
        pool.stop()
