"""How the engine is compiled. Read by setup.py and by the script that makes the WebAssembly, so it imports nothing here.

The flags come after the user's CFLAGS, so that none of these changes the bits.
"""

from __future__ import annotations

import platform

# No fused multiply-add and no reordering: every machine then rounds alike. Values of one type are read as vectors too.
FLAGS = (
    "-std=gnu11",
    "-O3",
    "-fno-fast-math",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-strict-aliasing",
    "-fvisibility=hidden",
)
X86_VECTORS = {
    16: ("-msse2", "-mfpmath=sse"),
    32: ("-mavx2",),
    64: ("-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl"),
}
SOURCES = ("float32.c", "float64.c")


def native_flags() -> dict[int, tuple[str, ...]]:
    """For each width of vector, in bytes, that this kind of processor can have, the compiler's flags."""
    if platform.machine().lower() in ("x86_64", "amd64"):
        return {width: (*FLAGS, *flags) for width, flags in X86_VECTORS.items()}
    return {16: FLAGS}


def wasm_command(clang: str, digest: str, target: str) -> list[str]:
    """The command that makes the WebAssembly, run in the folder of the source. Needs clang and lld, and no C library."""
    exports = ("-Wl,--no-entry", "-Wl,--export-dynamic", "-Wl,--export=__heap_base", "-Wl,--strip-all")
    machine = ("--target=wasm32", "-nostdlib", "-ffreestanding", "-msimd128", "-mbulk-memory")
    return [
        clang,
        *machine,
        *FLAGS,
        "-fno-builtin",
        *exports,
        "-DVECTOR_BYTES=16",
        f'-DSOURCE_DIGEST="{digest}"',
        *SOURCES,
        "-o",
        target,
    ]
