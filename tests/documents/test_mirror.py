"""A test file mirrors its module: the tests of `experiments/PACKAGE/NAME.py` are in `tests/experiments/PACKAGE/test_NAME.py`.

Where they are many, the files are `test_NAME_WHICH.py`.
"""

from __future__ import annotations

import pytest

from tests.documents.reading import ROOT

TESTS = sorted((ROOT / "tests" / "experiments").glob("*/test_*.py"))
# Tests of what several modules do together.
ACROSS = {"store/test_kills.py", "figures/test_looks.py"}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_test_file_has_its_module(path):
    """A module of that name in the package, or, for what each report has, in its folders."""
    modules = {module.stem for module in (ROOT / "experiments" / path.parent.name).glob("**/[a-z]*.py")}
    tested = path.stem.removeprefix("test_")
    mirrored = any(tested == module or tested.startswith(f"{module}_") for module in modules)
    assert mirrored or f"{path.parent.name}/{path.name}" in ACROSS


def test_no_exception_is_left_over():
    assert {f"{path.parent.name}/{path.name}" for path in TESTS} >= ACROSS
