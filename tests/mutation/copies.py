"""Runs test files on a copy of the tree, in a forked child, so that torch and the like are loaded once for all runs."""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import resource
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGES = ("minifw", "experiments", "cli", "tests")
COPIED = (*PACKAGES, "results", "docs", "Makefile", "README.md", "pyproject.toml", "setup.py", ".ci")
LOADED_ONCE = (
    "torch",
    "torch.func",
    "torch.testing",
    # Which torch.optim otherwise loads at the first step.
    "torch._dynamo",
    "numpy",
    "pandas",
    "scipy.stats",
    "pytest",
    "hypothesis",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "PIL.PngImagePlugin",
    "wasmtime",
    "jinja2",
    "rich",
    "typer",
)
TIMED_OUT = -1
# On a busy machine a second of computing takes as many seconds or fewer.
PATIENCE = 30


@dataclass(frozen=True)
class Run:
    """How pytest ended (`code`), and the last lines it printed."""

    code: int
    output: str

    @property
    def failed(self) -> str:
        """The first test that failed, as `FILE::TEST`, or nothing where pytest does not name one."""
        named = (line.split(" ", 1)[1] for line in self.output.splitlines() if line.startswith(("FAILED ", "ERROR ")))
        return next(named, "").partition(" - ")[0]


def load_once() -> None:
    """Imports what every run needs; never the packages under test, which each run takes from its own copy."""
    os.environ |= {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in LOADED_ONCE:
            importlib.import_module(name)


@contextlib.contextmanager
def copy_of(root: Path) -> Iterator[Path]:
    """A folder with a copy of the tree, in memory where there is such."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="minifw-mutant-", dir=memory if memory.is_dir() else None) as folder:
        for name in COPIED:
            source, target = root / name, Path(folder) / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite*"))
            elif source.exists():
                shutil.copy2(source, target)
        # A test becomes another user, who has to find the modules.
        Path(folder).chmod(0o755)
        yield Path(folder)


def run_tests(folder: Path, files: Sequence[str], limit: float) -> Run:
    """The test files in this order on the copy in a folder, until one fails or so many seconds of computing are over."""
    log, deadline = folder / "pytest.log", time.monotonic() + PATIENCE * limit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking a process with threads
        child = os.fork()
    if child == 0:
        os.setsid()
        # Of computing, so that a busy machine changes no verdict; it ends, too, when whoever waits for it has been killed.
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(limit), math.ceil(limit)))
        _become_pytest(folder, files, log)
    code = _wait(child, deadline)
    code = TIMED_OUT if code == -signal.SIGXCPU else code
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return Run(code, log.read_text(encoding="utf-8", errors="replace")[-1500:])


def _become_pytest(folder: Path, files: Sequence[str], log: Path) -> None:
    """In the child: pytest over the copy, whose modules shadow those of this tree; never returns."""
    code = 99
    try:
        target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, 1)
        os.dup2(target, 2)
        os.chdir(folder)
        os.environ["PYTHONPATH"] = str(folder)
        for name in [name for name in sys.modules if name.split(".")[0] in PACKAGES]:
            del sys.modules[name]
        sys.path[:] = [str(folder), *sys.path[1:]]
        import pytest

        code = int(
            pytest.main(
                ["-x", "--tb=line", "--assert=plain", "-m", "not slow", "-p", "no:randomly", f"--basetemp={folder}/tmp", *files]
            )
        )
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _wait(child: int, deadline: float) -> int:
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return TIMED_OUT
