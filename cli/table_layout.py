"""How a table goes into the width of a screen: names and numbers stay whole, and columns that find no room go below."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

# Spaces between columns, the widest first.
GAPS = (3, 2)
# Between words of a header that belong together.
TIE = "\u00a0"


@dataclass(frozen=True)
class Layout:
    """The headers, with line breaks, spaces between columns, and the columns of each part; the first column is in all."""

    headers: list[str]
    gap: int
    parts: list[list[int]]


def lay_out(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Layout:
    """The first that has room: the whole table, its columns closer, its headers in lines, both, and the table in parts."""
    cells = [max((len(row[column]) for row in rows), default=0) for column in range(len(headers))]
    every = list(range(len(headers)))
    whole = [header.replace(TIE, " ") for header in headers]
    wanted = [max(cell, len(header)) for cell, header in zip(cells, headers, strict=True)]
    needed = [max(cell, longest_word(header)) for cell, header in zip(cells, headers, strict=True)]
    broken = [break_header(header, room) for header, room in zip(headers, needed, strict=True)]
    for shown, widths in ((whole, wanted), (broken, needed)):
        for gap in GAPS:
            if table_width(widths, gap) <= width:
                return Layout(shown, gap, [every])
    return Layout(broken, GAPS[-1], split_columns(needed, width))


def table_width(widths: Sequence[int], gap: int) -> int:
    """Characters a line takes: a margin on the left, and the gap after each column."""
    return 1 + sum(widths) + gap * len(widths)


def split_columns(widths: Sequence[int], width: int) -> list[list[int]]:
    """The columns of each part, as many as have room beside the first column, at least one."""
    parts = [[0]]
    for column in range(1, len(widths)):
        beside = [widths[each] for each in (*parts[-1], column)]
        if len(parts[-1]) > 1 and table_width(beside, GAPS[-1]) > width:
            parts.append([0])
        parts[-1].append(column)
    return parts


def longest_word(header: str) -> int:
    """Characters of the longest part of a header that stays on a line."""
    return max((len(word) for word in header.split(" ")), default=0)


def break_header(header: str, room: int) -> str:
    """The header in lines of at most that length."""
    lines = textwrap.wrap(header, max(room, 1), break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace(TIE, " ")
