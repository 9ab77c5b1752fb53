"""The engine's machine code: what it is called with, and memory for it to work in.

Two kinds run the same source: `native` through ctypes and `wasm` through wasmtime. Both give the same bits.
"""

from __future__ import annotations

import ctypes
import importlib.machinery
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np

from minifw.compiled.building import native_flags
from minifw.compiled.descriptor import ABI, ALIGNMENT, DTYPES
from minifw.compiled.errors import EngineError, StaleBuildError
from minifw.compiled.source_digest import source_digest

HERE = Path(__file__).parent
REBUILD_NATIVE = "pip install --editable ."
# What each function takes: p a place in memory, i an integer.
SIGNATURES = {
    "lay_out": "p",
    "run": "pi",
    "predict": "piii",
    "seed": "pp",
    "uniform": "ppi",
    "permutation": "ppi",
    "elementary": "ippi",
    "multiply_and_add": "pi",
}
FUNCTIONS = {f"{name}_{dtype}": signature for name, signature in SIGNATURES.items() for dtype in DTYPES} | {
    "normal_float64": "ppi"
}


class Memory(ABC):
    """Bytes that the engine reads and writes, starting at `address`, on a 64-byte boundary."""

    address: int

    @abstractmethod
    def bytes(self) -> np.ndarray:
        """All of it, (size,) uint8, shared with the engine."""

    @abstractmethod
    def call(self, name: str, *arguments: int) -> int:
        """What one of the engine's functions returns; places in memory are addresses."""

    def view(self, offset: int, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """An array that lies at an offset, shared with the engine."""
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        return self.bytes()[offset : offset + size].view(dtype).reshape(shape)


class Library(ABC):
    """One build of the engine."""

    kind: str
    vector_bytes: int

    @abstractmethod
    def allocate(self, size: int) -> Memory:
        """Memory of that many bytes, all zero."""

    @abstractmethod
    def version(self) -> tuple[int, str]:
        """The ABI number and the digest of the source that it was built from."""

    def lanes(self, dtype: str) -> int:
        """How many trials one vector holds."""
        return self.vector_bytes // np.dtype(dtype).itemsize

    def check(self, rebuild: str) -> None:
        """Raises StaleBuildError, with the command that mends it, unless it was built from the source that lies here."""
        if self.version() != (ABI, source_digest()):
            raise StaleBuildError(f"{self} was built from other source than lies in {HERE}; build it anew: {rebuild}")


class NativeMemory(Memory):
    """Memory of this process."""

    def __init__(self, functions: ctypes.CDLL, size: int) -> None:
        self._functions = functions
        buffer = np.zeros(size + ALIGNMENT, dtype=np.uint8)
        start = -buffer.ctypes.data % ALIGNMENT
        self._bytes = buffer[start : start + size]
        self.address = self._bytes.ctypes.data

    def bytes(self) -> np.ndarray:
        return self._bytes

    def call(self, name: str, *arguments: int) -> int:
        return int(getattr(self._functions, name)(*arguments))


class NativeLibrary(Library):
    """Machine code of this processor for one width of vector.

    Raises EngineError when it does not load, StaleBuildError when functions are missing.
    """

    kind = "native"

    def __init__(self, path: Path, vector_bytes: int) -> None:
        self.path = path
        self.vector_bytes = vector_bytes
        try:
            self._functions = ctypes.CDLL(str(path))
        except OSError as error:
            raise EngineError(f"{path} does not load: {error}") from None
        try:
            self._declare()
        except AttributeError:
            raise StaleBuildError(f"{self} lacks functions of the source in {HERE}; build it anew: {REBUILD_NATIVE}") from None

    def _declare(self) -> None:
        for name, signature in FUNCTIONS.items():
            function = getattr(self._functions, name)
            function.restype = ctypes.c_int64
            function.argtypes = [ctypes.c_void_p if letter == "p" else ctypes.c_int64 for letter in signature]
        self._functions.abi_float32.restype = ctypes.c_int64
        self._functions.source_digest_float32.restype = ctypes.c_char_p

    def allocate(self, size: int) -> Memory:
        return NativeMemory(self._functions, size)

    def version(self) -> tuple[int, str]:
        return self._functions.abi_float32(), self._functions.source_digest_float32().decode()

    def widest_vector(self) -> int:
        """The widest vectors, in bytes, that this processor computes with; only the narrowest build can be asked."""
        return int(self._functions.widest_vector())

    def __str__(self) -> str:
        return f"the native engine {self.path.name}"


def native_path(vector_bytes: int, folder: Path = HERE) -> Path | None:
    """Where the build for one width of vector lies, or None."""
    names = (f"_native{vector_bytes}{suffix}" for suffix in importlib.machinery.EXTENSION_SUFFIXES)
    return next((folder / name for name in names if (folder / name).is_file()), None)


def load_native(folder: Path = HERE) -> tuple[dict[int, Library], str]:
    """The native builds that this processor can run, by width of vector, and why there are none otherwise.

    Raises StaleBuildError for one that was built from other source.
    """
    path = native_path(16, folder)
    if path is None:
        return {}, "it was installed without a C compiler"
    narrowest = NativeLibrary(path, 16)
    narrowest.check(REBUILD_NATIVE)
    libraries: dict[int, Library] = {16: narrowest}
    for width in native_flags():
        path = native_path(width, folder)
        if 16 < width <= narrowest.widest_vector() and path:
            libraries[width] = NativeLibrary(path, width)
            libraries[width].check(REBUILD_NATIVE)
    return libraries, ""
