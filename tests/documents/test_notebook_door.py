"""What `from experiments import ...` offers: loaded when asked for, each name with a docstring and an example that runs."""

import doctest
import subprocess
import sys

import pytest

import experiments
from tests.documents.reading import ROOT

# Instances of builtins: what they are is said in the package's own docstring.
DATA = {"STUDIES"}
DOCUMENTED = [None, *(name for name in experiments.__all__ if name not in DATA)]


@pytest.mark.parametrize("name", DOCUMENTED, ids=lambda name: name or "experiments")
def test_the_example_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    documented = getattr(experiments, name) if name else experiments
    test = doctest.DocTestFinder(recurse=False).find(documented, name or "experiments", globs={})[0]
    assert test.examples and (name is None or f"{name}(" in test.docstring or name == "StudyResult")
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_name_is_offered_and_no_other_is_made_up():
    assert set(experiments.__all__) <= set(dir(experiments))
    assert all(name in experiments.__doc__ for name in DATA)
    with pytest.raises(AttributeError, match="has no attribute 'run_studies'"):
        experiments.run_studies  # noqa: B018


LOADED = """
import sys
import experiments
assert not {name for name in sys.modules if name.startswith("experiments.")}
from experiments import STUDIES, Arm, Study, TrialConfig, plan
print(*sorted({"torch", "numpy", "pandas", "matplotlib"} & set(sys.modules)))
"""


def test_a_name_is_loaded_when_it_is_asked_for():
    found = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "\n"
