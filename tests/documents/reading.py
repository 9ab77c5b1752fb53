"""Reading the pages in the project's folder: their blocks, links and paths."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    """The text of a page in the project's folder."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """The indented blocks of a page, each without its indent."""
    found = re.findall(r"(?:^|\n)\n((?: {4}[^\n]*\n|\n(?= {4}))+)", text)
    return ["\n".join(line[4:] for line in block.splitlines()) for block in found]
