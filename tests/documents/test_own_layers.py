"""docs/own-layers.md, typed from top to bottom in one folder: its files, its sessions, and what torch loads."""

from __future__ import annotations

import re
import shlex

import pytest
import torch

from experiments.output.model_file import read_networks
from tests.cli.terminal import minifw
from tests.documents.reading import page

PAGE = page("docs/own-layers.md")
FENCED = re.compile(r"^```(?:python|csv) ?(.*)\n((?:.*\n)*?)```$|^    \$ (minifw .*)\n((?:    .*\n)+)", re.M)
STEPS = [found.groups(default="") for found in FENCED.finditer(PAGE)]


def words(text: str) -> list[str]:
    """The words of a session, without numbers and what only draws tables."""
    return re.findall(r"[^\W\d_][\w/.=-]*", re.sub(r"-?\d+(?:\.\d+)?", "#", text))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("own")


@pytest.mark.parametrize(("name", "text", "typed", "shown"), STEPS, ids=[name or typed for name, _, typed, _ in STEPS])
def test_a_step_does_what_the_page_says(name, text, typed, shown, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    if typed:
        found = minifw(*shlex.split(typed)[1:])
        refused = re.sub(r"^Usage:.*?--help' for help\.", "", found.err) if found.code else ""
        page = re.sub(r"[│╭╮╰╯─━]|^ *Note:.*\n", " ", shown, flags=re.M)
        assert words(refused or found.out) == words(page)
    elif name.startswith("last line of "):
        path = folder / name.removeprefix("last line of ")
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]) + text)
    elif name:
        (folder / name).write_text(text)
    else:
        check_torch(text, folder)


def check_torch(program: str, folder) -> None:
    """The program's network gives what the fourth of the file's networks gives."""
    names: dict = {}
    with torch.random.fork_rng():
        exec(program, names)
    points = torch.tensor([[0.3, 0.4], [-0.8, 0.1]], dtype=torch.float64)
    ours = read_networks(folder / "results" / "spirals.safetensors").outputs(points)[3]
    torch.testing.assert_close(names["outputs"](points).detach(), ours, rtol=0, atol=1e-6)


def test_the_page_has_every_step():
    assert sum(bool(typed) for _, _, typed, _ in STEPS) == PAGE.count("$ minifw") == 5
    assert len(STEPS) == 10
