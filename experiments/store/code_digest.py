"""A digest of the source that computes trials: what is stored under one digest was computed by the same statements."""

from __future__ import annotations

import ast
import functools
import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPUTING_MODULES = (
    *(
        f"minifw/{name}.py"
        for name in (
            "activations",
            "arithmetic",
            "containers",
            "data",
            "disc",
            "dropout",
            "first_pass",
            "flat",
            "history",
            "initializers",
            "linear",
            "losses",
            "module",
            "nesting",
            "optimizer_base",
            "optimizers",
            "parameter",
            "passes",
            "random",
            "scaling",
            "stack",
            "targets",
            "training",
        )
    ),
    *(f"experiments/training/{path.name}" for path in sorted((ROOT / "experiments" / "training").glob("[a-z]*.py"))),
)


@functools.cache
def code_digest() -> str:
    """16 hexadecimal digits over the statements of the computing modules."""
    return digest_of({name: (ROOT / name).read_text(encoding="utf-8") for name in COMPUTING_MODULES})


def digest_of(sources: dict[str, str]) -> str:
    """16 hexadecimal digits over statements, by file name; comments, docstrings and layout do not count."""
    digest = hashlib.sha256()
    for name, source in sources.items():
        tree = ast.parse(source)
        _drop_docstrings(tree)
        digest.update(f"{name}\n{ast.unparse(tree)}\n".encode())
    return digest.hexdigest()[:16]


def _drop_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
