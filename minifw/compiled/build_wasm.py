"""Makes the committed WebAssembly from the C source: `python -m minifw.compiled.build_wasm`, with clang and lld installed."""

from __future__ import annotations

import os
import subprocess

from minifw.compiled.building import wasm_command
from minifw.compiled.source_digest import SOURCE, source_digest
from minifw.compiled.wasm import WASM


def build_wasm() -> None:
    """Compiles and writes engine.wasm. The variable CLANG names the compiler. Raises CalledProcessError when it fails."""
    subprocess.run(wasm_command(os.environ.get("CLANG", "clang"), source_digest(), str(WASM)), cwd=SOURCE, check=True)


if __name__ == "__main__":
    build_wasm()
