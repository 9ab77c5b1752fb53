"""Files of the user's that a setting names, such as `points.csv` or `layers.py:Leaky`. Imports no torch.

Of such a file the content counts, not where it lies: a digest of it stands in the trial's key, the text goes with the trial to
whatever process computes it and is kept in the store. So a file that was moved is the same setting, one that was changed
is another, and a stored trial can be computed again when the file is gone. Of a Python file the content is its own text and
that of the Python files beside it that its imports lead to, found without running it. What it reads in other ways does not
count.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from experiments.config.setting_types import did_you_mean

PLAIN = re.compile(r"([\w-]+)@([0-9a-f]{32})(?::(\w+))?")
# What these names import is never a file beside the user's.
NOT_BESIDE = frozenset(sys.stdlib_module_names) | {"minifw", "experiments", "cli", "torch", "numpy"}


@dataclass(frozen=True)
class UserFile:
    """A file's content, and for Python the name in it that is meant. Equal where digest, name and label are.

    Args:
        digest: 32 hexadecimal digits over the texts.
        name: of a function or class of a Python file; empty for other files.
        label: `file` for a user's own; files that come with minifw are known by their names.
        path: the file as it was typed, for people to read.
        texts: (path from the file's folder, text) of the file, and then of those that it imports; empty where only the digest
            is known, as when settings were read from a key.
    """

    digest: str
    name: str = ""
    label: str = "file"
    path: str = field(default="", compare=False)
    texts: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def text(self) -> str:
        """The file's own text."""
        return self.texts[0][1]

    @property
    def plain(self) -> str:
        """What stands in a key: `file@DIGEST`, or `file@DIGEST:NAME`."""
        return f"{self.label}@{self.digest}" + (f":{self.name}" if self.name else "")

    def __str__(self) -> str:
        """As it was typed, where that is known."""
        if not self.path:
            return self.plain
        return f"{self.path}:{self.name}" if self.name and self.label == "file" else self.path


def from_plain(plain: str) -> UserFile | None:
    """The file without its content that `plain` stands for, or None where it stands for none."""
    found = PLAIN.fullmatch(plain)
    return UserFile(found[2], found[3] or "", found[1]) if found else None


def digest_of(texts: Sequence[tuple[str, str]]) -> str:
    """32 hexadecimal digits over a file's text, whatever its name, and those of the others by name."""
    (_, first), *others = texts
    return hashlib.sha256(json.dumps([first, sorted(others)]).encode()).hexdigest()[:32]


def read_user_file(typed: str, suffixes: Sequence[str] = (".py",)) -> UserFile:
    """Reads `layers.py:Leaky` or, where its suffix is allowed, `points.csv`.

    Raises ValueError saying what is wrong: there is no such file, it is no text, no Python, or defines no such name.
    """
    path, name = Path(typed), ""
    if Path(typed).suffix not in suffixes:
        where, _, name = typed.rpartition(":")
        path = Path(where or typed)
    text = read_text(path)
    if path.suffix != ".py":
        return UserFile(digest_of([(path.name, text)]), path=str(path), texts=((path.name, text),))
    _check_defines(path, text, name)
    texts = ((path.name, text), *sorted(_beside(path, text)))
    return UserFile(digest_of(texts), name, path=str(path), texts=texts)


def read_text(path: Path) -> str:
    """The text of a file in UTF-8. Raises ValueError saying why it cannot be read."""
    try:
        return path.expanduser().read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"there is no file {str(path)!r}{did_you_mean(path.name, _names_beside(path))}") from None
    except OSError as error:
        raise ValueError(f"{str(path)!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path}, line {line}: byte 0x{error.object[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from None


def _names_beside(path: Path) -> list[str]:
    folder = path.expanduser().parent
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []


def _parse(path: Path, text: str) -> ast.Module:
    try:
        tree = ast.parse(text)
        compile(tree, str(path), "exec", dont_inherit=True)
        return tree
    except SyntaxError as error:
        raise ValueError(f"{path}, line {error.lineno}: {error.msg}: {(error.text or '').strip()!r}") from None


def _check_defines(path: Path, text: str, name: str) -> None:
    """Raises ValueError unless the file defines the name."""
    defined = list(dict.fromkeys(_defined(_parse(path, text))))
    shown = f"{path.name} defines {', '.join(defined) or 'nothing'}"
    if not name:
        raise ValueError(f"{str(path)!r} names no function or class; write {path.name}:NAME ({shown})")
    if name not in defined:
        raise ValueError(f"{name!r} is not in {path}; {shown}{did_you_mean(name, defined)}")


def _defined(tree: ast.Module) -> Iterator[str]:
    """Functions, classes and other names that a module defines or imports by name at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _beside(path: Path, text: str) -> list[tuple[str, str]]:
    """(path from the folder, text) of the files that imports lead to, and their imports, and so on."""
    folder = path.expanduser().parent
    found: dict[str, str] = {}
    waiting = list(_imported(folder, path.name, _parse(path, text)))
    while waiting:
        name = waiting.pop()
        if name not in found and name != path.name:
            found[name] = read_text(folder / name)
            waiting += _imported(folder, name, _parse(folder / name, found[name]))
    return list(found.items())


def _imported(folder: Path, file: str, tree: ast.Module) -> Iterator[str]:
    """The files below a folder that the imports of one of them lead to, by their paths from the folder."""
    package = [*Path(file).parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files_of(folder, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = [*above, *(node.module.split(".") if node.module else [])]
            yield from _files_of(folder, module)
            for alias in node.names:
                yield from _files_of(folder, [*module, alias.name])


def _files_of(folder: Path, module: Sequence[str]) -> Iterator[str]:
    """The file of a module and those of the packages that it is in, where they are below the folder."""
    if not module or module[0] in NOT_BESIDE:
        return
    for length in range(1, len(module) + 1):
        path = "/".join(module[:length])
        yield from (file for file in (f"{path}/__init__.py", f"{path}.py") if (folder / file).is_file())


def files_in(values: Iterable[Any]) -> list[UserFile]:
    """Those of some settings' values, and of the items of lists among them, that are files."""
    flat = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
    return [item for item in flat if isinstance(item, UserFile)]


def with_content(value: Any, contents: Mapping[str, UserFile]) -> Any:
    """A setting's value, its files with the content that is known by their digests."""
    if isinstance(value, tuple):
        return tuple(with_content(item, contents) for item in value)
    if isinstance(value, UserFile) and not value.texts and value.digest in contents:
        return replace(value, path=contents[value.digest].path, texts=contents[value.digest].texts)
    return value


def readable(value: Any) -> Any:
    """A setting's value as JSON has it and people read it."""
    if isinstance(value, tuple):
        return tuple(readable(item) for item in value)
    return str(value) if isinstance(value, UserFile) else value
