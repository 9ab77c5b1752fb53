"""What tests of the store, the runner and the outputs share: a study that trains in milliseconds, and forked children."""

import os
import signal
import sqlite3
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from experiments.config.study import Arm, Study
from experiments.config.trial import Trial, TrialConfig
from experiments.workflows.run_study import run_study

TINY = TrialConfig(hidden=(4,), epochs=3, train_size=24, test_size=16, batch_size=8)


def tiny_study(rounds: int = 4, first: int = 0, name: str = "tiny", figures: tuple[str, ...] = ("loss",), **arms) -> Study:
    """A study of TINY, or of the settings given by arm."""
    settings = arms or {"only": {}}
    return Study(
        name=name,
        arms=tuple(Arm(arm, TINY.replace(**changes)) for arm, changes in settings.items()),
        seeds=range(first, first + rounds),
        command=f"minifw train --name {name}",
        title="A tiny study",
        figures=figures,
    )


def trials(config: TrialConfig, seeds: range) -> list[Trial]:
    return [Trial(config, seed) for seed in seeds]


def run_counted(study: Study, folder: Path, **options) -> int:
    """Runs a study; how many trials it says it computed."""
    return run_study(study, folder, **options).report.computed


def shown(folder: Path, name: str = "tiny") -> dict[str, bytes]:
    """The tables and figures of a name, which must not depend on how they came about."""
    files = sorted(path for path in folder.glob(f"{name}[._]*") if path.suffix in (".csv", ".png"))
    return {path.name: path.read_bytes() for path in files if not path.name.endswith(".timing.csv")}


def fork(work: Callable[[], object]) -> int:
    """Runs it in a forked child; its process number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking a process with threads
        child = os.fork()
    if child == 0:
        code = 99
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def forked(work: Callable[[], object]) -> int:
    """Runs it in a forked child; its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(fork(work), 0)[1])


def kill_before(step: int, names: set[str], spare: Callable[[], object] = lambda: None) -> Callable[[], int]:
    """Has this process kill itself before the step-th call of a built-in function of these names; returns the counter.

    `spare` is called right before.
    """
    count = 0

    def profile(frame, event, function):
        nonlocal count
        if (
            event == "c_call"
            and function.__name__ in names
            and "IO" not in type(getattr(function, "__self__", 0)).__name__[:-2]
        ):
            count += 1
            if count == step:
                spare()
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)
    return lambda: count


def flip_a_bit(store: Path, column: str) -> bytes:
    """Flips a bit in what the store keeps of its first trial; the bytes around it afterwards."""
    connection = sqlite3.connect(store)
    (blob,) = connection.execute(f"SELECT {column} FROM trials ORDER BY rowid LIMIT 1").fetchone()
    connection.close()
    content = bytearray(store.read_bytes())
    place = content.index(blob[:40])
    content[place + 40] ^= 1
    store.write_bytes(content)
    return bytes(content[place : place + 60])
