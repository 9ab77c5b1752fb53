"""Addresses of a scheduler, and what is asked of its workers, with a made-up client; a real one: tests/cli/test_dask."""

from __future__ import annotations

import contextlib
import dataclasses

import pytest

from experiments.config.engines import ENGINES
from experiments.errors import ClusterError, RefusedWorkerError
from experiments.running import dask_cluster as module
from experiments.running.compute import environments
from experiments.running.dask_cluster import Cluster, dask_cluster, parse_address


@pytest.mark.parametrize("place", ["host:1", "10.0.0.7:8786", "[::1]:65535"])
def test_an_address_is_a_host_and_a_port(place):
    assert parse_address(f"dask://{place}") == place


@pytest.mark.parametrize(
    "url", ["dask://host", "dask://host:0", "dask://host:65536", "tcp://host:1", "dask://a/b:1", "dask://a:1/", "dask://::1:7"]
)
def test_other_addresses_are_refused(url):
    with pytest.raises(ValueError, match=r"is not of the form dask://HOST:PORT"):
        parse_address(url)


def test_without_dask_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None if name == "distributed" else 1)
    with pytest.raises(ValueError, match=r"^Dask is not installed; pip install 'minifw\[dask\]'$"):
        parse_address("dask://host:1")


@pytest.fixture
def client(monkeypatch):
    """What a client is asked, and what its workers answer: threads and environments by worker."""
    distributed = pytest.importorskip("distributed")
    found = {
        "threads": {"a": 2, "b": 3},
        "answers": {"a": environments(ENGINES), "b": environments(ENGINES)},
        "asked": [],
        "closed": 0,
    }

    class Client:
        def __init__(self, address, **options):
            found["asked"].append((address, options))
            if "error" in found:
                raise found["error"]

        def __enter__(self):
            return self

        def __exit__(self, *_):
            found["closed"] += 1

        def nthreads(self):
            return found["threads"]

        def run(self, function, engines, on_error):
            found["asked"].append((function, engines, on_error))
            return found["answers"]

        @contextlib.contextmanager
        def get_executor(self):
            yield "the executor"

    monkeypatch.setattr(distributed, "Client", Client)
    return found


def test_a_cluster_computes_as_many_chunks_at_a_time_as_its_workers_have_threads(client):
    with dask_cluster("host:1", ENGINES) as cluster:
        assert cluster == Cluster("the executor", 5) and not client["closed"]
    first = ("tcp://host:1", {"timeout": 10, "set_as_default": False})
    assert client["asked"] == [first, (environments, ENGINES, "return")] and client["closed"] == 1


@pytest.mark.parametrize("error", [OSError(), ValueError()])
def test_where_no_scheduler_answers_that_is_said(client, error):
    client["error"] = error
    with pytest.raises(ClusterError, match=r"^no Dask scheduler answers at host:1$"), dask_cluster("host:1", ENGINES):
        pass


def test_a_scheduler_without_workers_says_how_to_start_one(client):
    client["threads"] = {}
    with (
        pytest.raises(ClusterError, match=r"has no workers; start one with: dask worker host:1$"),
        dask_cluster("host:1", ENGINES),
    ):
        pass


def test_workers_of_other_code_are_refused_by_name(client):
    client["answers"]["b"] = ImportError("no minifw")
    with (
        pytest.raises(RefusedWorkerError, match=r"^worker b cannot load minifw \(ImportError: no minifw\)$"),
        dask_cluster("host:1", ENGINES),
    ):
        pass
    *same, last = environments(ENGINES)
    client["answers"]["b"] = [*same, dataclasses.replace(last, digest="other")]
    with pytest.raises(RefusedWorkerError, match=r"^worker b "), dask_cluster("host:1", ENGINES):
        pass
