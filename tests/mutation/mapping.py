"""Which test files should find a mistake in a module: those that mirror it, then those that import it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

LEFT_OUT = ("tests/browser", "tests/mutation", "tests/test_mutants.py", "tests/test_mutation.py")


def source_files(root: Path, names: list[str]) -> list[str]:
    """The Python files of packages and modules, which may be named with slashes or dots, `.py` or not."""
    found: list[str] = []
    for name in names:
        path = root / name.removesuffix(".py").replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        found += [file.relative_to(root).as_posix() for file in files]
    return found


def tests_of(root: Path, file: str) -> tuple[list[str], list[str]]:
    """The test files that mirror a source file, and the others that import it, themselves or by a helper of the tests."""
    tests = [name for name in _test_files(root) if not name.startswith(LEFT_OUT)]
    mirror = f"test_{Path(file).stem}.py"
    own = [name for name in tests if name == f"tests/{Path(file).parent.as_posix()}/{mirror}"]
    if Path(file).name == "__init__.py":
        own = []
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return own, [name for name in tests if name not in own and module in _imported(root, name)]


@cache
def _test_files(root: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")))


@cache
def _imported(root: Path, name: str) -> frozenset[str]:
    """The modules that a test file imports, and those that the helpers do which it imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse((root / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    for helper in [module.replace(".", "/") + ".py" for module in modules if module.startswith("tests.")]:
        if (root / helper).is_file() and not Path(helper).name.startswith("test_"):
            modules |= _imported(root, helper)
    return frozenset(modules)
