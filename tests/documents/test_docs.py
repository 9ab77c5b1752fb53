"""The pages in docs/: what they quote stands in the file they name, their programs run, and no backward pass is left out."""

from __future__ import annotations

import ast
import importlib.util
import re

import pytest

from tests.documents.reading import ROOT, page

QUOTE = re.compile(r"```(?:python|c) (\S+)\n(.*?)\n```", re.S)
PROGRAM = re.compile(r"```python\n(.*?)```", re.S)
GRADIENTS = QUOTE.findall(page("docs/gradients.md"))


def programs(name: str) -> dict:
    """What the programs of a page define."""
    names: dict = {}
    for program in PROGRAM.findall(page(name)):
        exec(program, names)
    return names


@pytest.mark.parametrize(("file", "quoted"), GRADIENTS)
def test_a_quotation_stands_in_its_file(file, quoted):
    assert f"\n{quoted}\n" in page(file)


def backward_passes(file: str) -> set[str]:
    """The lines of each concrete `backward`, and of a loss's gradient, in a file."""
    functions = [node for node in ast.walk(ast.parse(page(file))) if isinstance(node, ast.FunctionDef)]
    named = [node for node in functions if node.name in ("backward", "_backward_stacked", "scaled_gradient")]
    return {ast.unparse(node.body[-1]) for node in named if isinstance(node.body[-1], ast.Return)}


# Of Linear's two the page quotes the stacked one, of Loss's the subclasses'.
NOT_QUOTED = (
    "return self._backward_stacked(dy) if self.weight.value.dim() == 3 else self._backward_single(dy)",
    "return self.gradient(*self.saved)",
    "return dy",
)


@pytest.mark.parametrize("file", ["minifw/linear.py", "minifw/activations.py", "minifw/dropout.py", "minifw/losses.py"])
def test_every_backward_pass_is_derived(file):
    quoted = "\n".join(text for name, text in GRADIENTS if name == file)
    assert backward_passes(file)
    missing = [line for line in backward_passes(file) if line not in quoted and line not in NOT_QUOTED]
    assert not missing


def test_every_backward_pass_in_c_is_derived():
    """By the names of the functions: each has a line of its own on the page."""
    quoted = {(name, line.strip()) for name, text in GRADIENTS if name.endswith(".h") for line in text.splitlines()}
    for file in sorted((ROOT / "minifw" / "compiled" / "source").glob("*.h")):
        functions = re.findall(r"(\w+_(?:backward|gradient))\([^)]*\)\n\{(.*?)\n\}", file.read_text(encoding="utf-8"), re.S)
        for function, body in functions:
            if function != "loss_gradient":  # it chooses one of the others
                name = f"minifw/compiled/source/{file.name}"
                assert any(name == where and line in body for where, line in quoted), function


def test_the_module_of_ones_own_is_right():
    names = programs("docs/gradients.md")
    (check,) = names["check_gradients"](names["Square"](), names["torch"].randn(2, 3, dtype=names["torch"].float64))
    assert check.name == "input"


def test_a_nudge_grows_into_another_network():
    grown = programs("docs/seeds.md")["grown"]
    assert grown(1) < 1e-13
    assert grown(80) > 1e-3


def words(text: str) -> list[str]:
    """Without the layout, which differs between versions of what prints the help."""
    return re.findall(r"[^\W_]+", text)


@pytest.mark.parametrize("name", ["commands", "framework"])
def test_the_reference_says_what_help_and_docstrings_say(name):
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert words(page(f"docs/{name}.md")) == words(getattr(generate, f"{name}_page")()), "write it again: make docs"


def test_verdicts_on_made_up_runs_are_those_of_the_page():
    names = programs("docs/verdicts.md")
    assert [*names["single"].round()] == [2, 10]
    assert names["means"] == pytest.approx([4.8, 7.2], abs=0.2)
    assert (names["ours"][1] - names["ours"][0]) / 2 == pytest.approx(1 / 8, abs=0.02)
    rows = re.findall(r"^\| ([\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page("docs/verdicts.md"), re.M)
    told = {(float(printed), n): words for printed, *all_ in rows for n, words in zip((1, 10, 1000), all_, strict=True)}
    assert told == names["found"]
