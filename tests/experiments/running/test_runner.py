"""Only what is missing is computed, and whatever the history, the same bytes come out."""

import itertools
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import pytest
import torch

from experiments.config.settings import SettingError
from experiments.errors import InterruptedRunError, RefusedWorkerError
from experiments.running import compute
from experiments.running.compute import environment
from experiments.running.threads import one_thread
from experiments.store import code_digest
from experiments.store.store import Environment, Store
from experiments.training.driver import train_lanes
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.storing import TINY, run_counted, shown, tiny_study

ARMS = {"plain": {}, "fast": {"lr": 0.5}, "wide": {"hidden": (5,)}}


@pytest.fixture
def computed(monkeypatch):
    """The seeds of every lane that is trained in this process, spare lanes left out by the caller's arithmetic."""
    seen = []

    def counting(lanes, on_epoch=None):
        seen.append([lane.seed for lane in lanes])
        return train_lanes(lanes, on_epoch)

    monkeypatch.setattr(compute, "train_lanes", counting)
    return seen


def test_the_same_run_again_trains_nothing(tmp_path, computed):
    assert run_counted(tiny_study(4), tmp_path) == 4
    assert computed == [[0, 1, 2, 3]]
    outcome = run_study(tiny_study(4), tmp_path)
    assert (outcome.report.computed, outcome.report.reused, len(computed)) == (0, 4, 1)


def test_more_rounds_compute_the_missing_ones_and_end_in_the_same_bytes(tmp_path, computed):
    at_once, grown = tmp_path / "at-once", tmp_path / "grown"
    assert run_counted(tiny_study(100, **ARMS), at_once) == 300
    computed.clear()
    counts = [run_counted(tiny_study(rounds, **ARMS), grown) for rounds in (10, 13, 100, 100)]
    assert counts == [30, 9, 261, 0]
    assert shown(at_once) == shown(grown)


def test_a_stack_computes_the_lanes_that_its_blocks_need(tmp_path, computed):
    study = {"only": {"engine": "stack"}}
    assert [run_counted(tiny_study(rounds, **study), tmp_path) for rounds in (10, 13, 100)] == [10, 3, 87]
    assert sum(len(seeds) for seeds in computed) == 12 + 8 + 88


def test_seeds_from_elsewhere_are_joined_by_those_between(tmp_path, computed):
    at_once, pieces = tmp_path / "at-once", tmp_path / "pieces"
    run_study(tiny_study(12), at_once)
    assert [run_counted(tiny_study(rounds, first), pieces) for rounds, first in ((2, 9), (3, 2), (12, 0))] == [2, 3, 7]
    assert shown(at_once) == shown(pieces)


def test_an_arm_is_reused_by_another_command_and_by_its_twin(tmp_path, computed):
    alone, both = tmp_path / "alone", tmp_path / "both"
    run_study(tiny_study(6, only={}), alone)
    assert run_counted(tiny_study(6, name="sweep", a={}, b={"momentum": 0.9}, twin={"lr": 0.1}), alone) == 6
    run_study(tiny_study(6, name="sweep", a={}, b={"momentum": 0.9}, twin={"lr": 0.1}), both)
    assert run_counted(tiny_study(6, only={}), both) == 0
    assert shown(alone, "sweep") == shown(both, "sweep")
    assert shown(alone) == shown(both)


def test_other_code_computes_anew_and_leaves_what_was_there(tmp_path, monkeypatch):
    run_study(tiny_study(4), tmp_path)
    monkeypatch.setattr(code_digest, "digest_at_first", lambda engine: "other code")
    assert run_counted(tiny_study(4), tmp_path) == 4
    with Store(tmp_path / STORE_NAME) as store:
        assert store.count() == 8


STACK = {"engine": "stack"}


def test_trials_of_the_compiled_engine_are_those_of_any_processor_and_any_torch(tmp_path, monkeypatch):
    run_study(tiny_study(2), tmp_path)
    monkeypatch.setattr(torch, "__version__", "0.1")
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "another processor")
    outcome = run_study(tiny_study(4), tmp_path)
    assert outcome.report.computed == 2 and outcome.notices == []
    assert (environment("compiled").torch, environment("compiled").cpu) == ("", "")
    assert (environment("stack").torch, environment("stack").cpu) == ("0.1", "another processor")


def test_trials_of_another_processor_are_used_and_said_to_be(tmp_path, monkeypatch):
    here = environment("stack")
    monkeypatch.setattr(compute, "environment", lambda _: Environment(here.digest, here.torch, "another processor"))
    run_study(tiny_study(2, only=STACK), tmp_path)
    monkeypatch.undo()
    outcome = run_study(tiny_study(4, only=STACK), tmp_path)
    assert outcome.report.computed == 2
    assert outcome.notices == [
        f"some stored trials were computed with torch {here.torch} (another processor); "
        f"here it is torch {here.torch} ({here.cpu})"
    ]


class InReverse(Executor):
    """Computes nothing before it was given two things, then the last first."""

    def __init__(self):
        self.given = []

    def submit(self, function, /, *arguments):
        future = Future()
        self.given.append((future, function, arguments))
        if len(self.given) == 2:
            for future_, function_, arguments_ in reversed(self.given):
                future_.set_result(function_(*arguments_))
        return future


