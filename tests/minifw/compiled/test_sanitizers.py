"""The C code under the address and undefined-behaviour sanitizers, over settings that hypothesis makes up."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from minifw.compiled.library import HERE
from tests.minifw.compiled.builds import compile_engine
from tests.minifw.compiled.references import Case, cases

pytestmark = pytest.mark.slow

# Runs without torch, which the sanitizers need not watch, and with memory that ends where the engine was told.
SCRIPT = """
import pickle, sys, types
package = types.ModuleType("minifw")
package.__path__ = [sys.argv[1]]
sys.modules["minifw"] = package
from pathlib import Path
from minifw.compiled import Engine, Generators, train
from minifw.compiled.library import NativeLibrary
engine = Engine({int(sys.argv[3]): NativeLibrary(Path(sys.argv[2]), int(sys.argv[3]))}, "")
Generators(range(5), engine).normal(1000)
for settings, trials in pickle.loads(Path(sys.argv[4]).read_bytes()):
    train(settings, trials, engine=engine)
print("trained")
"""


def many_cases(count: int) -> list[Case]:
    """Cases of both precisions, the same ones every time."""
    made: list[Case] = []
    for dtype in ("float32", "float64"):

        @settings(
            max_examples=count,
            phases=[Phase.generate],
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(dtype=dtype, most_trials=6))
        def collect(case):
            made.append(case)

        collect()
    return made


def run(library: Path, width: int, folder: Path, given_cases: list[Case]) -> subprocess.CompletedProcess:
    path = folder / "cases"
    path.write_bytes(pickle.dumps([(case.settings(), case.trials_from(0)) for case in given_cases]))
    preload = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True).stdout.strip()
    environment = os.environ | {"LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1"}
    command = [sys.executable, "-c", SCRIPT, str(HERE.parent), str(library), str(width), str(path)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200)


FLAGS = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@pytest.mark.parametrize("width", [16, 32])
def test_the_sanitizers_find_nothing(width, tmp_path):
    library = compile_engine(tmp_path, "gcc", width, *FLAGS)
    done = run(library, width, tmp_path, many_cases(20))
    assert done.returncode == 0 and done.stdout.strip() == "trained", done.stderr[-3000:]


def test_the_sanitizers_would_find_a_step_too_far(tmp_path):
    """The last data set is read one sample too far: the check above is no empty one."""
    import shutil

    from minifw.compiled.source_digest import SOURCE

    shutil.copytree(SOURCE, source := tmp_path / "source")
    text = (source / "layout.h").read_text()
    (source / "layout.h").write_text(text.replace("return d[FIELD_MEMORY] = size;", "return d[FIELD_MEMORY] = size - 4096;"))
    library = compile_engine(tmp_path, "gcc", 16, *FLAGS, source=source)
    done = run(library, 16, tmp_path, [Case()])
    assert done.returncode != 0 and "AddressSanitizer" in done.stderr
