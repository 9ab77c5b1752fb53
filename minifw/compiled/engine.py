"""Which build of the engine runs: native where the package was installed with a C compiler, otherwise WebAssembly."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

import numpy as np

from minifw.compiled.errors import EngineError
from minifw.compiled.library import Library, load_native

# Time of one block for each width of vector, relative to the others, measured on the reports' networks.
BLOCK_TIME = {16: 1.0, 32: 1.05, 64: 1.75}


@dataclass(frozen=True)
class Engine:
    """The builds that may run, by width of vector in bytes, and why they were chosen."""

    libraries: dict[int, Library]
    why: str

    @property
    def kind(self) -> str:
        """`native` or `wasm`."""
        return next(iter(self.libraries.values())).kind

    def describe(self) -> str:
        """One line for `--version`: which of the two runs, how wide its vectors are, and why."""
        widths = ", ".join(str(width // 4) for width in sorted(self.libraries))
        return f"compiled engine: {self.kind}, {widths} float32 lanes ({self.why})"

    def cut_into_blocks(self, trials: int, dtype: str) -> list[tuple[Library, int]]:
        """For each block which build trains it and how many trials it holds: the widest, and for the rest the cheapest.

        A partly filled block costs what a full one does. No trial's bits depend on the choice.
        """
        widest = max(self.libraries)
        lanes = self.libraries[widest].lanes(dtype)
        blocks = [(self.libraries[widest], lanes)] * (trials // lanes)
        if rest := trials % lanes:
            library = min(self.libraries.values(), key=lambda library: _cost(library, rest, dtype))
            lanes = library.lanes(dtype)
            blocks += [(library, min(lanes, rest - start)) for start in range(0, rest, lanes)]
        return blocks


def _cost(library: Library, trials: int, dtype: str) -> float:
    return -(-trials // library.lanes(dtype)) * BLOCK_TIME[library.vector_bytes]


def load_engine(kind: str | None = None) -> Engine:
    """The engine of this machine: native if it was built, otherwise wasm; or the kind asked for.

    Raises EngineError when it cannot run, StaleBuildError when it was built from other source, each with what to do.
    """
    libraries, missing = ({}, "asked for") if kind == "wasm" else load_native()
    if libraries:
        engine = Engine(libraries, "asked for" if kind else "built from C when the package was installed")
    elif kind == "native":
        raise EngineError(f"there is no native engine: {missing}")
    else:
        engine = Engine({16: _load_wasm()}, missing)
    _check_answers(engine)
    return engine


def _load_wasm() -> Library:
    from minifw.compiled.wasm import REBUILD_WASM, WasmLibrary

    library = WasmLibrary()
    library.check(REBUILD_WASM)
    return library


def _check_answers(engine: Engine) -> None:
    from minifw.compiled.known_answer import check_known_answer

    for library in engine.libraries.values():
        check_known_answer(Engine({library.vector_bytes: library}, engine.why))


@functools.cache
def the_engine() -> Engine:
    """The engine of this process, loaded and checked once; the variable MINIFW_BUILD may ask for `native` or `wasm`."""
    return load_engine(os.environ.get("MINIFW_BUILD") or None)


def canonical(values: np.ndarray) -> np.ndarray:
    """A copy in which every NaN has the same bits: those of NaN depend on the processor."""
    copy = np.array(values)
    copy[np.isnan(copy)] = np.nan
    return copy
