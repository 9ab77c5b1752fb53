"""Runs Python that a user wrote, from its text: the file itself may lie on another machine, or be gone.

Each bundle of files is a package of its own, named by its digest, so that two files of one name never meet. What a file imports
comes from beside it in its bundle first, then from what is installed.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import importlib
import importlib.abc
import importlib.machinery
import linecache
import sys
import traceback
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from experiments.config.user_files import UserFile
from experiments.errors import UserCodeError

PACKAGE = "user_files_"


def load_user_code(file: UserFile) -> Any:
    """What the file's `name` stands for in it. Raises UserCodeError when the file fails as it is run, or has no such name."""
    if not file.texts:
        raise UserCodeError(f"the content of {file} is not known here")
    package = PACKAGE + file.digest
    bundle = _FINDER.bundles.setdefault(package, file)
    with errors_of_user_code():
        module = importlib.import_module(f"{package}.{PurePosixPath(bundle.texts[0][0]).stem}")
    try:
        return getattr(module, file.name)
    except AttributeError:
        raise UserCodeError(f"{file}: nothing of that name is there once the file has run") from None


@contextlib.contextmanager
def errors_of_user_code() -> Iterator[None]:
    """Turns an error raised within user's code into a UserCodeError with the traceback of the user's own lines."""
    try:
        yield
    except UserCodeError:
        raise
    except (Exception, SystemExit) as error:
        if not (lines := _lines_of_user(error)):
            raise
        said = "".join([*traceback.format_list(lines), *traceback.format_exception_only(error)]).rstrip()
        raise UserCodeError(f"{lines[-1].filename}, line {lines[-1].lineno}, failed\n{said}") from None


def _lines_of_user(error: BaseException) -> list[traceback.FrameSummary]:
    """Those lines of a traceback that are in user's files, the outermost first."""
    lines = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        package, _, module = str(frame.f_globals.get("__name__", "")).partition(".")
        if package in _FINDER.bundles:
            _, text = _modules(_FINDER.bundles[package])[module]
            code, source = frame.f_code, text.splitlines()[number - 1]
            lines.append(traceback.FrameSummary(code.co_filename, number, code.co_name, line=source))
    return lines


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of bundles that were asked for, by packages' names."""

    def __init__(self) -> None:
        self.bundles: dict[str, UserFile] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, _, module = fullname.partition(".")
        if package not in self.bundles:
            return None
        files = _modules(self.bundles[package])
        if module and module not in files:
            return None
        is_package = not module or files[module][0].endswith("__init__.py")
        return importlib.machinery.ModuleSpec(fullname, _Loader(self.bundles[package]), is_package=is_package)


_FINDER = _Finder()
sys.meta_path.append(_FINDER)


class _Loader(importlib.abc.Loader):
    """Runs a module of a bundle."""

    def __init__(self, file: UserFile) -> None:
        self.file = file

    def exec_module(self, module: types.ModuleType) -> None:
        package, _, name = module.__name__.partition(".")
        if not name:
            return
        path, text = _modules(self.file)[name]
        module.__file__ = _shown(self.file, path)
        linecache.cache[module.__file__] = (len(text), None, text.splitlines(keepends=True), module.__file__)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": functools.partial(_import, package)}
        exec(compile(text, module.__file__, "exec"), module.__dict__)


def _shown(file: UserFile, path: str) -> str:
    """The path of one of a bundle's files, as the user would write it."""
    return file.path if path == file.texts[0][0] else str(PurePosixPath(file.path).parent / path)


@functools.cache
def _modules(file: UserFile) -> Mapping[str, tuple[str, str]]:
    """Path and text of each module of a bundle, by its name with dots."""
    modules = {}
    for path, text in reversed(file.texts):
        parts = PurePosixPath(path).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = (path, text)
        for folder in PurePosixPath(path).parents[:-1]:
            modules.setdefault(".".join(folder.parts), (f"{folder}/__init__.py", ""))
    return modules


def _import(
    package: str,
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> types.ModuleType:
    """What the import statements of a bundle's files call: its own modules come before those installed."""
    if level or name.partition(".")[0] not in _modules(_FINDER.bundles[package]):
        return builtins.__import__(name, globals, locals, fromlist, level)
    if fromlist:
        return builtins.__import__(f"{package}.{name}", globals, locals, fromlist, 0)
    importlib.import_module(f"{package}.{name}")
    return sys.modules[f"{package}.{name.partition('.')[0]}"]
