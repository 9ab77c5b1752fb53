"""Which test files should find a mistake in a module: those that mirror it, those that import it, those beside them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

# Loads the reports by their names.
CATALOGUE = "experiments.reports.catalogue"
LEFT_OUT = ("tests/browser", "tests/documents", "tests/mutation", "tests/test_mutants.py", "tests/test_mutation.py")


def source_files(root: Path, names: list[str]) -> list[str]:
    """The Python files of packages and modules, which may be named with slashes or dots, `.py` or not."""
    found: list[str] = []
    for name in names:
        path = root / name.removesuffix(".py").replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        found += [file.relative_to(root).as_posix() for file in files]
    return found


def files_of_tests(root: Path, file: str) -> tuple[list[str], list[str]]:
    """The test files that mirror a source file; those that import it, themselves or by a helper, or test its package."""
    tests = [name for name in _all_test_files(root) if not name.startswith(LEFT_OUT)]
    folder, stem = _mirror(root, Path(file)), Path(file).stem
    # By hand before by simulation, as it is done at once.
    own = [name for name in (f"{folder}/test_{stem}_by_hand.py", f"{folder}/test_{stem}.py") if name in tests]
    module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    beside = [name for name in tests if str(Path(name).parent) == folder and name not in own]
    modules = {module, CATALOGUE} if module.startswith("experiments.reports.") else {module}
    naming = [name for name in tests if modules & _imported(root, name) and name not in own]
    # Those by hand are quick; of the others beside it those that name it find most.
    rest = sorted(
        {*naming, *beside},
        key=lambda name: (
            name not in beside,
            not name.endswith("_by_hand.py"),
            name not in naming,
            (root / name).stat().st_size,
            name,
        ),
    )
    return own, rest


def _mirror(root: Path, file: Path) -> str:
    """The nearest folder of tests: one for all of the reports, whose own folders have none."""
    folder = Path("tests") / file.parent
    while not (root / folder).is_dir():
        folder = folder.parent
    return folder.as_posix()


@cache
def _all_test_files(root: Path) -> tuple[str, ...]:
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
