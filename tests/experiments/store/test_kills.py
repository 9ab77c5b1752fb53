"""kill -9 before every step of the writing layer: each SQL statement, write, sync and replace.

The next run ends in the same bytes."""

import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments.output import study_files
from experiments.running import pools
from experiments.running.compute import Computed
from experiments.store.reader import TrialReader
from experiments.store.store import Store
from experiments.workflows.run_study import STORE_NAME, run_study
from tests.experiments.storing import flip_a_bit, forked, kill_before, shown, tiny_study

STEPS = {"execute", "fsync", "replace", "rename", "link", "unlink", "open", "write", "mkdir", "truncate"}
STUDY = tiny_study(rounds=3, figures=("dot",), relu={}, wide={"hidden": (5,)})
OTHER = tiny_study(rounds=1, figures=("dot",), relu={"lr": 0.5})


@pytest.fixture(scope="module")
def writing_only(tmp_path_factory):
    """Trials are looked up, figures are a dot, and no table is made for the screen: what is left is writing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(study_files.FIGURES, "dot", lambda material: Figure(figsize=(0.3, 0.3)))
        patch.setattr(study_files, "git_commit", lambda: None)
        patch.setattr("experiments.workflows.run_study.summary_table", lambda study, table: table)
        prepared = tmp_path_factory.mktemp("prepared")
        run_study(OTHER, prepared)
        run_study(STUDY, prepared)
        results = {}
        with Store(prepared / STORE_NAME) as store:
            for arm in (*STUDY.arms, *OTHER.arms):
                for seed, result in TrialReader(store).results(arm.config, STUDY.seeds):
                    results[arm.config.key(), seed] = result

        def look_up(chunk, expected, on_epoch=None):
            return Computed([results[trial.config.key(), trial.seed] for trial in chunk.trials], expected)

        patch.setattr(pools, "compute", look_up)
        yield shown(prepared)


@pytest.fixture(params=["an empty folder", "a damaged store and results of other settings"])
def start(request, in_memory, writing_only):
    """The folder that a run starts in, the study, and what must be there in the end besides the study's own files."""
    folder = in_memory / "start"
    folder.mkdir()
    if request.param == "an empty folder":
        return folder, tiny_study(rounds=3, figures=("dot",), relu={}), {}, b""
    run_study(tiny_study(rounds=2, name="earlier", figures=(), relu={}, wide={"hidden": (5,)}), folder)
    run_study(OTHER, folder)
    other = f"tiny@{OTHER.settings_digest()}"
    kept = {name.replace("tiny", other, 1): content for name, content in shown(folder).items()}
    return folder, STUDY, kept, flip_a_bit(folder / STORE_NAME, "history")


def stored(folder: Path, study) -> list[bytes]:
    with Store(folder / STORE_NAME) as store:
        return [
            np.concatenate([*result.measured.values(), *(value.ravel() for value in result.parameters.values())]).tobytes()
            for arm in study.arms
            for _, result in TrialReader(store).results(arm.config, study.seeds)
        ]


def test_a_kill_before_any_step_loses_nothing(start, in_memory, writing_only):
    folder, study, kept, damaged = start
    complete = in_memory / "complete"
    shutil.copytree(folder, complete)
    run_study(study, complete)
    expected_files, expected_trials = shown(complete), stored(complete, study)
    if study is STUDY:
        assert expected_files == writing_only

    step, ends = 0, []
    while not ends or ends[-1] == -signal.SIGKILL:
        step += 1
        killed = in_memory / f"killed-{step}"
        shutil.copytree(folder, killed)

        def work(killed=killed, step=step):
            def tear():
                for path in killed.glob(".*partial*"):
                    if path.suffix != ".sqlite":
                        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

            kill_before(step, STEPS, tear if step % 2 else lambda: None)
            run_study(study, killed)

        ends.append(forked(work))
        for name, content in shown(killed).items():
            assert content in (expected_files[name], shown(folder).get(name)), f"{name} is half-written after step {step}"
        run_study(study, killed)
        assert shown(killed) == expected_files, f"after step {step}"
        assert stored(killed, study) == expected_trials, f"after step {step}"
        assert {name: (killed / name).read_bytes() for name in kept} == kept, f"after step {step}"
        assert not list(killed.glob(".*partial*")), f"after step {step}"
        if damaged:
            asides = list(killed.glob(f"{STORE_NAME}.damaged-*"))
            assert any(damaged in aside.read_bytes() for aside in asides), f"after step {step}"
        shutil.rmtree(killed)
    assert ends[-1] == 0
    assert step > (90 if damaged else 50)
