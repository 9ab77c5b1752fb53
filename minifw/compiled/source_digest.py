"""The digest of the engine's C source, which every build carries. setup.py reads this too, so it imports nothing here."""

from __future__ import annotations

import hashlib
from pathlib import Path

SOURCE = Path(__file__).parent / "source"


def source_files() -> list[Path]:
    """The C files, in the order of their names."""
    return sorted(path for path in SOURCE.iterdir() if path.suffix in (".c", ".h"))


def source_digest() -> str:
    """SHA-256 of the names and contents of the C files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in source_files():
        content = path.read_text(encoding="utf-8").encode()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
