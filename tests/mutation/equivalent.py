"""Mistakes that change nothing a test could see, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tests.mutation.mistakes import Mistake

# A regular expression for `LINE => NEW TEXT` -> why that is no mistake.
EQUIVALENT: Mapping[str, str] = {
    r"reshape\(.*-1\) => \(2\)$": "any negative length is the rest",
    r"flags\.writeable = False => ": "guards against writes that nobody makes",
    r"repr=False, compare=False\)": "a cache within a dataclass that is neither shown nor compared anywhere",
    r"^name = str\(name\) => pass$": "a group's name is a text already; the type checker cannot know",
    r"0\.5 \* self\.divisor => \(0\.5 / self\.divisor\)$": "the divisor is one there",
    r"for losses in self\.loss\.values\(\)\), 1\) => \(2\)$": "where nothing was measured there is no row, of any trial",
    r"^TRIALS, BATCH, WIDTH = 3, 4, 5 => ": "gradients are checked on a few points, however many and however wide",
    r"np\.arange\(0, right \+ BIN / 2, BIN\) => \(BIN \* 2\)$": "a bar more, which is empty and not drawn",
    r"edges - 1e-6\) => \(2e-06\)$": "as far below the edges as errors are not",
    r"if row\.share < 0\.1 .* => \((0\.2|row\.share <= 0\.1)\)$": "two digits of 10 to 20 % are whole percents",
}


def reason(mistake: Mistake, root: Path) -> str | None:
    """Why a mistake changes nothing that can be seen, if that is known."""
    line = (root / mistake.file).read_text(encoding="utf-8").splitlines()[mistake.line - 1]
    return next((why for pattern, why in EQUIVALENT.items() if re.search(pattern, f"{line.strip()} => {mistake.new}")), None)
