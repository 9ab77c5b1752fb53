"""docs/tutorial.md, typed from top to bottom in one folder: each session is what comes."""

from __future__ import annotations

import re

import pytest

from tests.cli.terminal import minifw
from tests.documents.reading import blocks, page

PAGE = page("docs/tutorial.md")
SESSIONS = [block for block in blocks(PAGE) if block.startswith("$ minifw")]


def words(text: str) -> list[str]:
    """The words of a session, without numbers and what only draws tables."""
    return re.findall(r"[^\W\d_][\w/.=-]*", re.sub(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", "#", text))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the files that the page shows."""
    folder = tmp_path_factory.mktemp("tutorial")
    for name, text in re.findall(r"```csv (\S+)\n(.*?)```", PAGE, re.S):
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0][9:40])
def test_a_session_shows_what_comes(session, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    typed, shown = session.split("\n", 1)
    assert words(minifw(*typed[2:].split()[1:]).out) == words(shown)
