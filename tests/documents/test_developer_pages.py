"""ARCHITECTURE, CONTRIBUTING and CHANGELOG: what they name is there, and the packages stand in the order that is held."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib

import pytest

from tests.documents.reading import ROOT, blocks, page

PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
PATH = re.compile(r"(?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:md|toml|py)")
# What is on no page of the project's folder until it is written: results of the reader's own runs, and names that were.
WRITTEN = ("results/", "FINDINGS.md", ".venv/", "tcp://", "dask://")


def quoted(name: str) -> list[str]:
    """What stands between backquotes on a page."""
    return re.findall(r"`([^`\n]+)`", page(name))


def paths(name: str) -> list[str]:
    """The paths that a page names, each with the name behind its colon if it has one."""
    found = [word for word in quoted(name) if PATH.fullmatch(word.partition(":")[0])]
    return [word for word in found if not word.startswith(WRITTEN)]


@pytest.mark.parametrize(("name", "path"), [(name, path) for name in PAGES for path in sorted(set(paths(name)))])
def test_what_a_page_names_is_there(name, path):
    file, _, defined = path.partition(":")
    assert (ROOT / file).exists()
    assert not defined or defined in names_in(file)


def names_in(file: str) -> set[str]:
    """The names that a file defines at its top."""
    names: set[str] = set()
    for node in ast.parse(page(file)).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page(name)) if "://" not in link]
    assert all((ROOT / link).exists() for link in links), links


@pytest.mark.parametrize("name", PAGES)
def test_commands_are_there(name):
    from cli.main import app

    for target in typed(name, "make "):
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)
    assert typed(name, r"(?:\$ )?minifw ") <= {command.name for command in app.registered_commands}


def typed(name: str, program: str) -> set[str]:
    """The first words behind a program wherever a page says to type it."""
    return {word for text in quoted(name) + blocks(page(name)) for word in re.findall(rf"^{program}(\w[\w-]*)", text, re.M)}


def packages(text: str) -> list[list[str]]:
    """Lines of packages side by side: `a | b`."""
    return [line.split(" | ") for line in re.findall(r"^([a-z]+(?: \| [a-z]+)*)(?: {2,}|$)", text, re.M)]


def test_the_picture_shows_the_packages_in_the_order_that_is_held():
    contracts = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (held,) = [contract["layers"] for contract in contracts if "containers" in contract]
    (picture,) = [block for block in blocks(page("ARCHITECTURE.md")) if "workflows" in block]
    inside = picture.partition("experiments/\n")[2]
    assert [" | ".join(line) for line in packages(re.sub(r"^ {2}", "", inside, flags=re.M))] == held
    there = {path.name.removesuffix(".py") for path in (ROOT / "experiments").iterdir() if not path.name.startswith("_")}
    assert {name for line in held for name in line.split(" | ")} == there


def test_what_may_be_touched_is_in_no_digest():
    from experiments.store.code_digest import SourceTree, covered_sources
    from experiments.training.engines import REGISTRY

    covered = {file for way in REGISTRY.values() for file in covered_sources(SourceTree(ROOT), way)}
    free = page("ARCHITECTURE.md").partition("Free to touch:")[2]
    named = {path.partition(":")[0] for path in re.findall(r"`((?:minifw|cli|tests|experiments)/[\w./]*)", free)}
    assert len(named) >= 5
    assert not {file for file in covered for path in named if file.startswith(path)}
    assert {"minifw/optimizers.py", "minifw/history.py", "experiments/training/optimizers.py"} <= covered
