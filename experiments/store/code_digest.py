"""A digest of the code that computes trials: what is stored under one digest was computed by the same statements.

Each way of computing has its own, made of the files that its imports lead to within `minifw` and `experiments.training`. What
no way imports may change without a stored trial being computed anew.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.training.engines import REGISTRY, TrainingEngine

ROOT = Path(__file__).parents[2]
# Of what no torch is needed for, this file makes of a text the numbers that are trained on.
PACKAGES = ("minifw", "experiments.training", "experiments.config.csv_table")
COMMON_MODULES = (
    "experiments.training.driver",
    "experiments.training.lanes",
    # A data set's own file stands in the keys of its trials; but the default's, and what they all draw with, do not.
    "experiments.training.data_sets.disc",
    "experiments.training.drawing",
)
# Of this table a way's own entry counts, so that another entry changes nothing.
REGISTRY_FILE = "experiments/training/engines.py"
CONFIG_FILE = "experiments/config/trial.py"
# What these methods of a configuration return is in a trial's key already, or only sorts trials.
METHODS_IN_THE_KEY = frozenset({"resolve", "replace", "key", "structure"})


def code_digest(engine: str) -> str:
    """16 hexadecimal digits over all that computes the trials of an engine."""
    return digest_at_first(engine)


@functools.cache
def digest_at_first(engine: str) -> str:
    """The same, made once in a process, for the files may change while it runs what it loaded."""
    return digest_of(covered_sources(_sources(), REGISTRY[engine]))


@functools.cache
def _sources() -> SourceTree:
    """The files as they are when they are first read; the engines have most of theirs in common."""
    return SourceTree(ROOT)


def digest_of(sources: Mapping[str, str]) -> str:
    """16 hexadecimal digits over texts and their names, whatever their order."""
    digest = hashlib.sha256()
    for name, text in sorted(sources.items()):
        digest.update(f"{name}\n{text}\n".encode())
    return digest.hexdigest()[:16]


def covered_sources(sources: SourceTree, way: TrainingEngine) -> dict[str, str]:
    """All that a way's trials come from, by name: statements of files and methods, other files, and the registry's entry."""
    files = sources.reachable((*COMMON_MODULES, way.module))
    covered = {file: sources.read(file).statements for file in files}
    covered |= {f"{CONFIG_FILE}:{method.name}": statements(method) for method in sources.config_methods(files)}
    for path in sorted(path for pattern in way.sources for path in sources.root.glob(pattern)):
        covered[path.relative_to(sources.root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return covered | {REGISTRY_FILE: repr(way)}


def statements(tree: ast.AST) -> str:
    """Python without comments, docstrings and layout, which do not count."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


@dataclass(frozen=True)
class SourceFile:
    """What is asked of a Python file: its statements, classes, imports wherever they stand, and names behind a dot."""

    statements: str
    classes: dict[str, ast.ClassDef]
    imports: list[ast.Import | ast.ImportFrom]
    attributes: frozenset[str]


@functools.lru_cache(maxsize=1024)
def parse_source(text: str) -> SourceFile:
    """What is asked of a file with this text."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return SourceFile(
        statements(tree),
        {node.name: node for node in nodes if isinstance(node, ast.ClassDef)},
        [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)],
        frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute)),
    )


class SourceTree:
    """The Python files below a folder, and which of them an import leads to. Files are named by their path from the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, SourceFile] = {}
        self._of_module: dict[str, list[str]] = {}

    def read(self, file: str) -> SourceFile:
        """The file as Python reads it; the ways have most of theirs in common, and each is read once."""
        if file not in self._files:
            self._files[file] = parse_source((self.root / file).read_text(encoding="utf-8"))
        return self._files[file]

    def reachable(self, modules: Iterable[str]) -> set[str]:
        """The files of modules, and of what they import, and so on."""
        found: set[str] = set()
        waiting = {file for module in modules for file in self._file(module)}
        while waiting:
            file = waiting.pop()
            found.add(file)
            waiting |= set(self._imported(file)) - found
        return found

    def config_methods(self, files: Iterable[str]) -> list[ast.FunctionDef]:
        """The methods of TrialConfig that files name and that may change bits without changing a key."""
        named = {name for file in files for name in self.read(file).attributes} - METHODS_IN_THE_KEY
        members = self.read(CONFIG_FILE).classes["TrialConfig"].body
        return [member for member in members if isinstance(member, ast.FunctionDef) and member.name in named]

    def _imported(self, file: str) -> Iterator[str]:
        """The files that the imports of a file lead to."""
        for node in self.read(file).imports:
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    yield from self._origin(_module_of(node, file), alias.name)
                else:  # `import a.b` gives all of a.
                    yield from self._file(alias.name.partition(".")[0])
                    yield from self._file(alias.name)

    def _origin(self, module: str, name: str) -> Iterator[str]:
        """The file that defines what `from module import name` gives: a package only hands on what its files define."""
        if own := self._file(f"{module}.{name}"):
            yield from own
            return
        for file in self._file(module):
            source = self._handed_on(file, name) if file.endswith("__init__.py") else None
            yield from self._origin(*source) if source else [file]

    def _handed_on(self, file: str, name: str) -> tuple[str, str] | None:
        """The module that a package has a name from, and the name there."""
        for node in self.read(file).imports:
            for alias in node.names:
                if isinstance(node, ast.ImportFrom) and (alias.asname or alias.name) == name:
                    return _module_of(node, file), alias.name
        return None

    def _file(self, module: str) -> list[str]:
        """The module's file, where it lies in the packages that are followed and exists; looked up once."""
        if module not in self._of_module:
            followed = module.startswith(tuple(f"{package}." for package in PACKAGES)) or module in PACKAGES
            path = module.replace(".", "/")
            files = (f"{path}.py", f"{path}/__init__.py") if followed else ()
            self._of_module[module] = [file for file in files if (self.root / file).is_file()]
        return self._of_module[module]


def _module_of(node: ast.ImportFrom, file: str) -> str:
    """The module that names come from, a relative one written out."""
    return importlib.util.resolve_name("." * node.level + (node.module or ""), file.rpartition("/")[0].replace("/", "."))
