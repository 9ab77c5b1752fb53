"""`--executor dask://HOST:PORT`, with the commands of the README on one machine: a scheduler and two worker processes."""

import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest

from experiments.running import compute, dask_cluster
from tests.cli.terminal import ROOT, train

COMMANDS = (
    "dask scheduler --host 127.0.0.1 --port 8786 --no-dashboard &",
    "dask worker tcp://127.0.0.1:8786 --nthreads 1 --no-dashboard &",
    "dask worker tcp://127.0.0.1:8786 --nthreads 1 --no-dashboard &",
    "minifw train --rounds 100 --executor dask://127.0.0.1:8786",
)


def test_the_readme_has_these_commands():
    assert "\n".join(f"    {command}" for command in COMMANDS) in (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def start(port, tmp_path_factory):
    """Starts a command of the README in the background; all are ended with the tests of this file."""
    folder = tmp_path_factory.mktemp("dask")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(folder)}
    with ExitStack() as stack:

        def begin(command: str, **extra: str) -> subprocess.Popen:
            arguments = command.removesuffix(" &").replace("8786", str(port)).split()[1:]
            log = stack.enter_context((folder / "log").open("a"))
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], cwd=folder, env=environment | extra, stdout=log, stderr=log
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        yield begin


@pytest.fixture(scope="module")
def scheduler(start, port):
    start(COMMANDS[0])
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return f"dask://127.0.0.1:{port}"
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_two_workers_give_the_same_bytes_and_others_are_refused(scheduler, start, tmp_path, monkeypatch):
    address = scheduler.removeprefix("dask://")
    shown = train(tmp_path / "none", "--executor", scheduler)
    line = f"Error: the Dask scheduler at {address} has no workers; start one with: dask worker {address}"
    assert (shown.code, shown.err) == (1, line)

    for command in COMMANDS[1:3]:
        start(command)
    wait_for_workers(address, 2)
    shown = train(tmp_path / "dask", "--rounds", 9, "--executor", scheduler)
    assert (shown.code, shown.err) == (0, "")
    assert "9 trials computed in" in shown.out
    train(tmp_path / "here", "--rounds", 9)
    for name in ("train.csv", "train_loss.png", "train_error.png", "train_boundary.png"):
        assert (tmp_path / "dask" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()

    # Where the workers are, the path leads nowhere.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text("x,label\n" + "".join(f"{k},{k % 2}\n" for k in range(40)))
    for folder, where in (("own", ["--executor", scheduler]), ("own-here", [])):
        shown = train(tmp_path / folder, "--data", "points.csv", "--rounds", 4, *where)
        assert (shown.code, shown.err) == (0, "")
    assert (tmp_path / "own" / "train.csv").read_bytes() == (tmp_path / "own-here" / "train.csv").read_bytes()

    monkeypatch.setattr(compute, "code_digest", lambda _: "other")
    shown = train(tmp_path / "refused", "--executor", scheduler)
    assert shown.code == 1
    assert re.fullmatch(
        r"Error: worker tcp://\S+ is refused: it has code [0-9a-f]{16}, this process code other",
        shown.err,
    )
    assert not list((tmp_path / "refused").glob("*"))


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(f"tcp://{address}", set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr(dask_cluster, "SECONDS_TO_ANSWER", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    shown = train(tmp_path, "--executor", f"dask://{address}")
    assert (shown.code, shown.err) == (1, f"Error: no Dask scheduler answers at {address}")


def test_dask_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    shown = train(tmp_path / "new", "--executor", "dask://127.0.0.1:8786")
    assert shown.code == 2
    assert shown.err.endswith(f"'--executor': Dask is not installed; {dask_cluster.INSTALL_HINT}")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("url", ["dask://host:8786", "dask://10.0.0.1:1", "dask://[::1]:65535"])
def test_addresses(url):
    assert f"dask://{dask_cluster.parse_address(url)}" == url
