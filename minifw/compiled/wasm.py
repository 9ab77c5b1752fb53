"""The engine as WebAssembly, committed beside its source and run by wasmtime where no C compiler was at hand."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import wasmtime

from minifw.compiled.descriptor import ALIGNMENT
from minifw.compiled.errors import EngineError
from minifw.compiled.library import HERE, Library, Memory

WASM = HERE / "engine.wasm"
REBUILD_WASM = "make wasm"
PAGE = 1 << 16


class WasmMemory(Memory):
    """An instance of the module and the part of its memory behind what the module itself needs.

    Each has an instance of its own, so that memory is given back when it is no longer referred to.
    """

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module, size: int) -> None:
        self._store = wasmtime.Store(engine)
        self._exports: Mapping[str, Any] = cast(Any, wasmtime.Instance(self._store, module, []).exports(self._store))
        base = self._exports["__heap_base"].value(self._store)
        self.address = -(-base // ALIGNMENT) * ALIGNMENT
        self._size = size
        self._memory = self._exports["memory"]
        self._reserve(self.address + size)

    def _reserve(self, size: int) -> None:
        missing = size - self._memory.data_len(self._store)
        if missing > 0:
            self._memory.grow(self._store, -(-missing // PAGE))

    def bytes(self) -> np.ndarray:
        start = ctypes.addressof(self._memory.data_ptr(self._store).contents) + self.address
        return np.ctypeslib.as_array((ctypes.c_uint8 * self._size).from_address(start))

    def call(self, name: str, *arguments: int) -> int:
        return int(self._exports[name](self._store, *arguments) or 0)

    def text(self, address: int) -> str:
        """The characters at an address, up to a zero."""
        content = bytes(self._memory.read(self._store, address, address + 256))
        return content.partition(b"\0")[0].decode()


def _close(module: wasmtime.Module, engine: wasmtime.Engine) -> None:
    module.close()
    engine.close()


class WasmLibrary(Library):
    """The module, compiled by wasmtime for this processor. Raises EngineError when there is none."""

    kind = "wasm"
    vector_bytes = 16

    def __init__(self, path: Path = WASM) -> None:
        self.path = path
        if not path.is_file():
            raise EngineError(f"there is no {path}; make it: {REBUILD_WASM}")

    @cached_property
    def _module(self) -> tuple[wasmtime.Engine, wasmtime.Module]:
        engine = wasmtime.Engine()
        module = wasmtime.Module.from_file(engine, str(self.path))
        # When Python ends, wasmtime's own way of giving back comes too late and prints errors.
        weakref.finalize(self, _close, module, engine)
        return engine, module

    def allocate(self, size: int) -> WasmMemory:
        return WasmMemory(*self._module, size)

    def version(self) -> tuple[int, str]:
        memory = self.allocate(0)
        return memory.call("abi_float32"), memory.text(memory.call("source_digest_float32"))

    def __str__(self) -> str:
        return f"the WebAssembly engine {self.path.name}"
