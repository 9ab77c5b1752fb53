"""Builds the compiled engine, once for each width of vector, where a C compiler is; without one WebAssembly runs."""

import importlib.util
from pathlib import Path
from types import ModuleType

from setuptools import Extension, setup

COMPILED = Path("minifw/compiled")


def read(name: str) -> ModuleType:
    """A module of the engine by itself: importing its package would need what is only about to be installed."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / COMPILED / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


building, digest = read("building"), read("source_digest")
source = COMPILED / "source"
setup(
    ext_modules=[
        Extension(
            f"minifw.compiled._native{width}",
            sources=[str(source / name) for name in building.SOURCES],
            depends=[str(source / path.name) for path in digest.source_files()],
            define_macros=[("VECTOR_BYTES", str(width)), ("SOURCE_DIGEST", f'"{digest.source_digest()}"')],
            extra_compile_args=list(flags),
            optional=True,
        )
        for width, flags in building.native_flags().items()
    ]
)