def test_any_executor_in_any_order_gives_the_same_bytes(tmp_path):
    study = tiny_study(16, **ARMS)
    run_study(study, tmp_path / "here")
    with ThreadPoolExecutor(2) as threads:
        assert run_counted(study, tmp_path / "threads", jobs=4, executor=threads) == 48
    assert run_counted(study, tmp_path / "reverse", executor=InReverse()) == 48
    assert shown(tmp_path / "here") == shown(tmp_path / "threads") == shown(tmp_path / "reverse")


def test_torchs_number_of_threads_is_put_back():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_thread():
            with one_thread():
                pass
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def failing(monkeypatch, fails):
    """Has training fail for the lanes and the time for which `fails` says so."""
    times = itertools.count()

    def train(lanes, on_epoch=None):
        if fails(lanes, next(times)):
            raise MemoryError("no room")
        return train_lanes(lanes, on_epoch)

    monkeypatch.setattr(compute, "train_lanes", train)


def test_what_fails_once_is_tried_again(tmp_path, monkeypatch):
    failing(monkeypatch, lambda lanes, time: time in (0, 1))
    outcome = run_study(tiny_study(4, **ARMS), tmp_path)
    assert (outcome.report.computed, outcome.report.failures) == (12, [])


def test_what_fails_twice_is_reported_and_the_rest_completes(tmp_path, monkeypatch):
    failing(monkeypatch, lambda lanes, time: lanes[0].config.hidden == (5,) and lanes[0].seed > 0)
    outcome = run_study(tiny_study(130, **ARMS), tmp_path)
    (failure,) = outcome.report.failures
    assert failure.reason == "MemoryError: no room"
    assert {trial.config.hidden for trial in failure.trials} == {(5,)}
    assert max(trial.seed for trial in failure.trials) == 129
    assert outcome.report.computed == 390 - len(failure.trials)
    assert set(outcome.history["arm"]) == set(ARMS)
    monkeypatch.undo()
    assert run_counted(tiny_study(130, **ARMS), tmp_path) == len(failure.trials)


def test_an_arm_without_a_single_trial_leaves_the_files_as_they_were(tmp_path, monkeypatch):
    failing(monkeypatch, lambda lanes, time: True)
    outcome = run_study(tiny_study(4), tmp_path)
    assert outcome.files == [] and outcome.history.empty
    assert outcome.notices == ["no files were written, for not one trial of an arm could be computed"]
    assert shown(tmp_path) == {}


def test_an_executor_that_takes_nothing_is_a_failure_of_every_chunk(tmp_path):
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    report = run_study(tiny_study(4), tmp_path, executor=executor).report
    assert [failure.reason for failure in report.failures] == ["RuntimeError: cannot schedule new futures after shutdown"]


@pytest.mark.parametrize(("digest", "torch_version"), [("other", None), (None, "1.0")])
def test_a_worker_of_other_code_or_another_torch_is_refused(tmp_path, monkeypatch, digest, torch_version):
    here = environment("stack")
    other = Environment(digest or here.digest, torch_version or here.torch, here.cpu)
    monkeypatch.setattr(compute, "environment", lambda _: other)
    with ThreadPoolExecutor(1) as executor, pytest.raises(RefusedWorkerError, match=r"is refused: it has code .* and torch "):
        run_study(tiny_study(4, only=STACK), tmp_path, executor=executor)
    with Store(tmp_path / STORE_NAME) as store:
        assert store.count() == 0


def test_a_device_that_is_not_there_is_an_error_before_anything_is_computed(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SettingError, match="device: this machine has no cuda; allowed here: cpu"):
        run_study(tiny_study(2, only={"device": "cuda", "engine": "stack"}), tmp_path)


@pytest.mark.parametrize("when", [1, 2, 3])
def test_an_interruption_keeps_finished_chunks_and_says_how_many(tmp_path, monkeypatch, when):
    calls = itertools.count(1)

    def train(lanes, on_epoch=None):
        if next(calls) == when:
            raise KeyboardInterrupt
        return train_lanes(lanes, on_epoch)

    monkeypatch.setattr(compute, "train_lanes", train)
    study = tiny_study(4, a={}, b={"hidden": (5,)}, c={"hidden": (6,)})
    with pytest.raises(InterruptedRunError) as caught:
        run_study(study, tmp_path)
    assert (caught.value.finished, caught.value.total) == (4 * (when - 1), 12)
    monkeypatch.undo()
    with Store(tmp_path / STORE_NAME) as store:
        assert store.runs()[0].computed == 4 * (when - 1)
    assert run_counted(study, tmp_path) == 12 - 4 * (when - 1)
    run_study(study, tmp_path / "at-once")
    assert shown(tmp_path) == shown(tmp_path / "at-once")


def test_news_run_from_nothing_to_all(tmp_path):
    news = []
    run_study(tiny_study(4, **ARMS), tmp_path, on_progress=news.append)
    shares = [item.share for item in news]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    assert [item.finished for item in news if item.epoch is None] == [8, 12]
    assert {item.total for item in news} == {12}
    assert all(0 <= item.error <= 1 and item.epochs == TINY.epochs for item in news if item.epoch is not None)


def test_a_chunk_that_another_process_has_stored_meanwhile_is_not_computed(tmp_path, monkeypatch):
    study = tiny_study(4, a={}, b={"hidden": (5,)})

    def train(lanes, on_epoch=None):
        monkeypatch.setattr(compute, "train_lanes", train_lanes)
        run_study(study, tmp_path)
        return train_lanes(lanes, on_epoch)

    monkeypatch.setattr(compute, "train_lanes", train)
    report = run_study(study, tmp_path).report
    assert (report.computed, report.reused) == (4, 4)
