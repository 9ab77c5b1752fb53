"""Builds of the engine from changed source or with other flags, for the tests that need a compiler."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from minifw.compiled import Engine
from minifw.compiled.building import SOURCES, native_flags
from minifw.compiled.library import NativeLibrary
from minifw.compiled.source_digest import SOURCE

COMPILERS = [compiler for compiler in ("gcc", "clang") if shutil.which(compiler)]


def compile_engine(folder: Path, compiler: str, width: int, *flags: str, source: Path = SOURCE) -> Path:
    """A build of that source with these flags behind the usual ones, in a folder."""
    path = folder / f"_native{width}.so"
    macros = (f"-DVECTOR_BYTES={width}", '-DSOURCE_DIGEST="other"')
    command = [compiler, "-shared", "-fPIC", *native_flags()[width], *flags, *macros, *SOURCES, "-o", str(path)]
    subprocess.run(command, cwd=source, check=True)
    return path


def engine_of(path: Path, width: int) -> Engine:
    """An engine that runs one build."""
    return Engine({width: NativeLibrary(path, width)}, "")
