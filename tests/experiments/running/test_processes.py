"""What a worker answers and how the pool keeps its workers, with made-up pipes and processes; real ones: test_pools."""

from __future__ import annotations

import signal
import sys
from types import SimpleNamespace

import pytest

from experiments.errors import RefusedWorkerError
from experiments.running import processes
from experiments.running.pools import SECONDS_BETWEEN_LOOKS, ChunkOutcome
from experiments.running.processes import EpochMessage, ProcessPool, Refused, work


class Pipe:
    """One end: what was sent into it, and what comes out of it, errors raised."""

    def __init__(self, *messages: object) -> None:
        self.messages, self.sent, self.closed, self.broken = list(messages), [], False, False

    def send(self, message: object) -> None:
        if self.broken:
            raise BrokenPipeError
        self.sent.append(message)

    def recv(self) -> object:
        message = self.messages.pop(0) if self.messages else EOFError()
        if isinstance(message, Exception):
            raise message
        return message

    def close(self) -> None:
        self.closed = True


class Process:
    def __init__(self, exitcode: int | None = None, **made: object) -> None:
        self.exitcode, self.made, self.calls = exitcode, made, []

    def is_alive(self) -> bool:
        return self.exitcode is None

    def start(self) -> None:
        self.calls.append("start")
        self.main = sys.modules["__main__"]

    def kill(self) -> None:
        self.calls.append("kill")
        self.exitcode = -9 if self.exitcode is None else self.exitcode

    def join(self) -> None:
        self.calls.append("join")


def test_a_worker_answers_each_chunk_until_its_driver_lets_go(monkeypatch):
    signals, threads = [], []
    thread = lambda **options: threads.append(options) or SimpleNamespace(start=lambda: threads.append("started"))  # noqa: E731
    monkeypatch.setattr(processes.signal, "signal", lambda *what: signals.append(what))
    monkeypatch.setattr(processes.threading, "Thread", thread)

    def compute(chunk, expected, on_epoch):
        if isinstance(chunk, Exception):
            raise chunk
        on_epoch(7, 0.5, 0.25)
        return f"{chunk} by {expected}"

    monkeypatch.setattr(processes, "compute", compute)
    pipe = Pipe((3, "chunk", "torch"), (4, ValueError("no"), "torch"), (5, RefusedWorkerError("other code"), "torch"))
    assert work(pipe) is None
    *sent, refused = pipe.sent
    assert sent == [EpochMessage(3, 7, 0.5, 0.25), ChunkOutcome(3, "chunk by torch"), ChunkOutcome(4, reason="ValueError: no")]
    assert str(refused.error) == "other code"
    assert signals == [(signal.SIGINT, signal.SIG_IGN)]
    assert threads == [{"target": processes._end_with_driver, "daemon": True}, "started"]


def test_a_worker_ends_with_its_driver(monkeypatch):
    waited, left = [], []
    monkeypatch.setattr(processes, "wait", waited.append)
    monkeypatch.setattr(processes.os, "_exit", left.append)
    monkeypatch.setattr(processes.multiprocessing, "parent_process", lambda: None)
    processes._end_with_driver()
    assert waited == left == []
    monkeypatch.setattr(processes.multiprocessing, "parent_process", lambda: SimpleNamespace(sentinel="gone"))
    processes._end_with_driver()
    assert (waited, left) == ([["gone"]], [1])


@pytest.fixture
def hired(monkeypatch):
    """The processes that a pool starts, and the other ends of their pipes."""
    made, theirs = [], []

    def pipe():
        theirs.append(Pipe())
        return Pipe(), theirs[-1]

    def process(**options):
        made.append(Process(**options))
        return made[-1]

    monkeypatch.setattr(processes, "start_server", lambda: made.append("server"))
    monkeypatch.setattr(processes, "worker_context", lambda: SimpleNamespace(Pipe=pipe, Process=process))
    return made, theirs


def test_a_chunk_goes_to_an_idle_worker_and_else_to_a_new_one(hired):
    pool, (made, theirs), main = ProcessPool(2), hired, sys.modules["__main__"]
    pool.start(0, "first", "torch")
    pool.start(1, "second", "torch")
    server, one, _, other = made
    assert server == "server" and one.calls == ["start"] and one.main is not main and sys.modules["__main__"] is main
    assert one.made == {"target": work, "args": (theirs[0],), "daemon": True} and all(end.closed for end in theirs)
    ours = [worker.connection for worker in pool._workers]
    assert [end.sent for end in ours] == [[(0, "first", "torch")], [(1, "second", "torch")]]
    pool._workers[0].number = None
    pool.start(2, "third", "torch")
    assert len(made) == 4 and ours[0].sent[-1] == (2, "third", "torch") and pool._workers[0].number == 2
    pool._workers[1].number, other.exitcode = None, 1
    pool.start(3, "fourth", "torch")
    assert len(pool._workers) == 2 and made[-1] is not other and ours[1].closed and other.calls == ["start", "kill", "join"]
    pool.stop()
    assert not pool._workers and all(each.calls[-2:] == ["kill", "join"] for each in made if each != "server")
    assert ours[0].closed


def test_a_pipe_that_breaks_has_lost_its_chunk(hired, monkeypatch):
    monkeypatch.setattr(processes, "wait", lambda connections, seconds: [])
    pool = ProcessPool(1)
    pool.start(0, "first", "torch")
    (worker,) = pool._workers
    worker.number, worker.connection.broken = None, True
    pool.start(5, "second", "torch")
    assert not pool._workers and worker.connection.closed
    assert pool.poll(print) == [ChunkOutcome(5, reason="the worker process ended by signal 9")]
    assert pool.poll(print) == []


def worker(number: int | None, *messages: object, code: int | None = None) -> processes._Worker:
    return processes._Worker(Process(code), Pipe(*messages), number)


def test_answers_free_a_worker_news_do_not_and_the_dead_are_let_go(monkeypatch):
    done = ChunkOutcome(1, "computed")
    answering, telling = worker(1, done), worker(2, EpochMessage(2, 7, 0.5, 0.25))
    crashed, killed, idle = worker(3, code=3), worker(4, OSError()), worker(None)
    pool, asked, told = ProcessPool(5), [], []
    pool._workers = [answering, telling, crashed, killed, idle]
    monkeypatch.setattr(processes, "wait", lambda found, seconds: asked.append(seconds) or list(found))
    ended = pool.poll(lambda *news: told.append(news))
    assert ended == [
        done,
        ChunkOutcome(3, reason="the worker process ended with exit code 3"),
        ChunkOutcome(4, reason="the worker process ended by signal 9"),
    ]
    assert told == [(2, 7, 0.5, 0.25)] and (answering.number, telling.number) == (None, 2)
    assert pool._workers == [answering, telling] and idle.connection.closed
    pool._workers, pool._lost = [], [done]
    assert pool.poll(print) == [done] and asked == [SECONDS_BETWEEN_LOOKS, 0]
    pool._workers = [worker(6, Refused(RefusedWorkerError("other code")))]
    with pytest.raises(RefusedWorkerError, match="other code"):
        pool.poll(print)
